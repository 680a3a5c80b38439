"""Draws the pictures of the exercises from pose data, at build time only."""
