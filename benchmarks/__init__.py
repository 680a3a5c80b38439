"""What Limber can carry, measured beside what others would do: `make bench`."""
