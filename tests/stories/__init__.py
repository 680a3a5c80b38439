"""Whole stories, told through the playground with nothing replaced."""
