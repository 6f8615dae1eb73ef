"""Reads of what was delivered and refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

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
    """A refused row; ``id`` is ``feed:line`` and stands for the place in the list."""

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
        RejectRow(f"{row.feed}:{row.line}", row.feed, files[row.feed], row.line, row.reasons, row.raw)
        for row in found.order_by("feed", "line")[: min(limit, REJECTS_PER_PAGE_MAX)]
    ]
