"""Two engines on the same notes: the set-based fold of the night against the exact engine."""
