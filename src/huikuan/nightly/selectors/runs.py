"""Reads of the run ledger. All run inside ``bank_scope``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, Q

from huikuan.nightly.errors import NightRunUnknownError
from huikuan.nightly.facts import STAGE_ORDER, RunFact, RunKind, RunState, StageDone, StageName
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
    request_id: UUID | None
    cause_run_id: UUID | None


def run_of_date(*, bank_id: int, business_date: date) -> RunFact | None:
    """Return the run in force of a date with the stages that it has finished.

    That is the published one which became known last: the regular run, or the latest correction of it.
    """
    runs = Run.objects.filter(bank_id=bank_id, business_date=business_date)
    run = (
        runs.filter(Q(kind=RunKind.NIGHTLY) | Q(state=RunState.DONE))
        .order_by(F("finished_at").desc(nulls_last=True))
        .first()
    )
    return None if run is None else run_fact(run)


def sequences_used(*, bank_id: int, dates: Collection[date]) -> dict[date, int]:
    """Return which delivery of each date the run in force was made from; none for nights from the lake. Two queries."""
    runs = Run.objects.filter(bank_id=bank_id, business_date__in=list(dates), state=RunState.DONE)
    force = {run.business_date: run.run_id for run in runs.order_by("finished_at")}
    totals = dict(
        StageRun.objects.filter(bank_id=bank_id, run_id__in=list(force.values()), stage=StageName.INGEST).values_list(
            "run_id", "totals"
        )
    )
    used = {day: totals.get(run_id, {}).get("delivery_sequence") for day, run_id in force.items()}
    return {day: sequence for day, sequence in used.items() if sequence is not None}


def run_fact(run: Run) -> RunFact:
    """Return a row of the ledger with the stages that it has finished."""
    done = StageRun.objects.filter(bank_id=run.bank_id, run_id=run.run_id).order_by("position")
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
    done = Run.objects.filter(bank_id=bank_id, kind=RunKind.NIGHTLY, state=RunState.DONE).order_by("business_date")
    first, last = done.first(), done.last()
    return None if first is None or last is None else (first.business_date, last.business_date)


def night_unfinished(*, bank_id: int) -> date | None:
    """Return the date of a regular night that has finished a stage and is not published."""
    open_runs = Run.objects.filter(bank_id=bank_id, kind=RunKind.NIGHTLY).exclude(state=RunState.DONE)
    begun = StageRun.objects.filter(bank_id=bank_id, run_id__in=open_runs.values("run_id")).values("run_id")
    found: date | None = (
        open_runs.filter(run_id__in=begun).order_by("business_date").values_list("business_date", flat=True).first()
    )
    return found


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
    """Return runs by business date, latest first; four queries.

    ``limit`` (RUNS_PER_PAGE_MAX at most) of them, and what else there is of the last of their dates: a date is never
    cut in two.
    """
    runs = Run.objects.filter(bank_id=bank_id).order_by("-business_date", "-started_at")
    if before is not None:
        runs = runs.filter(business_date__lt=before)
    found = list(runs[: min(limit, RUNS_PER_PAGE_MAX)])
    if found:
        last = found[-1].business_date
        found = [run for run in found if run.business_date != last] + list(runs.filter(business_date=last))
    return _views(bank_id, found)


def run_view(*, bank_id: int, run_id: UUID) -> RunView:
    """Return one run; raises NightRunUnknownError."""
    run = Run.objects.filter(bank_id=bank_id, run_id=run_id).first()
    if run is None:
        raise NightRunUnknownError(run_id)
    return _views(bank_id, [run])[0]


def run_latest(*, bank_id: int) -> RunView | None:
    """Return the run in force of the latest business date, or the regular one that is on its way."""
    runs = Run.objects.filter(bank_id=bank_id).filter(Q(kind=RunKind.NIGHTLY) | Q(state=RunState.DONE))
    run = runs.order_by("-business_date", F("finished_at").desc(nulls_last=True)).first()
    return None if run is None else _views(bank_id, [run])[0]


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
        request_id=run.request_id,
        cause_run_id=run.cause_run_id,
    )


INTERRUPTED = (
    "The process of this night ended without a word (killed, machine stopped, connection lost). Nothing half-done is "
    "visible. Run the same command again: it goes on after the last finished stage."
)
