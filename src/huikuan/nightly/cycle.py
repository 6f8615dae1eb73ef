"""The cycle: run the stages of one night in order, and the nights of a bank without gaps.

Each stage computes from what is visible, writes files that no row names yet, and becomes visible in one transaction
together with its entry in the ledger (``services.run.stage_commit``). Killed at any point, the same command goes on
after the last finished stage with the same run, and ends with the same content hashes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

from django.db import InterfaceError, OperationalError

from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.delivery import (
    delivery_first,
    delivery_folder,
    delivery_hash_read,
    delivery_is_there,
    delivery_was_earlier,
)
from huikuan.nightly.desk import desk_behind, desk_bring
from huikuan.nightly.errors import (
    NightConnectionError,
    NightDateBackError,
    NightDateFutureError,
    NightDateMissingError,
    NightDeliveredAgainError,
    NightDeliveryChangedError,
    error_said,
)
from huikuan.nightly.facts import STAGE_ORDER, BankFact, RunFact, RunState, StageDone, StageName, StageOutput
from huikuan.nightly.faults import FaultPoint, fault_point
from huikuan.nightly.lock import night_lock
from huikuan.nightly.night import Night
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.selectors.corrections import pending_paths
from huikuan.nightly.selectors.desk import desk_date
from huikuan.nightly.selectors.runs import run_dates, run_of_date, stages_done
from huikuan.nightly.services.run import (
    NameFiles,
    files_name,
    run_begin,
    run_fail,
    run_finish,
    run_resume,
    stage_commit,
)
from huikuan.nightly.stages.registry import STAGES
from huikuan.nightly.steps import relations_drop
from huikuan.nightly.stretch import Stretch
from huikuan.nightly.trouble import clock_check, trouble_named
from huikuan.portfolio.errors import LakeFileMissingError
from huikuan.portfolio.lake import Lake
from huikuan.portfolio.selectors.lake import lake_paths

logger = logging.getLogger("huikuan.nightly")
_ONE_DAY = timedelta(days=1)
NIGHTLY = Who.program("nightly")


class Progress(Protocol):
    """Told how far a night is; the command line draws it."""

    def night_begins(self, business_date: date, number: int, of: int) -> None:
        """A night begins; ``number`` of ``of`` in this catch-up."""
        ...

    def stage_begins(self, business_date: date, stage: StageName) -> None:
        """A stage begins."""
        ...

    def night_ends(self, result: NightResult) -> None:
        """A night is over."""
        ...


@dataclass(frozen=True, slots=True)
class NightResult:
    """What became of a night. ``changed`` is False for a date that was published before with the same delivery."""

    business_date: date
    run_id: UUID
    changed: bool
    resumed: bool
    stages: tuple[StageDone, ...]

    @property
    def notes(self) -> int:
        """Notes in the book of the night."""
        return next((stage.totals["notes"] for stage in self.stages if stage.stage == StageName.SNAPSHOT), 0)

    @property
    def seconds(self) -> float:
        """Sum of the stages' times."""
        return sum(stage.seconds for stage in self.stages)


def now_utc() -> datetime:
    """The moment, aware."""
    return datetime.now(UTC)


def nights_run(
    bank: BankFact,
    until: date,
    places: NightPlaces,
    progress: Progress,
    *,
    by: Who = NIGHTLY,
    clock: Callable[[], datetime] = now_utc,
) -> list[NightResult]:
    """Run every missing night up to ``until`` in order, under the bank's lock; return what became of each.

    An empty book begins with the earliest delivery in the inbox. ``by`` is named to whoever asks for a night meanwhile.
    Raises a DomainError that says what to do; nights that were finished before it stay.
    """
    with night_lock(bank.id, bank.code, by):
        clock_check(bank, clock())
        dates = nights_due(bank, until, places.inbox, today=bank.today(clock()))
        lake_sweep(bank, places)
        results = []
        try:
            with closing(_stretch(bank, places, dates)) as stretch:
                for number, business_date in enumerate(dates, start=1):
                    if number > 1 and not delivery_is_there(places.inbox, bank.code, business_date):
                        raise _missing(bank, business_date, until, places.inbox)
                    progress.night_begins(business_date, number, len(dates))
                    result = _night_run(stretch, business_date, progress, clock)
                    progress.night_ends(result)
                    results.append(result)
        except (NightConnectionError, OperationalError, InterfaceError):
            raise  # the lock went with the connection: another process may hold it by now
        except Exception:
            try:
                desk_bring(bank, places, clock)
            except Exception:  # the error that stopped the nights is the one to be told
                logger.exception("The desk of %s was not brought to its last night.", bank.code)
            raise
        desk_bring(bank, places, clock)
        return results


