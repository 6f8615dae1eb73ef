"""Writers of what people ask of the night: a night to be run again, a correction; and of a correction's publication.

Each runs inside ``bank_scope`` and appends an event in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from huikuan.evidence.services.append import event_append
from huikuan.kernel.facts import Who
from huikuan.kernel.jobs import jobs_unfinished
from huikuan.kernel.masking import personal_in_text
from huikuan.nightly.errors import CorrectionReasonError, JobLostError, error_said
from huikuan.nightly.events import CorrectionBegun, CorrectionPublished, RequestFailed, RerunRequested
from huikuan.nightly.models import NightRequest, PendingFile
from huikuan.portfolio.lake import WrittenFile
from huikuan.portfolio.services.lake import lake_files_name

SUBJECT: Final = "nightly_request"
RERUN: Final = "rerun"
CORRECTION: Final = "correction"
REASON_LENGTH_MIN: Final = 4
REASON_LENGTH_MAX: Final = 500


def reason_checked(reason: str) -> str:
    """Return a reason without blanks at its ends; raises CorrectionReasonError."""
    text = " ".join(reason.split())
    if not REASON_LENGTH_MIN <= len(text) <= REASON_LENGTH_MAX or personal_in_text(text):
        raise CorrectionReasonError
    return text


def request_put(
    *,
    bank_id: int,
    kind: str,
    business_date: date,
    by: Who,
    at: datetime,
    reason: str = "",
    approval_id: int | None = None,
    request_id: UUID | None = None,
    job_id: int | None = None,
) -> UUID:
    """Enter what a person asks for as queued; return its id."""
    key = request_id or uuid4()
    NightRequest.objects.create(
        bank_id=bank_id,
        id=key,
        kind=kind,
        business_date=business_date,
        reason=reason_checked(reason) if kind == CORRECTION else "",
        by_kind=by.kind,
        by_ref=by.ref,
        approval_id=approval_id,
        state="queued",
        created_at=at,
        job_id=job_id,
    )
    if kind == RERUN:
        _append(bank_id, key, "nightly.rerun_requested", RerunRequested(business_date), by, at)
    return key


def request_begin(*, bank_id: int, request_id: UUID, at: datetime) -> None:
    """Enter that a request is being worked on, for the first time or again."""
    NightRequest.objects.filter(bank_id=bank_id, id=request_id).update(
        state="running", started_at=at, finished_at=None, error_code="", error_message=""
    )


def request_done(*, bank_id: int, request_id: UUID, at: datetime) -> None:
    """Enter that a request has been carried out."""
    NightRequest.objects.filter(bank_id=bank_id, id=request_id).update(state="done", finished_at=at)


def request_fail(*, bank_id: int, request_id: UUID, business_date: date, error: Exception, at: datetime) -> None:
    """Enter that a request ended with an error."""
    code, message = error_said(error)
    NightRequest.objects.filter(bank_id=bank_id, id=request_id).update(
        state="failed", finished_at=at, error_code=code, error_message=message
    )
    failed = RequestFailed(business_date, code)
    _append(bank_id, request_id, "nightly.request_failed", failed, Who.program("nightly"), at)


def requests_sweep(*, bank_id: int, at: datetime) -> int:
    """Enter as failed what waits for a job that is no more; return how many."""
    waiting = NightRequest.objects.filter(bank_id=bank_id, state__in=["queued", "running"], job_id__isnull=False)
    found = {row.job_id: row for row in waiting if row.job_id is not None}
    alive = jobs_unfinished(list(found))
    lost = [row for job_id, row in found.items() if job_id not in alive]
    for row in lost:
        request_fail(bank_id=bank_id, request_id=row.id, business_date=row.business_date, error=JobLostError(), at=at)
    return len(lost)


def correction_begin(*, bank_id: int, request_id: UUID, business_date: date, until: date, at: datetime) -> None:
    """Enter that a correction begins or goes on, and up to which date it reaches."""
    request = NightRequest.objects.get(bank_id=bank_id, id=request_id)
    first_time = request.until is None
    request_begin(bank_id=bank_id, request_id=request_id, at=at)
    NightRequest.objects.filter(bank_id=bank_id, id=request_id).update(until=until)
    if first_time:
        begun = CorrectionBegun(business_date, until, request.approval_id)
        _append(bank_id, request_id, "nightly.correction_begun", begun, Who(request.by_kind, request.by_ref), at)


def pending_keep(bank_id: int, files: Sequence[WrittenFile], _at: datetime) -> None:
    """Keep the files of a stage of a correction: they exist for the correction alone until it is published."""
    PendingFile.objects.bulk_create(
        PendingFile(
            bank_id=bank_id,
            table_name=file.table,
            business_date=file.business_date,
            run_id=file.run_id,
            path=file.path,
            rows=file.rows,
            content_hash=file.content_hash,
        )
        for file in files
    )


def correction_publish(
    *,
    bank_id: int,
    request_id: UUID,
    business_date: date,
    until: date,
    runs: Sequence[UUID],
    former_runs: Sequence[UUID],
    at: datetime,
) -> None:
    """Name all files of a correction with one known-at, and enter it as done: part of the transaction that publishes
    its nights.
    """
    kept = PendingFile.objects.filter(bank_id=bank_id, run_id__in=list(runs))
    files = [
        WrittenFile(row.table_name, row.business_date, row.run_id, row.path, row.rows, row.content_hash)
        for row in kept.order_by("business_date", "table_name")
    ]
    lake_files_name(bank_id=bank_id, files=files, known_at=at)
    kept.delete()
    request_done(bank_id=bank_id, request_id=request_id, at=at)
    published = CorrectionPublished(business_date, until, tuple(runs), tuple(former_runs))
    _append(bank_id, request_id, "nightly.correction_published", published, Who.program("nightly"), at)


def _append(bank_id: int, request_id: UUID, name: str, payload: object, by: Who, at: datetime) -> None:
    event_append(
        bank_id=bank_id, name=name, subject_kind=SUBJECT, subject_id=str(request_id), payload=payload, actor=by, at=at
    )
