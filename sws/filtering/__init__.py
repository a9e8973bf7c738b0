"""The filters of candidates: screening, judging, labelling, difficulty."""
