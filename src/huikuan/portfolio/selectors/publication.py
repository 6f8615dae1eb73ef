"""Reads of what a night published: cells, desk notes and the nights themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict, TypeVar, cast
from uuid import UUID

from django.db.models import Count, Max, Min, QuerySet, Sum

from huikuan.portfolio.models import BucketCell, DeskNote, DeskStand, Publication, RollCell

Cell = TypeVar("Cell", BucketCell, RollCell)


class PublishedNight(TypedDict):
    """A published night."""

    run_id: UUID
    business_date: date
    known_at: datetime
    notes: int
    stale_notes: int
    roll_from: date | None


class DeskNight(TypedDict):
    """The night that the desk shows."""

    run_id: UUID
    business_date: date


class CorrectedNight(TypedDict):
    """A business date that was published again."""

    business_date: date
    known_at: datetime


class BucketSums(TypedDict):
    """Sums of bucket cells; amounts in minor units."""

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


class NightSums(TypedDict):
    """Sums of a whole night; amounts in minor units."""

    business_date: date
    overdue_notes: int
    management_minor: int
    regulatory_minor: int
    denominator_minor: int


class RollSums(TypedDict):
    """Sums of roll cells; the amount is the balance at the start of the period."""

    from_bucket: str
    to_bucket: str
    notes: int
    amount_minor: int


CORRECTED_MAX = 50
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
_NIGHT_SUMS = ("overdue_notes", "management_minor", "regulatory_minor", "denominator_minor")
_NIGHT_FIELDS = ("run_id", "business_date", "known_at", "notes", "stale_notes", "roll_from")


def desk_note_ids(*, bank_id: int) -> list[str]:
    """Return the keys of all notes on the desk, sorted."""
    return list(DeskNote.objects.filter(bank_id=bank_id).order_by("note_id").values_list("note_id", flat=True))


def desk_night(*, bank_id: int) -> DeskNight | None:
    """Return the night that the desk shows: behind the last published one while a catch-up runs, or if it was killed.

    None before the first night.
    """
    return DeskStand.objects.filter(bank_id=bank_id).values("run_id", "business_date").first()


def published_night(*, bank_id: int, as_of: date | None, known_at: datetime | None) -> PublishedNight | None:
    """Return the night of ``as_of`` (default: the latest date) as it was known at ``known_at`` (default: now)."""
    nights = Publication.objects.filter(bank_id=bank_id)
    if as_of is not None:
        nights = nights.filter(business_date=as_of)
    if known_at is not None:
        nights = nights.filter(known_at__lte=known_at)
    row = nights.order_by("-business_date", "-known_at").values(*_NIGHT_FIELDS).first()
    return None if row is None else cast(PublishedNight, row)


def published_nights(*, bank_id: int, until: date, known_at: datetime | None, limit: int) -> list[PublishedNight]:
    """Return the latest ``limit`` nights up to a date as they were known, oldest first; one for each date."""
    nights = Publication.objects.filter(bank_id=bank_id, business_date__lte=until)
    if known_at is not None:
        nights = nights.filter(known_at__lte=known_at)
    latest = nights.order_by("-business_date", "-known_at").distinct("business_date").values(*_NIGHT_FIELDS)
    return [cast(PublishedNight, row) for row in reversed(latest[:limit])]


def published_runs(*, bank_id: int, run_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """Return when each of these runs was published."""
    found = Publication.objects.filter(bank_id=bank_id, run_id__in=run_ids)
    return dict(found.values_list("run_id", "known_at"))


def published_dates(*, bank_id: int) -> tuple[date, date] | None:
    """Return the first and the last published business date."""
    found = Publication.objects.filter(bank_id=bank_id).aggregate(first=Min("business_date"), last=Max("business_date"))
    return None if found["first"] is None else (found["first"], found["last"])


def corrected_nights(*, bank_id: int, until: date) -> list[CorrectedNight]:
    """Return the dates up to ``until`` that were published more than once, newest first, with the last moment."""
    nights = Publication.objects.filter(bank_id=bank_id, business_date__lte=until)
    again = nights.values("business_date").annotate(times=Count("run_id"), last=Max("known_at")).filter(times__gt=1)
    latest = again.order_by("-business_date")[:CORRECTED_MAX]
    return [CorrectedNight(business_date=row["business_date"], known_at=row["last"]) for row in latest]


def bucket_sums(
    *, bank_id: int, run_id: UUID, institution_codes: list[str] | None, product: str | None
) -> list[BucketSums]:
    """Return the cells of a night summed by bucket and class.

    ``institution_codes`` limits them to these institutions; None means the whole bank.
    """
    cells = _limited(BucketCell.objects.filter(bank_id=bank_id, run_id=run_id), institution_codes, product)
    keys = ("bucket", "class_floor")
    sums = {f"sum_{name}": Sum(name) for name in _BUCKET_SUMS}
    rows = cells.values(*keys).annotate(**sums).order_by(*keys)
    return [cast(BucketSums, _plain(row, keys)) for row in rows]


def night_sums(
    *, bank_id: int, run_ids: list[UUID], institution_codes: list[str] | None, product: str | None
) -> list[NightSums]:
    """Return the sums of whole nights, limited as in ``bucket_sums``, oldest first."""
    cells = _limited(BucketCell.objects.filter(bank_id=bank_id, run_id__in=run_ids), institution_codes, product)
    keys = ("business_date",)
    sums = {f"sum_{name}": Sum(name) for name in _NIGHT_SUMS}
    rows = cells.values(*keys).annotate(**sums).order_by(*keys)
    return [cast(NightSums, _plain(row, keys)) for row in rows]


def roll_sums(
    *, bank_id: int, run_id: UUID, institution_codes: list[str] | None, product: str | None
) -> list[RollSums]:
    """Return the roll cells of a night summed by from-bucket and to-bucket."""
    cells = _limited(RollCell.objects.filter(bank_id=bank_id, run_id=run_id), institution_codes, product)
    keys = ("from_bucket", "to_bucket")
    rows = cells.values(*keys).annotate(sum_notes=Sum("notes"), sum_amount_minor=Sum("amount_minor")).order_by(*keys)
    return [cast(RollSums, _plain(row, keys)) for row in rows]


def _limited(cells: QuerySet[Cell], institution_codes: list[str] | None, product: str | None) -> QuerySet[Cell]:
    if institution_codes is not None:
        cells = cells.filter(institution_code__in=institution_codes)
    return cells if product is None else cells.filter(product_code=product)


def _plain(row: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    """The keys as they are, the sums as integers under their own names: PostgreSQL adds bigints up to a numeric."""
    sums = {name.removeprefix("sum_"): int(value) for name, value in row.items() if name not in keys}
    return {**{key: row[key] for key in keys}, **sums}
