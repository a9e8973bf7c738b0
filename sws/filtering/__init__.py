"""What becomes of candidates: screening, judging, labelling, difficulty."""
