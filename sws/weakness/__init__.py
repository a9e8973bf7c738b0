"""Where the student is weak: accuracy histories and the failure set."""
