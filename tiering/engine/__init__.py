"""The rules in plain Python: the reference scorer and the assignment. No Django, no database."""
