"""The student: the language model being trained, built from scratch or brought from elsewhere."""
