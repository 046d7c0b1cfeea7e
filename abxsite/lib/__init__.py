"""Leaf code: imports no app."""