def _stretch(bank: BankFact, places: NightPlaces, dates: Sequence[date]) -> Stretch:
    """Return the nights that are due; of several, or after some whose desk is to come, the last one brings the desk."""
    if len(dates) == 1 and not desk_behind(bank):
        return Stretch(bank, places, dates)
    with bank_scope(bank.id):
        return Stretch(bank, places, dates, desk_later=True, desk_on=desk_date(bank_id=bank.id))


def lake_sweep(bank: BankFact, places: NightPlaces) -> None:
    """Remove what no run has named: a killed stage leaves it behind. Only under the bank's lock."""
    with bank_scope(bank.id):
        named = lake_paths(bank_id=bank.id) | pending_paths(bank_id=bank.id)
    swept = Lake(places.lake, bank.code).sweep(named)
    if swept:
        logger.info("Removed %d files that no run had named.", len(swept))


def nights_due(bank: BankFact, until: date, inbox: Path, *, today: date) -> list[date]:
    """Return the dates to run for ``until``: the day after the last night up to it, or itself if it is done."""
    if until > today:
        raise NightDateFutureError(until, today)
    with bank_scope(bank.id):
        book = run_dates(bank_id=bank.id)
    if book is None:
        first = delivery_first(inbox, bank.code, until)
        if first is None:
            raise _missing(bank, until, until, inbox)
        return _days(first, until)
    first, last = book
    if until < first:
        raise NightDateBackError(until, first)
    if until <= last:
        return [until]
    if not delivery_is_there(inbox, bank.code, last + _ONE_DAY):
        raise _missing(bank, last + _ONE_DAY, until, inbox)
    return _days(last + _ONE_DAY, until)


def _night_run(stretch: Stretch, business_date: date, progress: Progress, clock: Callable[[], datetime]) -> NightResult:
    bank, places = stretch.bank, stretch.places
    with bank_scope(bank.id):
        known = run_of_date(bank_id=bank.id, business_date=business_date)
    if known is not None and known.state == RunState.DONE and not _delivered(bank, business_date, places):
        return night_result(bank, known, changed=False, resumed=False)  # the inbox was cleared: nothing to compare
    delivery_hash = delivery_hash_read(places.inbox, bank.code, business_date)
    if known is not None and StageName.INGEST in known.stages_done and known.delivery_hash != delivery_hash:
        again = delivery_was_earlier(places.inbox, bank.code, business_date, known.delivery_hash)
        if not again:
            raise NightDeliveryChangedError(business_date, known.run_id)
        if known.state == RunState.DONE:
            raise NightDeliveredAgainError(business_date, known.run_id)
        delivery_hash = known.delivery_hash  # it goes on with what it has loaded; the rest is for a correction
    if known is not None and known.state == RunState.DONE:
        return night_result(bank, known, changed=False, resumed=False)
    run = run_open(bank, business_date, known, delivery_hash, clock(), run_id=stretch.run_id(business_date))
    left = [stage for stage in STAGE_ORDER if stage not in run.stages_done]
    try:
        with stretch.night(run) as night:
            for stage in left:
                progress.stage_begins(business_date, stage)
                stage_run(night, stage, clock)
    except LakeFileMissingError as error:
        night_fail(bank.id, run.run_id, business_date, left[0], error, clock())
        raise
    return night_result(bank, run, changed=True, resumed=known is not None)


