"""`make gpu-check`: what only a card can show, in ten minutes on one; in miniature on a CPU."""
