"""Trend: balance of the book, overdue notes and both overdue rates, night by night.

Formulas as in ``overdue_rate``; each point is one published night as it was known at the moment asked for. A night
that was not run leaves a gap and is not filled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from huikuan.insight.facts import NightSums
from huikuan.kernel.money import ratio_ppm


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One night."""

    business_date: date
    balance_minor: int
    overdue_notes: int
    management_ppm: int | None
    regulatory_ppm: int | None


def trend(nights: Iterable[NightSums]) -> list[TrendPoint]:
    """Points in order of date."""
    return [
        TrendPoint(
            night.business_date,
            night.denominator_minor,
            night.overdue_notes,
            ratio_ppm(night.management_minor, night.denominator_minor),
            ratio_ppm(night.regulatory_minor, night.denominator_minor),
        )
        for night in sorted(nights, key=lambda night: night.business_date)
    ]
