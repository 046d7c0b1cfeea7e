"""Writes of the tiering side, by noun."""
