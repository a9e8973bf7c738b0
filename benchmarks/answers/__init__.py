"""Accuracy of answer checkers on labelled pairs, ours and peers from PyPI side by side."""
