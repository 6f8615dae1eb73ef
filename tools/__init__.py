"""Checks and build helpers; nothing here is shipped."""
