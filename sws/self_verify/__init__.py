"""S²R: teach the student to verify its own solutions and to correct them."""
