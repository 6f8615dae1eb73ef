"""Writers of the run ledger. Each runs inside ``bank_scope`` and appends an event in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID

from huikuan.evidence.services.append import event_append
from huikuan.kernel.facts import Who
from huikuan.nightly.events import RunFailed, RunFinished, RunStarted, StageFinished
from huikuan.nightly.facts import DESK_STAGE, STAGE_ORDER, RunKind, RunState, StageName, StageOutput
from huikuan.nightly.models import Run, StageRun
from huikuan.portfolio.lake import WrittenFile, hashes_combine
from huikuan.portfolio.services.lake import lake_files_name

WHO = Who.program("nightly")
SUBJECT = "nightly_run"
STAGES_KNOWN = (*STAGE_ORDER, DESK_STAGE)


NameFiles = Callable[[int, Sequence[WrittenFile], datetime], None]


def files_name(bank_id: int, files: Sequence[WrittenFile], at: datetime) -> None:
    """Name the files of a stage, so that they exist for everybody."""
    lake_files_name(bank_id=bank_id, files=files, known_at=at)


def run_begin(
    *,
    bank_id: int,
    run_id: UUID,
    business_date: date,
    delivery_hash: str,
    at: datetime,
    request_id: UUID | None = None,
    cause_run_id: UUID | None = None,
) -> None:
    """Enter a new run as running; one of a correction names its request and the run whose place it takes."""
    Run.objects.create(
        bank_id=bank_id,
        run_id=run_id,
        business_date=business_date,
        kind=RunKind.NIGHTLY if request_id is None else RunKind.CORRECTION,
        request_id=request_id,
        cause_run_id=cause_run_id,
        state=RunState.RUNNING,
        delivery_hash=delivery_hash,
        started_at=at,
    )
    _append(bank_id, run_id, "nightly.run_started", RunStarted(business_date, attempt=1), at)


def run_resume(
    *, bank_id: int, run_id: UUID, business_date: date, delivery_hash: str, attempt: int, at: datetime
) -> None:
    """Enter that an interrupted or failed run goes on; ``attempt`` is the number of the new attempt."""
    Run.objects.filter(bank_id=bank_id, run_id=run_id).update(
        state=RunState.RUNNING,
        attempt=attempt,
        delivery_hash=delivery_hash,
        rejected=None,
        failed_stage="",
        error_code="",
        error_message="",
    )
    _append(bank_id, run_id, "nightly.run_started", RunStarted(business_date, attempt), at)


def stage_commit(
    *,
    bank_id: int,
    run_id: UUID,
    business_date: date,
    stage: str,
    output: StageOutput,
    started_at: datetime,
    at: datetime,
    clock: Callable[[], datetime],
    name_files: NameFiles = files_name,
) -> str:
    """The atomic step: name the stage's files, write its rows and enter it as finished; return its content hash.

    All of it is one transaction of the caller: either the stage is visible and will not run again, or nothing of it is.
    Its files and rows are known since ``at``; it has finished, by ``clock``, when they are written.
    A correction hands ``name_files`` over, which keeps its files to itself until all of it is published.
    """
    name_files(bank_id, output.files, at)
    output.publish(at)
    content = hashes_combine({file.table: file.content_hash for file in output.files} | output.published)
    StageRun.objects.create(
        bank_id=bank_id,
        run_id=run_id,
        stage=stage,
        position=STAGES_KNOWN.index(stage) + 1,
        started_at=started_at,
        finished_at=clock(),
        rows_in=output.rows_in,
        rows_out=output.rows_out,
        content_hash=content,
        totals=output.totals,
    )
    event = StageFinished(business_date, stage, output.rows_in, output.rows_out, content)
    _append(bank_id, run_id, "nightly.stage_finished", event, at)
    return content


def run_finish(
    *, bank_id: int, run_id: UUID, business_date: date, notes: int, accepted: int, rejected: int, at: datetime
) -> None:
    """Enter a run as published. Called inside the transaction of its last stage."""
    Run.objects.filter(bank_id=bank_id, run_id=run_id).update(
        state=RunState.DONE, finished_at=at, notes=notes, accepted=accepted, rejected=rejected
    )
    _append(bank_id, run_id, "nightly.run_finished", RunFinished(business_date, notes, accepted, rejected), at)


def run_refuse(*, bank_id: int, run_id: UUID, rejected: int) -> int:
    """Enter how many rows a delivery had that is refused for them; return the number of the attempt.

    The event is that of `run_fail`, which follows.
    """
    run = Run.objects.get(bank_id=bank_id, run_id=run_id)
    run.rejected = rejected
    run.save(update_fields=["rejected"])
    return run.attempt


def run_fail(
    *, bank_id: int, run_id: UUID, business_date: date, stage: StageName, code: str, message: str, at: datetime
) -> None:
    """Enter that a run stopped with an error that a person has to remove."""
    Run.objects.filter(bank_id=bank_id, run_id=run_id).update(
        state=RunState.FAILED, failed_stage=stage, error_code=code, error_message=message
    )
    _append(bank_id, run_id, "nightly.run_failed", RunFailed(business_date, stage, code), at)


def _append(bank_id: int, run_id: UUID, name: str, payload: object, at: datetime) -> None:
    event_append(
        bank_id=bank_id, name=name, subject_kind=SUBJECT, subject_id=str(run_id), payload=payload, actor=WHO, at=at
    )
