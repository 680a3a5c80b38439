"""Use-cases: one transaction each, the present instant passed in, the domain deciding and the store remembering."""
