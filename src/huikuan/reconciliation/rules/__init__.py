"""Pure rules of the reconciliation: comparing one figure, and who may sign the day. Read first: ``compare.compare``."""
