"""Reads of what a night published: cells, desk notes and the nights themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypedDict
from uuid import UUID

from django.db.models import Max, Min, Sum

from huikuan.portfolio.models import BucketCell, DeskNote, Publication, RollCell


class PublishedNight(TypedDict):
    """A published night."""

    run_id: UUID
    business_date: date
    known_at: datetime
    notes: int
    stale_notes: int
    roll_from: date | None


class BucketSums(TypedDict):
    """Sums of bucket cells; amounts in minor units."""

    run_id: UUID
    business_date: date
    bucket: str
    class_floor: str
    notes: int
    overdue_notes: int
    stale_notes: int
    balance_minor: int
    overdue_principal_minor: int
    overdue_interest_minor: int
    penalty_minor: int
    management_minor: int
    regulatory_minor: int
    denominator_minor: int


class RollSums(TypedDict):
    """Sums of roll cells; the amount is the balance at the start of the period."""

    from_bucket: str
    to_bucket: str
    notes: int
    amount_minor: int


_BUCKET_SUMS = (
    "notes",
    "overdue_notes",
    "stale_notes",
    "balance_minor",
    "overdue_principal_minor",
    "overdue_interest_minor",
    "penalty_minor",
    "management_minor",
    "regulatory_minor",
    "denominator_minor",
)
_NIGHT_FIELDS = ("run_id", "business_date", "known_at", "notes", "stale_notes", "roll_from")


def desk_note_ids(*, bank_id: int) -> list[str]:
    """Return the keys of all notes on the desk, sorted."""
    return list(DeskNote.objects.filter(bank_id=bank_id).order_by("note_id").values_list("note_id", flat=True))


def published_night(*, bank_id: int, as_of: date | None, known_at: datetime | None) -> PublishedNight | None:
    """Return the night of ``as_of`` (default: the latest date) as it was known at ``known_at`` (default: now)."""
    nights = Publication.objects.filter(bank_id=bank_id)
    if as_of is not None:
        nights = nights.filter(business_date=as_of)
    if known_at is not None:
        nights = nights.filter(known_at__lte=known_at)
    row = nights.order_by("-business_date", "-known_at").values(*_NIGHT_FIELDS).first()
    return None if row is None else PublishedNight(**row)


def published_nights(*, bank_id: int, until: date, known_at: datetime | None, limit: int) -> list[PublishedNight]:
    """Return the latest ``limit`` nights up to a date as they were known, oldest first; one for each date."""
    nights = Publication.objects.filter(bank_id=bank_id, business_date__lte=until)
    if known_at is not None:
        nights = nights.filter(known_at__lte=known_at)
    latest = nights.order_by("-business_date", "-known_at").distinct("business_date").values(*_NIGHT_FIELDS)
    return [PublishedNight(**row) for row in reversed(latest[:limit])]


def published_dates(*, bank_id: int) -> tuple[date, date] | None:
    """Return the first and the last published business date."""
    found = Publication.objects.filter(bank_id=bank_id).aggregate(first=Min("business_date"), last=Max("business_date"))
    return None if found["first"] is None else (found["first"], found["last"])


def bucket_sums(
    *, bank_id: int, run_ids: list[UUID], institution_codes: list[str] | None, product: str | None
) -> list[BucketSums]:
    """Return the cells of nights summed by night, bucket and class.

    ``institution_codes`` limits them to these institutions; None means the whole bank.
    """
    cells = BucketCell.objects.filter(bank_id=bank_id, run_id__in=run_ids)
    if institution_codes is not None:
        cells = cells.filter(institution_code__in=institution_codes)
    if product is not None:
        cells = cells.filter(product_code=product)
    rows = (
        cells.values("run_id", "business_date", "bucket", "class_floor")
        .annotate(**{f"sum_{name}": Sum(name) for name in _BUCKET_SUMS})
        .order_by("business_date", "run_id", "bucket", "class_floor")
    )
    return [
        BucketSums(
            run_id=row["run_id"],
            business_date=row["business_date"],
            bucket=row["bucket"],
            class_floor=row["class_floor"],
            **{name: int(row[f"sum_{name}"]) for name in _BUCKET_SUMS},  # type: ignore[typeddict-item]
        )
        for row in rows
    ]


def roll_sums(
    *, bank_id: int, run_id: UUID, institution_codes: list[str] | None, product: str | None
) -> list[RollSums]:
    """Return the roll cells of a night summed by from-bucket and to-bucket."""
    cells = RollCell.objects.filter(bank_id=bank_id, run_id=run_id)
    if institution_codes is not None:
        cells = cells.filter(institution_code__in=institution_codes)
    if product is not None:
        cells = cells.filter(product_code=product)
    rows = (
        cells.values("from_bucket", "to_bucket")
        .annotate(sum_notes=Sum("notes"), sum_amount=Sum("amount_minor"))
        .order_by("from_bucket", "to_bucket")
    )
    return [
        RollSums(
            from_bucket=row["from_bucket"],
            to_bucket=row["to_bucket"],
            notes=int(row["sum_notes"]),
            amount_minor=int(row["sum_amount"]),
        )
        for row in rows
    ]
