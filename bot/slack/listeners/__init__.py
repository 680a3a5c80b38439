"""What Limber hears: parse, call one service, render. The edge acknowledges and carries out the reply."""
