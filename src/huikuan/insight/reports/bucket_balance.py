"""Balances by bucket (账龄分布) and by class floor (五级分类下限), and the totals of the book.

    overdue amount of a bucket = unpaid principal + unpaid interest that were due before the business date

Penalty and compound interest are shown apart, because they are claims that grow daily and are often waived. Totals
and classes leave out notes that are settled or charged off; the list of buckets shows them as its last rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from huikuan.insight.facts import BUCKET_ORDER, ENDED, BucketCell
from huikuan.portfolio.facts import ClassFloor

_CLASS_ORDER = {str(floor): place for place, floor in enumerate(ClassFloor)}


@dataclass(frozen=True, slots=True)
class BucketBalance:
    """One bucket; amounts in minor units."""

    bucket: str
    notes: int
    balance_minor: int
    overdue_minor: int


@dataclass(frozen=True, slots=True)
class ClassBalance:
    """One class floor of the notes on the book."""

    class_floor: str
    notes: int
    balance_minor: int


@dataclass(frozen=True, slots=True)
class BookTotals:
    """The notes on the book; ``stale_notes`` were not renewed by the latest delivery."""

    notes: int
    balance_minor: int
    overdue_notes: int
    overdue_principal_minor: int
    overdue_interest_minor: int
    penalty_minor: int
    stale_notes: int


def bucket_balances(cells: Iterable[BucketCell]) -> list[BucketBalance]:
    """One row for each bucket that has notes, mildest first, ended notes last."""
    sums: dict[str, list[int]] = {}
    for cell in cells:
        row = sums.setdefault(cell.bucket, [0, 0, 0])
        row[0] += cell.notes
        row[1] += cell.balance_minor
        row[2] += cell.overdue_principal_minor + cell.overdue_interest_minor
    return [BucketBalance(bucket, *sums[bucket]) for bucket in sorted(sums, key=BUCKET_ORDER.__getitem__)]


def class_balances(cells: Iterable[BucketCell]) -> list[ClassBalance]:
    """One row for each class floor that notes on the book have, mildest first."""
    sums: dict[str, list[int]] = {}
    for cell in cells:
        if cell.bucket not in ENDED:
            row = sums.setdefault(cell.class_floor, [0, 0])
            row[0] += cell.notes
            row[1] += cell.balance_minor
    return [ClassBalance(floor, *sums[floor]) for floor in sorted(sums, key=_CLASS_ORDER.__getitem__)]


def book_totals(cells: Iterable[BucketCell]) -> BookTotals:
    """Sums over the notes on the book."""
    live = [cell for cell in cells if cell.bucket not in ENDED]
    return BookTotals(
        notes=sum(cell.notes for cell in live),
        balance_minor=sum(cell.balance_minor for cell in live),
        overdue_notes=sum(cell.overdue_notes for cell in live),
        overdue_principal_minor=sum(cell.overdue_principal_minor for cell in live),
        overdue_interest_minor=sum(cell.overdue_interest_minor for cell in live),
        penalty_minor=sum(cell.penalty_minor for cell in live),
        stale_notes=sum(cell.stale_notes for cell in live),
    )
