"""What people do: exercises as content files, their model and loader, and their pictures."""
