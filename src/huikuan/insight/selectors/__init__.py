"""Reads of the reports, over the selectors of the portfolio."""
