"""The invented rural bank Liuxi (柳溪农商行): a small extract as a Chinese core system would send it, and its mapping.

Read `people.py` (who), `book.py` (what they owe), `extract.py` (the files), `mapping/` (how they become feeds).
"""
