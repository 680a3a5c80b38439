"""The rules of the product as pure functions and frozen values: no I/O, no clock, no SDK."""
