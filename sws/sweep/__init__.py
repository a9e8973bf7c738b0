"""One experiment at many settings and seeds: run what is missing, show what decides the gain."""
