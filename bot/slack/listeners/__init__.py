"""What Limber hears: acknowledge, parse, call one service, render."""
