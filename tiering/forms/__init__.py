"""Forms of the tiering side, by page."""
