"""Reads of what people asked of the night, and of what a correction has made and changed. All inside ``bank_scope``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from huikuan.kernel.selectors.users import display_names
from huikuan.nightly.errors import NightRequestUnknownError
from huikuan.nightly.facts import RunFact, RunKind, RunState
from huikuan.nightly.models import NightRequest, PendingFile, Run
from huikuan.nightly.selectors.runs import run_fact
from huikuan.portfolio.selectors.lake import NamedFile
from huikuan.portfolio.selectors.publication import BucketSums, bucket_sums

REQUESTS_SHOWN_MAX: Final = 50
_PENDING_KNOWN_AT: Final = datetime.max.replace(tzinfo=UTC)  # later than everything that is published


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A night that was asked to run again, or a correction; ``by`` is a person's name or a command."""

    id: UUID
    kind: str
    business_date: date
    until: date | None
    reason: str
    by: str
    approval_id: int | None
    state: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error_code: str
    error: str


@dataclass(frozen=True, slots=True)
class BucketEffect:
    """A bucket of a date before and after; amounts in minor units."""

    bucket: str
    notes_before: int
    notes_after: int
    balance_before_minor: int
    balance_after_minor: int


@dataclass(frozen=True, slots=True)
class DateEffect:
    """The figures of a corrected date before and after; amounts in minor units. ``buckets`` are those that changed."""

    business_date: date
    notes_before: int
    notes_after: int
    balance_before_minor: int
    balance_after_minor: int
    overdue_notes_before: int
    overdue_notes_after: int
    overdue_before_minor: int
    overdue_after_minor: int
    buckets: tuple[BucketEffect, ...]

    @property
    def changed(self) -> bool:
        """Whether any figure of the date is another one."""
        return bool(self.buckets) or (self.overdue_notes_before, self.overdue_before_minor) != (
            self.overdue_notes_after,
            self.overdue_after_minor,
        )


@dataclass(frozen=True, slots=True)
class RunPair:
    """A corrected date: the run that a correction published, and the one whose place it took."""

    business_date: date
    run_id: UUID
    former_run_id: UUID


def request_rows(*, bank_id: int) -> list[RequestRow]:
    """Return the latest requests (REQUESTS_SHOWN_MAX at most), newest first; two queries."""
    found = list(NightRequest.objects.filter(bank_id=bank_id).order_by("-created_at")[:REQUESTS_SHOWN_MAX])
    names = display_names(bank_id=bank_id, ids={int(row.by_ref) for row in found if row.by_kind == "user"})
    return [_request(row, names) for row in found]


def request_read(*, bank_id: int, request_id: UUID) -> NightRequest:
    """Return a request as stored; raises NightRequestUnknownError."""
    found = NightRequest.objects.filter(bank_id=bank_id, id=request_id).first()
    if found is None:
        raise NightRequestUnknownError(request_id)
    return found


def request_row(*, bank_id: int, request_id: UUID) -> RequestRow:
    """Return a request with the name of who asked for it; raises NightRequestUnknownError."""
    found = request_read(bank_id=bank_id, request_id=request_id)
    names = display_names(bank_id=bank_id, ids=[int(found.by_ref)] if found.by_kind == "user" else [])
    return _request(found, names)


def correction_unfinished(*, bank_id: int, business_date: date) -> UUID | None:
    """Return the latest correction of a first date that has begun and is not published."""
    found: UUID | None = (
        NightRequest.objects.filter(
            bank_id=bank_id, kind="correction", business_date=business_date, state__in=["running", "failed"]
        )
        .exclude(until=None)
        .order_by("-created_at")
        .values_list("id", flat=True)
        .first()
    )
    return found


def correction_runs(*, bank_id: int, request_id: UUID) -> dict[date, tuple[RunFact, UUID]]:
    """Return the runs of a correction by date, each with the run whose place it takes."""
    runs = Run.objects.filter(bank_id=bank_id, request_id=request_id, kind=RunKind.CORRECTION)
    return {run.business_date: (run_fact(run), run.cause_run_id) for run in runs if run.cause_run_id is not None}


