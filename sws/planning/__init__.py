"""The cost of a run: planned before it starts, compared with the actual cost afterwards."""
