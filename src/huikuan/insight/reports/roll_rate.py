"""Roll rates (滚动率): where the notes of each bucket stand some time later.

    rate(from → to) = notes of bucket *from* at the start that stand in bucket *to* at the end / all notes of *from*

by count, or by amount with the balance **at the start** on both sides, so that each row adds up to one whatever was
paid in between. *Charged off* and *settled* are ends of the road: they are columns, never improvements. Notes that
came into the book after the start have no row. The start is the last month-end before the business date; the period
is complete when the business date is itself the last day of a month.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from huikuan.insight.facts import BUCKET_ORDER, RollCell
from huikuan.kernel.money import ratio_ppm


@dataclass(frozen=True, slots=True)
class RollRate:
    """One cell of the table with its share of the row, by count and by amount, in parts per million."""

    from_bucket: str
    to_bucket: str
    notes: int
    amount_minor: int
    notes_ppm: int | None
    amount_ppm: int | None


def roll_rates(cells: Iterable[RollCell]) -> list[RollRate]:
    """The table row by row, mildest bucket first."""
    known = sorted(cells, key=lambda cell: (BUCKET_ORDER[cell.from_bucket], BUCKET_ORDER[cell.to_bucket]))
    notes: dict[str, int] = {}
    amounts: dict[str, int] = {}
    for cell in known:
        notes[cell.from_bucket] = notes.get(cell.from_bucket, 0) + cell.notes
        amounts[cell.from_bucket] = amounts.get(cell.from_bucket, 0) + cell.amount_minor
    return [
        RollRate(
            cell.from_bucket,
            cell.to_bucket,
            cell.notes,
            cell.amount_minor,
            ratio_ppm(cell.notes, notes[cell.from_bucket]),
            ratio_ppm(cell.amount_minor, amounts[cell.from_bucket]),
        )
        for cell in known
    ]


def period_complete(to_on: date) -> bool:
    """Whether the period that ends on ``to_on`` is a whole month."""
    return (to_on + timedelta(days=1)).day == 1
