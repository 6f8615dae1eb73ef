"""Plain rows that the reports take. No Django, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from huikuan.portfolio.facts import Bucket

ENDED = frozenset({str(Bucket.SETTLED), str(Bucket.CHARGED_OFF)})
"""Buckets of notes that are off the book: their balance counts in no rate."""

BUCKET_ORDER = {str(bucket): place for place, bucket in enumerate(Bucket)}


@dataclass(frozen=True, slots=True)
class BucketCell:
    """Published sums of a night by bucket and class; amounts in minor units."""

    bucket: str
    class_floor: str
    notes: int
    overdue_notes: int
    stale_notes: int
    balance_minor: int
    overdue_principal_minor: int
    overdue_interest_minor: int
    penalty_minor: int  # penalty, compound and delay interest
    management_minor: int
    regulatory_minor: int
    denominator_minor: int


@dataclass(frozen=True, slots=True)
class RollCell:
    """Notes that stood in one bucket at the start of the period and stand in another at its end."""

    from_bucket: str
    to_bucket: str
    notes: int
    amount_minor: int  # balance at the start


@dataclass(frozen=True, slots=True)
class NightSums:
    """Published sums of a whole night."""

    business_date: date
    overdue_notes: int
    management_minor: int
    regulatory_minor: int
    denominator_minor: int