def pending_files(*, bank_id: int, request_id: UUID) -> list[NamedFile]:
    """Return the files that a correction has made and not published."""
    runs = Run.objects.filter(bank_id=bank_id, request_id=request_id).values("run_id")
    found = PendingFile.objects.filter(bank_id=bank_id, run_id__in=runs).order_by("business_date", "table_name")
    return [
        NamedFile(f.table_name, f.business_date, f.run_id, f.path, f.rows, f.content_hash, _PENDING_KNOWN_AT)
        for f in found
    ]


def pending_paths(*, bank_id: int) -> frozenset[str]:
    """Return the paths of all files of unpublished corrections: the sweep leaves them alone."""
    return frozenset(PendingFile.objects.filter(bank_id=bank_id).values_list("path", flat=True))


def run_pairs(*, bank_id: int, request_id: UUID) -> dict[date, RunPair]:
    """Return the runs of a published correction by date, each with the run whose place it took; empty before that."""
    request_read(bank_id=bank_id, request_id=request_id)
    runs = Run.objects.filter(bank_id=bank_id, request_id=request_id, state=RunState.DONE)
    return {
        run.business_date: RunPair(run.business_date, run.run_id, run.cause_run_id)
        for run in runs
        if run.cause_run_id is not None
    }


def correction_effect(*, bank_id: int, request_id: UUID) -> list[DateEffect]:
    """Return what a published correction has changed, by date; empty for one that is not published."""
    pairs = run_pairs(bank_id=bank_id, request_id=request_id)
    return [
        _effect(day, _cells(bank_id, pair.former_run_id), _cells(bank_id, pair.run_id))
        for day, pair in sorted(pairs.items())
    ]


def _cells(bank_id: int, run_id: UUID) -> list[BucketSums]:
    return bucket_sums(bank_id=bank_id, run_id=run_id, institution_codes=None, product=None)


def _effect(business_date: date, before: Sequence[BucketSums], after: Sequence[BucketSums]) -> DateEffect:
    old, new = _by_bucket(before), _by_bucket(after)
    none = (0, 0)
    return DateEffect(
        business_date=business_date,
        notes_before=sum(row["notes"] for row in before),
        notes_after=sum(row["notes"] for row in after),
        balance_before_minor=sum(row["balance_minor"] for row in before),
        balance_after_minor=sum(row["balance_minor"] for row in after),
        overdue_notes_before=sum(row["overdue_notes"] for row in before),
        overdue_notes_after=sum(row["overdue_notes"] for row in after),
        overdue_before_minor=_overdue(before),
        overdue_after_minor=_overdue(after),
        buckets=tuple(
            BucketEffect(
                bucket,
                old.get(bucket, none)[0],
                new.get(bucket, none)[0],
                old.get(bucket, none)[1],
                new.get(bucket, none)[1],
            )
            for bucket in sorted({*old, *new})
            if old.get(bucket, none) != new.get(bucket, none)
        ),
    )


def _overdue(cells: Sequence[BucketSums]) -> int:
    return sum(row["overdue_principal_minor"] + row["overdue_interest_minor"] for row in cells)


def _by_bucket(cells: Sequence[BucketSums]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for row in cells:
        notes, balance = found.get(row["bucket"], (0, 0))
        found[row["bucket"]] = (notes + row["notes"], balance + row["balance_minor"])
    return found


def _request(row: NightRequest, names: dict[int, str]) -> RequestRow:
    return RequestRow(
        id=row.id,
        kind=row.kind,
        business_date=row.business_date,
        until=row.until,
        reason=row.reason,
        by=names.get(int(row.by_ref), row.by_ref) if row.by_kind == "user" else row.by_ref,
        approval_id=row.approval_id,
        state=row.state,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        error_code=row.error_code,
        error=row.error_message,
    )
