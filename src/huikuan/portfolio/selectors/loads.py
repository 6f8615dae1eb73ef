"""Reads of what was delivered and refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from huikuan.kernel.errors import InputInvalidError
from huikuan.portfolio.models import Load, Reject

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
    """Return the files that a run has loaded, by feed."""
    return [
        LoadRow(row.feed, row.file_name, row.rows, row.accepted, row.rejected, row.sha256, row.controls)
        for row in Load.objects.filter(bank_id=bank_id, run_id=run_id).order_by("feed")
    ]


def rejects_of_run(*, bank_id: int, run_id: UUID, feed: str | None, after: str | None, limit: int) -> list[RejectRow]:
    """Return refused rows of a run by feed and line, ``limit`` (REJECTS_PER_PAGE_MAX at most) after the row
    ``after``.
    """
    found = Reject.objects.filter(bank_id=bank_id, run_id=run_id)
    if feed is not None:
        found = found.filter(feed=feed)
    if after is not None:
        last_feed, _, last_line = after.rpartition(":")
        if not last_feed or not last_line.isdecimal():
            raise InputInvalidError("after", after, "the id of a reject, for example note:12")
        found = found.filter(Q(feed__gt=last_feed) | Q(feed=last_feed, line__gt=int(last_line)))
    files = dict(Load.objects.filter(bank_id=bank_id, run_id=run_id).values_list("feed", "file_name"))
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
    """Return how many rows of a run were refused, of one feed or of all."""
    found = Reject.objects.filter(bank_id=bank_id, run_id=run_id)
    return found.count() if feed is None else found.filter(feed=feed).count()


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
from portfolio_reject r, jsonb_array_elements(r.reasons) reason
where r.bank_id = %s and r.run_id = %s
group by 1, 2, 3
order by 4 desc, 1, 2, 3
limit %s
"""
REASONS_MAX = 200


def reject_reasons(*, bank_id: int, run_id: UUID) -> list[ReasonCount]:
    """Return why rows of a run were refused, the most frequent reason first (REASONS_MAX at most); one query."""
    with connection.cursor() as cursor:
        cursor.execute(_REASONS, [bank_id, run_id, REASONS_MAX])
        return [ReasonCount(*row) for row in cursor.fetchall()]


def load_date(*, bank_id: int, run_id: UUID) -> date | None:
    """Return the business date of what a run has loaded; None if it has loaded nothing."""
    found: date | None = (
        Load.objects.filter(bank_id=bank_id, run_id=run_id).values_list("business_date", flat=True).first()
    )
    return found


def feeds_delivered_after(*, bank_id: int, business_date: date) -> frozenset[str]:
    """Return the feeds that were delivered for a later business date."""
    found = Load.objects.filter(bank_id=bank_id, business_date__gt=business_date)
    return frozenset(found.values_list("feed", flat=True).distinct())
