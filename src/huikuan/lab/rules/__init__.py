"""Rules of the simulated world: pure functions over arrays, no clock, no files."""
