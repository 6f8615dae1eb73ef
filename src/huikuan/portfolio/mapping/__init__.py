"""Mapping files: a bank's own extract → canonical feeds, as data and not as code.

Read `model.py` first (what a mapping file may say), then `expression.py` (the closed language of its expressions),
`run.py` (one delivery → canonical Parquet and a manifest). `learn/` proposes a mapping from headers and values.
"""
