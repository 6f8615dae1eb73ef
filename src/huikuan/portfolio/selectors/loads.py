"""Reads of what was delivered and refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max, Q, QuerySet

from huikuan.kernel.errors import InputInvalidError
from huikuan.portfolio.models import Load, Refusal, RefusedRow, Reject

REJECTS_PER_PAGE_MAX = 500


@dataclass(frozen=True, slots=True)
class LoadRow:
    """A delivered file with its control totals (name, stated, counted, ok)."""

    feed: str
    file: str
    rows: int
    accepted: int
    rejected: int
    sha256: str
    control: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class RejectRow:
    """A refused row; ``id`` stands for the place in the list, file and line for the place in what the bank sent."""

    id: str
    feed: str
    file: str
    line: int
    reasons: list[dict[str, Any]]
    raw: dict[str, str | None]


def loads_of_run(*, bank_id: int, run_id: UUID) -> list[LoadRow]:
    """Return the files that a run has loaded, by feed; of a run whose delivery was refused those of the last attempt,
    with the rows that would have been accepted.
    """
    loads = Load.objects.filter(bank_id=bank_id, run_id=run_id).order_by("feed")
    found = [
        LoadRow(row.feed, row.file_name, row.rows, row.accepted, row.rejected, row.sha256, row.controls)
        for row in loads
    ]
    return found or [
        LoadRow(row.feed, row.file_name, row.rows, row.rows - row.rejected, row.rejected, row.sha256, row.controls)
        for row in _refused(bank_id, run_id)
    ]


def rejects_kept(*, bank_id: int, run_id: UUID) -> int | None:
    """Return how many rejected rows of a refused delivery are kept; None where all rows are."""
    refused = _refused(bank_id, run_id)
    return sum(row.kept for row in refused) if any(row.kept < row.rejected for row in refused) else None


def _refused(bank_id: int, run_id: UUID) -> list[Refusal]:
    """The files of the last attempt of a run whose delivery was refused, by feed; empty once one was loaded."""
    attempt = _attempt(bank_id, run_id)
    if attempt is None:
        return []
    return list(Refusal.objects.filter(bank_id=bank_id, run_id=run_id, attempt=attempt).order_by("feed"))


def _attempt(bank_id: int, run_id: UUID) -> int | None:
    """The last attempt of a run whose delivery was refused; None once one was loaded, or none was refused."""
    if Load.objects.filter(bank_id=bank_id, run_id=run_id).exists():
        return None
    attempts = Refusal.objects.filter(bank_id=bank_id, run_id=run_id)
    found: int | None = attempts.aggregate(last=Max("attempt"))["last"]
    return found


def _rejects(bank_id: int, run_id: UUID, feed: str | None) -> QuerySet[Reject] | QuerySet[RefusedRow]:
    attempt = _attempt(bank_id, run_id)
    found: QuerySet[Reject] | QuerySet[RefusedRow]
    if attempt is None:
        found = Reject.objects.filter(bank_id=bank_id, run_id=run_id)
    else:
        found = RefusedRow.objects.filter(bank_id=bank_id, run_id=run_id, attempt=attempt)
    return found if feed is None else found.filter(feed=feed)


def rejects_of_run(*, bank_id: int, run_id: UUID, feed: str | None, after: str | None, limit: int) -> list[RejectRow]:
    """Return refused rows of a run by feed and line, ``limit`` (REJECTS_PER_PAGE_MAX at most) after the row
    ``after``.
    """
    found = _rejects(bank_id, run_id, feed)
    if after is not None:
        last_feed, _, last_line = after.rpartition(":")
        if not last_feed or not last_line.isdecimal():
            raise InputInvalidError("after", after, "the id of a reject, for example note:12")
        found = found.filter(Q(feed__gt=last_feed) | Q(feed=last_feed, line__gt=int(last_line)))
    files = {load.feed: load.file for load in loads_of_run(bank_id=bank_id, run_id=run_id)}
    return [
        RejectRow(
            f"{row.feed}:{row.line}",
            row.feed,
            row.source_file or files[row.feed],
            row.line if row.source_line is None else row.source_line,
            row.reasons,
            row.raw,
        )
        for row in found.order_by("feed", "line")[: min(limit, REJECTS_PER_PAGE_MAX)]
    ]


def rejects_count(*, bank_id: int, run_id: UUID, feed: str | None) -> int:
    """Return how many refused rows of a run there are to see, of one feed or of all."""
    return _rejects(bank_id, run_id, feed).count()


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many rows of a feed were refused for a reason, and the first line of them."""

    feed: str
    code: str
    field: str
    rows: int
    first_line: int


_REASONS = """
select r.feed, reason ->> 'code', reason ->> 'field', count(distinct r.line), min(coalesce(r.source_line, r.line))
from {table} r, jsonb_array_elements(r.reasons) reason
where r.bank_id = %s and r.run_id = %s{attempt}
group by 1, 2, 3
order by 4 desc, 1, 2, 3
limit %s
"""
REASONS_MAX = 200


def reject_reasons(*, bank_id: int, run_id: UUID) -> list[ReasonCount]:
    """Return why rows of a run were refused, the most frequent reason first (REASONS_MAX at most)."""
    attempt = _attempt(bank_id, run_id)
    with connection.cursor() as cursor:
        if attempt is None:
            select = _REASONS.format(table="portfolio_reject", attempt="")
            cursor.execute(select, [bank_id, run_id, REASONS_MAX])
        else:
            select = _REASONS.format(table="portfolio_refused_row", attempt=" and r.attempt = %s")
            cursor.execute(select, [bank_id, run_id, attempt, REASONS_MAX])
        return [ReasonCount(*row) for row in cursor.fetchall()]


def load_date(*, bank_id: int, run_id: UUID) -> date | None:
    """Return the business date of what a run has loaded or refused; None if there is neither."""
    found: date | None = None
    for model in (Load, Refusal):
        days = model.objects.filter(bank_id=bank_id, run_id=run_id).values_list("business_date", flat=True)
        found = found or days.first()
    return found


def feeds_delivered_after(*, bank_id: int, business_date: date) -> frozenset[str]:
    """Return the feeds that were delivered for a later business date."""
    found = Load.objects.filter(bank_id=bank_id, business_date__gt=business_date)
    return frozenset(found.values_list("feed", flat=True).distinct())
