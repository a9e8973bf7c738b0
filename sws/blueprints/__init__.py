"""Blueprints: how many problems to write per category, and about which concepts."""
