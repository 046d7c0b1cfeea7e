"""Pages of the capacity side."""
