"""Measuring the arms against each other, and the pipeline against itself."""
