"""Where the student is weak: accuracy histories, the failure set, category weights."""
