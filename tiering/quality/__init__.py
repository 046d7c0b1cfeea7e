"""Data quality: which facts the published scorecard reads, which of them are missing or stale, and what to find out
next.
"""
