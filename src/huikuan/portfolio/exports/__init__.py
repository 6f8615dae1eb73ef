"""Files that people take away: what stands in them, in which language, and how they are written.

Nothing here decides who may have one (`services.export`) or keeps its state (`models.Export`).
"""
