"""Monthly roll rates (按月滚动率) from the statuses of accounts at month-ends, over all months that are known.

    rate(from → to) = account-months in status *from* whose account stands in status *to* one month later
                      / account-months in status *from* that have a next month

An account-month without the month after it (the last one, or before a gap) has no row. Counts are of accounts: a bank's
panel of statuses need not carry balances.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from huikuan.kernel.money import ratio_ppm

STATUS_ORDER = ("none", "m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7_plus", "charged_off", "settled")
"""Mildest first; charged off and settled are ends, though a card account may come back from *settled*."""

_PLACE = {status: place for place, status in enumerate(STATUS_ORDER)}


@dataclass(frozen=True, slots=True)
class MonthlyRoll:
    """One cell: account-months that went from one status to another, and their share of the row."""

    from_status: str
    to_status: str
    accounts: int
    rate_ppm: int | None


def monthly_roll_rates(counts: Iterable[tuple[str, str, int]]) -> list[MonthlyRoll]:
    """Return the table row by row from (from, to, account-months)."""
    known = sorted(counts, key=lambda row: (_PLACE[row[0]], _PLACE[row[1]]))
    opening: dict[str, int] = {}
    for start, _, number in known:
        opening[start] = opening.get(start, 0) + number
    return [MonthlyRoll(start, end, number, ratio_ppm(number, opening[start])) for start, end, number in known]
