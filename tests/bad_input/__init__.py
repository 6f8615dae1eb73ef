"""What comes in wrong, what is said, what is stored: one table, tested row by row and printed as a reference page."""
