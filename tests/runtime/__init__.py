"""Tests of starts and stops with real processes."""
