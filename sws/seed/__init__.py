"""Problems with checkable answers: the user's own set, and the benchmarks."""
