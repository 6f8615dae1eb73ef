"""Reads of the run ledger. All run inside ``bank_scope``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huikuan.nightly.errors import NightRunUnknownError
from huikuan.nightly.facts import STAGE_ORDER, RunFact, RunState, StageDone
from huikuan.nightly.lock import night_is_locked
from huikuan.nightly.models import Run, StageRun

RUNS_PER_PAGE_MAX = 100


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage of a run for the screen; what has not finished has no figures."""

    name: str
    state: str  # done | running | failed | pending
    seconds: float | None
    rows_in: int | None
    rows_out: int | None
    content_hash: str | None


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with its stages for the screen."""

    run_id: UUID
    business_date: date
    kind: str
    state: str  # running | done | failed; a run whose process is gone has failed
    attempt: int
    started_at: datetime
    finished_at: datetime | None
    seconds: float | None
    notes: int | None
    accepted: int | None
    rejected: int | None
    stages: tuple[StageView, ...]
    error_code: str
    error_message: str


def run_of_date(*, bank_id: int, business_date: date) -> RunFact | None:
    """Return the regular run of a date with the stages that it has finished."""
    run = Run.objects.filter(bank_id=bank_id, business_date=business_date, kind="nightly").first()
    if run is None:
        return None
    done = StageRun.objects.filter(bank_id=bank_id, run_id=run.run_id).order_by("position")
    return RunFact(
        run_id=run.run_id,
        business_date=run.business_date,
        state=run.state,
        attempt=run.attempt,
        delivery_hash=run.delivery_hash,
        stages_done=tuple(done.values_list("stage", flat=True)),
    )


def run_dates(*, bank_id: int) -> tuple[date, date] | None:
    """Return the first date of the book and the last date whose night is done; None for an empty book."""
    done = Run.objects.filter(bank_id=bank_id, kind="nightly", state=RunState.DONE).order_by("business_date")
    first, last = done.first(), done.last()
    return None if first is None or last is None else (first.business_date, last.business_date)


def stages_done(*, bank_id: int, run_id: UUID) -> list[StageDone]:
    """Return the finished stages of a run in order."""
    return [
        StageDone(
            stage=row.stage,
            started_at=row.started_at,
            finished_at=row.finished_at,
            rows_in=row.rows_in,
            rows_out=row.rows_out,
            content_hash=row.content_hash,
            totals=dict(row.totals),
        )
        for row in StageRun.objects.filter(bank_id=bank_id, run_id=run_id).order_by("position")
    ]


def run_views(*, bank_id: int, before: date | None, limit: int) -> list[RunView]:
    """Return runs by business date, latest first, up to ``limit`` (RUNS_PER_PAGE_MAX at most); three queries."""
    runs = Run.objects.filter(bank_id=bank_id)
    if before is not None:
        runs = runs.filter(business_date__lt=before)
    return _views(bank_id, list(runs.order_by("-business_date", "-started_at")[: min(limit, RUNS_PER_PAGE_MAX)]))


def run_view(*, bank_id: int, run_id: UUID) -> RunView:
    """Return one run; raises NightRunUnknownError."""
    run = Run.objects.filter(bank_id=bank_id, run_id=run_id).first()
    if run is None:
        raise NightRunUnknownError(run_id)
    return _views(bank_id, [run])[0]


def run_latest(*, bank_id: int) -> RunView | None:
    """Return the run of the latest business date."""
    found = run_views(bank_id=bank_id, before=None, limit=1)
    return found[0] if found else None


def _views(bank_id: int, runs: list[Run]) -> list[RunView]:
    stages: dict[UUID, dict[str, StageRun]] = {run.run_id: {} for run in runs}
    for stage in StageRun.objects.filter(bank_id=bank_id, run_id__in=list(stages)):
        stages[stage.run_id][stage.stage] = stage
    alive = night_is_locked(bank_id) if any(run.state == RunState.RUNNING for run in runs) else False
    return [_view(run, stages[run.run_id], alive) for run in runs]


def _view(run: Run, done: dict[str, StageRun], alive: bool) -> RunView:
    interrupted = run.state == RunState.RUNNING and not alive
    state = str(RunState.FAILED) if interrupted else run.state
    views, open_state = [], state
    for name in STAGE_ORDER:
        if name in done:
            stage = done[name]
            seconds = (stage.finished_at - stage.started_at).total_seconds()
            views.append(StageView(name, "done", seconds, stage.rows_in, stage.rows_out, stage.content_hash))
        else:
            views.append(StageView(name, open_state, None, None, None, None))
            open_state = "pending"
    return RunView(
        run_id=run.run_id,
        business_date=run.business_date,
        kind=run.kind,
        state=state,
        attempt=run.attempt,
        started_at=run.started_at,
        finished_at=run.finished_at,
        seconds=None if run.finished_at is None else (run.finished_at - run.started_at).total_seconds(),
        notes=run.notes,
        accepted=run.accepted,
        rejected=run.rejected,
        stages=tuple(views),
        error_code="nightly.interrupted" if interrupted else run.error_code,
        error_message=INTERRUPTED if interrupted else run.error_message,
    )


INTERRUPTED = (
    "The process of this night ended without a word (killed, machine stopped, connection lost). Nothing half-done is "
    "visible. Run the same command again: it goes on after the last finished stage."
)
