"""What Limber hears: parse, call one service, render; the edge acknowledges and carries out the reply."""
