"""What the API of the reports answers; amounts in minor units, rates in parts per million."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Schema


class RateOut(Schema):
    """A rate with its parts; null without a denominator."""

    numerator_minor: int
    denominator_minor: int
    rate_ppm: int | None


class TotalsOut(Schema):
    """Totals of the notes on the book, with both overdue rates."""

    notes: int
    balance_minor: int
    overdue_notes: int
    overdue_principal_minor: int
    overdue_interest_minor: int
    penalty_minor: int
    stale_notes: int
    management: RateOut
    regulatory: RateOut


class BucketOut(Schema):
    """One bucket."""

    bucket: str
    notes: int
    balance_minor: int
    overdue_minor: int


class ClassOut(Schema):
    """One class floor."""

    class_floor: str
    notes: int
    balance_minor: int


class RollCellOut(Schema):
    """Notes that moved from one bucket to another; the amount is the balance at the start."""

    from_bucket: str
    to_bucket: str
    notes: int
    amount_minor: int


class RollOut(Schema):
    """The roll table; ``complete`` when the period is a whole month."""

    from_date: date | None
    to_date: date | None
    complete: bool
    cells: list[RollCellOut]


class TrendOut(Schema):
    """One night of the trend."""

    business_date: date
    balance_minor: int
    overdue_notes: int
    management_ppm: int | None
    regulatory_ppm: int | None


class OverviewOut(Schema):
    """The overview as of a date and as known at a moment; ``dates`` are the first and the last published date."""

    business_date: date
    known_at: datetime
    run_id: UUID
    currency: str
    minor_digits: int
    totals: TotalsOut
    buckets: list[BucketOut]
    classes: list[ClassOut]
    roll: RollOut
    trend: list[TrendOut]
    dates: list[date]


class MonthlyRollCellOut(Schema):
    """Account-months that went from one status to another, and their share of the row."""

    from_status: str
    to_status: str
    accounts: int
    rate_ppm: int | None


class MonthlyRollOut(Schema):
    """The monthly roll table; months by their first day, ``pairs`` are account-months that have a next month."""

    from_month: date
    to_month: date
    accounts: int
    account_months: int
    pairs: int
    cells: list[MonthlyRollCellOut]
