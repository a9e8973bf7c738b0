"""Evaluation: the arms against each other, and the filters against the truth."""
