"""Huikuan."""
