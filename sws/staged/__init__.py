"""Difficulty-aware staged RL: pass rates of scorers, levels over them, training in stages."""
