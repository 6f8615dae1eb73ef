"""Tests of the sample bank."""
