"""The only writers of the reconciliation."""
