"""The stages of the night: SQL files (one file one step) and a module for each stage that runs them."""
