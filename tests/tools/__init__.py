"""Tests of the checks in `tools/`: each check can fail."""
