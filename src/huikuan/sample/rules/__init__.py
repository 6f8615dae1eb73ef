"""How days and payments are derived from what the lender published. Pure."""
