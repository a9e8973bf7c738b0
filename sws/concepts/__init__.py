"""Concepts: what the failed problems test, merged, embedded and counted."""
