"""A bank's own roll rates instead of the public panel: from its published nights, or from a CSV.

The CSV is what ``huikuan monthly-roll --csv`` prints: ``from_status``, ``to_status``, ``accounts``; further columns are
not read. Nothing of a bank's own rates is held out, and no borrower is known in them: intervals are those of
independent notes, and how unlike borrowers are stays as it was.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final, TextIO

from huikuan.lab.calibrate.targets import Target, Targets
from huikuan.lab.rules.rates import Share
from huikuan.portfolio.selectors.publication import published_nights, roll_sums

PLACES: Final = {"m0": 0, "m1": 1, "m2": 2, "m3": 3, "m4": 4, "m5": 5, "m6": 6, "m7_plus": 7}
GONE: Final = frozenset({"settled", "none"})
"""Where a note that owed something is cured: nothing is owed any more."""

NIGHTS_MAX: Final = 4_000
Counts = Mapping[tuple[str, str], int]


class RollFileError(ValueError):
    """A table of roll rates that cannot be read: names the line and what was expected."""


def rolls_read(file: TextIO) -> Counts:
    """Read the CSV; equal cells add up. Raises RollFileError."""
    reader = csv.DictReader(file)
    wanted = ("from_status", "to_status", "accounts")
    if not set(wanted) <= set(reader.fieldnames or ()):
        raise RollFileError(f"line 1: expected the columns {', '.join(wanted)}")
    known = PLACES.keys() | GONE | {"charged_off"}
    found: dict[tuple[str, str], int] = {}
    for row in reader:
        start, end, accounts = (row[name] for name in wanted)
        if start not in known or end not in known:
            raise RollFileError(f"line {reader.line_num}: expected statuses among {', '.join(sorted(known))}")
        if not (accounts or "").isascii() or not (accounts or "").isdigit():
            raise RollFileError(f"line {reader.line_num}: expected a whole number of accounts")
        found[start, end] = found.get((start, end), 0) + int(accounts)
    return found


def rolls_of_bank(bank_id: int) -> Counts:
    """Add up the roll cells of all month-end nights of a bank; call it in the scope of the bank."""
    found: dict[tuple[str, str], int] = {}
    for night in published_nights(bank_id=bank_id, until=date.max, known_at=None, limit=NIGHTS_MAX):
        if (night["business_date"] + timedelta(days=1)).day != 1:
            continue
        for row in roll_sums(bank_id=bank_id, run_id=night["run_id"], institution_codes=None, product=None):
            cell = (_status(row["from_bucket"]), _status(row["to_bucket"]))
            found[cell] = found.get(cell, 0) + row["notes"]
    return found


def _status(bucket: str) -> str:
    """Return a bucket of the book as a monthly status: ``M7+`` is ``m7_plus``."""
    return bucket.lower().replace("+", "_plus")


def rolls_targets(counts: Counts, source: str) -> Targets:
    """Return the figures ``book.<bucket>.<outcome>`` of all buckets that have any note; nothing is held out."""
    none = Share(0, 0)
    moves = ((PLACES[a], 0 if b in GONE else PLACES.get(b, 8), n) for (a, b), n in counts.items() if a in PLACES)
    figures = outcomes(moves)
    return {name: Target(source=source, training=share, held_out=none) for name, share in figures.items()}


def outcomes(moves: Iterable[tuple[int, int, int]]) -> dict[str, Share]:
    """Return the figures from moves (bucket before, bucket after, notes); 8 stands for charged off.

    ``cure`` ends in M0, ``better`` in a milder bucket that is not M0, ``worse`` in a later one.
    """
    of: dict[int, int] = {}
    hits: dict[tuple[int, str], int] = {}
    for start, end, notes in moves:
        if start > max(PLACES.values()):
            continue
        name = "cure" if end == 0 < start else "better" if end < start else "stay" if end == start else "worse"
        of[start] = of.get(start, 0) + notes
        hits[start, name] = hits.get((start, name), 0) + notes
    return {
        f"book.{name}.{outcome}": Share(hits.get((place, outcome), 0), of[place])
        for name, place in PLACES.items()
        if of.get(place)
        for outcome in _OUTCOMES[min(place, 2)]
    }


_OUTCOMES: Final = (("worse",), ("cure", "stay", "worse"), ("cure", "better", "stay", "worse"))
