"""HTTP of the reconciliation."""
