"""Proposes a mapping for a file that nobody has described: `sniff.py` reads it, `words.py` knows the trade's names for
fields, `shapes.py` what values look like, `propose.py` puts it together. Nothing is guessed silently.
"""
