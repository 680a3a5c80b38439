"""What Limber says, as Block Kit: pure functions from domain values to blocks and text."""
