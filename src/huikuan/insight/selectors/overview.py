"""All that the overview shows, as of a date and as known at a moment; a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huikuan.insight.errors import OverviewNoNightError
from huikuan.insight.facts import BucketCell, NightSums, RollCell
from huikuan.insight.reports.bucket_balance import (
    BookTotals,
    BucketBalance,
    ClassBalance,
    book_totals,
    bucket_balances,
    class_balances,
)
from huikuan.insight.reports.overdue_rate import OverdueRates, overdue_rates
from huikuan.insight.reports.roll_rate import RollRate, period_complete, roll_rates
from huikuan.insight.reports.trend import TrendPoint, trend
from huikuan.kernel.errors import NotFoundError
from huikuan.kernel.selectors.institution import institution_root, institution_subtree
from huikuan.portfolio.selectors.publication import (
    bucket_sums,
    night_sums,
    published_dates,
    published_night,
    published_nights,
    roll_sums,
)
from huikuan.portfolio.selectors.renumbering import keys_former

TREND_NIGHTS_MAX = 400


@dataclass(frozen=True, slots=True)
class OverviewQuery:
    """What is asked for. ``roots`` are the institutions at which the person may see figures."""

    bank_id: int
    roots: frozenset[int]
    as_of: date | None = None
    known_at: datetime | None = None
    institution_id: int | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True)
class RollTable:
    """The roll-rate table with its period; without a night at the last month-end there is none."""

    from_date: date | None
    to_date: date | None
    complete: bool
    cells: list[RollRate]


@dataclass(frozen=True, slots=True)
class Overview:
    """The answer."""

    business_date: date
    known_at: datetime
    run_id: UUID
    totals: BookTotals
    rates: OverdueRates
    buckets: list[BucketBalance]
    classes: list[ClassBalance]
    roll: RollTable
    trend: list[TrendPoint]
    dates: tuple[date, date]


def overview_read(query: OverviewQuery) -> Overview:
    """Read the overview; raises OverviewNoNightError, or NotFoundError for an institution that the person may not
    see.
    """
    night = published_night(bank_id=query.bank_id, as_of=query.as_of, known_at=query.known_at)
    dates = published_dates(bank_id=query.bank_id)
    if night is None or dates is None:
        raise OverviewNoNightError(query.as_of, query.known_at)
    to_date = night["business_date"]
    codes = _codes(query, to_date)
    known = published_nights(bank_id=query.bank_id, until=to_date, known_at=query.known_at, limit=TREND_NIGHTS_MAX)
    cells = [
        BucketCell(**row)
        for row in bucket_sums(
            bank_id=query.bank_id, run_id=night["run_id"], institution_codes=codes, product=query.product
        )
    ]
    points = night_sums(
        bank_id=query.bank_id, run_ids=[row["run_id"] for row in known], institution_codes=codes, product=query.product
    )
    moves = [
        RollCell(**row)
        for row in roll_sums(
            bank_id=query.bank_id, run_id=night["run_id"], institution_codes=codes, product=query.product
        )
    ]
    from_date = night["roll_from"]
    return Overview(
        business_date=to_date,
        known_at=night["known_at"],
        run_id=night["run_id"],
        totals=book_totals(cells),
        rates=overdue_rates(cells),
        buckets=bucket_balances(cells),
        classes=class_balances(cells),
        roll=RollTable(
            from_date=from_date,
            to_date=None if from_date is None else to_date,
            complete=from_date is not None and period_complete(to_date),
            cells=roll_rates(moves),
        ),
        trend=trend(NightSums(**row) for row in points),
        dates=dates,
    )


def _codes(query: OverviewQuery, on: date) -> list[str] | None:
    """Institutions whose figures are asked for and allowed; None for the whole bank."""
    allowed = institution_subtree(bank_id=query.bank_id, roots=query.roots, on=on)
    if query.institution_id is None:
        return (
            None
            if institution_root(query.bank_id).id in query.roots
            else _with_former(query.bank_id, (node.code for node in allowed))
        )
    if query.institution_id not in {node.id for node in allowed}:
        raise NotFoundError("institution", query.institution_id)
    below = institution_subtree(bank_id=query.bank_id, roots=[query.institution_id], on=on)
    return _with_former(query.bank_id, (node.code for node in below))


def _sorted(codes: Iterable[str]) -> list[str]:
    return sorted(set(codes))


def _with_former(bank_id: int, codes: Iterable[str]) -> list[str]:
    """Add the codes that institutions had before a merger: cells of earlier nights stand under them."""
    present = set(codes)
    former = keys_former(bank_id=bank_id, kind="institution", keys=present)
    return _sorted(present | {one.key for each in former.values() for one in each})
