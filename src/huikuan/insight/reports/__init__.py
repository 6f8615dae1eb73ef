"""Reports: one file each, pure functions over plain rows, the formula in the docstring."""
