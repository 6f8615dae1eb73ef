"""Tests that cross packages, and the ground that every test stands on (`boot.py`)."""