def run_open(
    bank: BankFact,
    business_date: date,
    known: RunFact | None,
    delivery_hash: str,
    at: datetime,
    *,
    run_id: UUID | None = None,
    request_id: UUID | None = None,
    cause_run_id: UUID | None = None,
) -> RunFact:
    """Enter a new run, with a new id if none is given, or that a known one goes on; one of a correction names its
    request and its cause.
    """
    with bank_scope(bank.id):
        if known is None:
            run = RunFact(run_id or uuid4(), business_date, RunState.RUNNING, 1, delivery_hash, ())
            run_begin(
                bank_id=bank.id,
                run_id=run.run_id,
                business_date=business_date,
                delivery_hash=delivery_hash,
                at=at,
                request_id=request_id,
                cause_run_id=cause_run_id,
            )
            return run
        run_resume(
            bank_id=bank.id,
            run_id=known.run_id,
            business_date=business_date,
            delivery_hash=delivery_hash,
            attempt=known.attempt + 1,
            at=at,
        )
        return known


def stage_run(
    night: Night,
    stage: StageName,
    clock: Callable[[], datetime],
    *,
    make: Callable[[Night], StageOutput] | None = None,
    name_files: NameFiles = files_name,
) -> StageOutput:
    """Run one stage up to its atomic step; an error is entered in the ledger and raised.

    A correction hands over how a stage is made where that differs, and what becomes of its files.
    """
    started_at = clock()
    try:
        with trouble_named(stage):
            fault_point(stage, FaultPoint.BEFORE_WRITE)
            output = (make or STAGES[stage])(night)
            night.flush()
            fault_point(stage, FaultPoint.WRITTEN)
            with bank_scope(night.bank.id):
                at = clock()
                stage_commit(
                    bank_id=night.bank.id,
                    run_id=night.run_id,
                    business_date=night.business_date,
                    stage=stage,
                    output=output,
                    started_at=started_at,
                    at=at,
                    clock=clock,
                    name_files=name_files,
                )
                if stage is STAGE_ORDER[-1]:
                    night_finish(night, clock())
                fault_point(stage, FaultPoint.INSIDE_COMMIT)
    except Exception as error:
        night_fail(night.bank.id, night.run_id, night.business_date, stage, error, clock())
        raise
    night.name_files(output.files)
    night.renumbering_delivered = False  # its file is named now: whether keys change today stands in its rows
    relations_drop(night.con)
    fault_point(stage, FaultPoint.AFTER_COMMIT)
    return output


def night_fail(
    bank_id: int, run_id: UUID, business_date: date, stage: StageName, error: Exception, at: datetime
) -> None:
    """Enter that a run stopped with an error.

    Without a database nothing can be entered: the run then shows as interrupted, because nobody holds its lock.
    """
    code, message = error_said(error)
    with suppress(OperationalError) if isinstance(error, NightConnectionError) else nullcontext(), bank_scope(bank_id):
        run_fail(
            bank_id=bank_id,
            run_id=run_id,
            business_date=business_date,
            stage=stage,
            code=code,
            message=message,
            at=at,
        )


def night_finish(night: Night, at: datetime) -> None:
    """Enter that a run is published; inside the transaction that publishes it."""
    done = {stage.stage: stage for stage in stages_done(bank_id=night.bank.id, run_id=night.run_id)}
    run_finish(
        bank_id=night.bank.id,
        run_id=night.run_id,
        business_date=night.business_date,
        notes=done[StageName.SNAPSHOT].totals["notes"],
        accepted=done[StageName.INGEST].totals["accepted"],
        rejected=done[StageName.INGEST].totals["rejected"],
        at=at,
    )


def night_result(bank: BankFact, run: RunFact, *, changed: bool, resumed: bool) -> NightResult:
    """Return what became of a run, with the stages that it has finished."""
    with bank_scope(bank.id):
        stages = stages_done(bank_id=bank.id, run_id=run.run_id)
    return NightResult(run.business_date, run.run_id, changed, resumed, tuple(stages))


def _delivered(bank: BankFact, business_date: date, places: NightPlaces) -> bool:
    return delivery_is_there(places.inbox, bank.code, business_date)


def _missing(bank: BankFact, missing: date, wanted: date, inbox: Path) -> NightDateMissingError:
    return NightDateMissingError(missing, wanted, delivery_folder(inbox, bank.code, missing))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
