"""A simulated rural bank to practise on: 青禾农商银行 (``qinghe``). Nobody in it exists.

Words: the *world* is everything that is so, whether the bank knows it or not; the *feeds* are what its core system
delivers of it; the *truth* is the rest, written beside the feeds and never read by the product. A *draw* is 64 random
bits that depend on seed, stream, entity and step alone.

May use: portfolio (contracts of the feeds, schedule rules), evidence, kernel; beside ``insight``, below ``nightly``.

Read first: `rules.draw.draw` (where chance comes from), `step.world_step` (one day), `create.bank_files_create` (feeds
of many days).
"""
