"""Why a loan owes what it owes: each accrual, allocation and sum as something that can be checked by hand.

Pure. ``trace`` runs the exact engine and remembers what it did, ``build`` makes the explanation of it; ``facts`` are
its answers.
"""
