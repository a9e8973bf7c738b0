"""The student: the language model being trained, from scratch or loaded."""
