"""The augmented set: the seed set and the synthetic problems that survived every filter."""
