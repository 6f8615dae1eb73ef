"""Correction runs: a delivery of a past date was wrong, and the right one lies in the inbox now.

A correction *adds* runs: one for the corrected date and one for each later night up to the last, in order, each from
its delivery in the inbox or, where that was cleared, from the accepted rows that the former run left in the lake.
Nothing that was published is overwritten. While it runs, its files are known to the correction alone
(``nightly_pending_file``); when the last night is computed, one transaction names all of them, publishes all nights
with one known-at, and brings the desk to the last of them. So nobody ever sees half of a correction; as known before
that moment every date answers the former figures, as known after it the new ones. Killed at any point, it goes on after
the last finished stage.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.cycle import (
    NightResult,
    Progress,
    lake_sweep,
    night_fail,
    night_finish,
    night_result,
    now_utc,
    run_open,
    stage_run,
)
from huikuan.nightly.delivery import delivery_folder, delivery_hash_read, delivery_is_there
from huikuan.nightly.desk import desk_bring
from huikuan.nightly.errors import (
    NightDateBackError,
    NightDateFutureError,
    NightDateMissingError,
    NightDeliveryChangedError,
    NightNothingToCorrectError,
    NightUnfinishedError,
)
from huikuan.nightly.facts import STAGE_ORDER, BankFact, RunFact, RunState, StageName, StageOutput
from huikuan.nightly.faults import FaultPoint, fault_point
from huikuan.nightly.lock import night_lock
from huikuan.nightly.night import Night
from huikuan.nightly.opening import CorrectionFiles, NightPlaces, night_open
from huikuan.nightly.selectors.corrections import (
    correction_runs,
    correction_unfinished,
    pending_files,
)
from huikuan.nightly.selectors.runs import night_unfinished, run_dates, run_of_date
from huikuan.nightly.services.request import (
    CORRECTION,
    correction_begin,
    correction_publish,
    pending_keep,
    reason_checked,
    request_fail,
    request_put,
)
from huikuan.nightly.services.run import stage_commit
from huikuan.nightly.stages.migrate import migrate_stage
from huikuan.nightly.stages.publish import publish_stage
from huikuan.nightly.stages.relay import relay_stage
from huikuan.nightly.trouble import clock_check
from huikuan.portfolio.book_tables import ALL_TABLES
from huikuan.portfolio.lake_tables import current_tables, feed_tables
from huikuan.portfolio.selectors.lake import NamedFile, lake_files
from huikuan.portfolio.selectors.loads import feeds_delivered_after, loads_of_run

_ONE_DAY = timedelta(days=1)
_COMPUTED = tuple(stage for stage in STAGE_ORDER if stage is not StageName.PUBLISH)


@dataclass(frozen=True, slots=True)
class PlannedNight:
    """A night that a correction makes anew: the run whose place it takes, and where its rows come from."""

    business_date: date
    cause: RunFact
    delivery_hash: str
    from_inbox: bool


@dataclass(frozen=True, slots=True)
class _Correction:
    bank: BankFact
    places: NightPlaces
    request_id: UUID
    nights: tuple[PlannedNight, ...]
    clock: Callable[[], datetime]

    @property
    def first(self) -> date:
        return self.nights[0].business_date

    @property
    def last(self) -> date:
        return self.nights[-1].business_date


def correction_plan(bank: BankFact, first: date, places: NightPlaces, *, today: date) -> tuple[PlannedNight, ...]:
    """Return the nights that a correction of ``first`` makes anew; raises a DomainError where there is none to make."""
    if first > today:
        raise NightDateFutureError(first, today)
    with bank_scope(bank.id):
        book = run_dates(bank_id=bank.id)
        unfinished = night_unfinished(bank_id=bank.id)
    if book is None or first < book[0] or first > book[1]:
        raise NightDateBackError(first, book[0] if book else first)
    if unfinished is not None:
        raise NightUnfinishedError(unfinished)
    if not delivery_is_there(places.inbox, bank.code, first):
        raise NightDateMissingError(first, first, delivery_folder(places.inbox, bank.code, first))
    nights = tuple(_planned(bank, first + _ONE_DAY * n, places) for n in range((book[1] - first).days + 1))
    if nights[0].delivery_hash == nights[0].cause.delivery_hash:
        raise NightNothingToCorrectError(first)
    return nights


def correction_run(
    bank: BankFact,
    first: date,
    places: NightPlaces,
    progress: Progress,
    *,
    reason: str,
    by: Who,
    request_id: UUID | None = None,
    clock: Callable[[], datetime] = now_utc,
) -> list[NightResult]:
    """Correct the nights from ``first`` to the last one; return what became of each, all published together.

    Goes on with an interrupted correction of the same date and deliveries. ``request_id`` is that of a request which
    was entered and approved before. Raises a DomainError that says what to do; the book is then as it was.
    """
    reason_checked(reason)
    with night_lock(bank.id, bank.code, by):
        clock_check(bank, clock())
        nights = correction_plan(bank, first, places, today=bank.today(clock()))
        correction = _opened(bank, places, nights, reason, by, request_id, clock)
        lake_sweep(bank, places)
        desk_bring(bank, places, clock)
        with bank_scope(bank.id):
            begun = correction_runs(bank_id=bank.id, request_id=correction.request_id)
        try:
            for number, night in enumerate(nights, start=1):
                progress.night_begins(night.business_date, number, len(nights))
                known = begun.get(night.business_date)
                _night_compute(correction, night, None if known is None else known[0], progress)
            progress.stage_begins(correction.last, StageName.PUBLISH)
            _publish(correction)
        except Exception as error:
            with bank_scope(bank.id):
                request_fail(
                    bank_id=bank.id,
                    request_id=correction.request_id,
                    business_date=first,
                    error=error,
                    at=clock(),
                )
            raise
        return _results(correction, progress)


def _planned(bank: BankFact, business_date: date, places: NightPlaces) -> PlannedNight:
    with bank_scope(bank.id):
        cause = run_of_date(bank_id=bank.id, business_date=business_date)
    if cause is None or cause.state != RunState.DONE:
        raise NightUnfinishedError(business_date)
    if delivery_is_there(places.inbox, bank.code, business_date):
        delivered = delivery_hash_read(places.inbox, bank.code, business_date)
        return PlannedNight(business_date, cause, delivered, from_inbox=True)
    return PlannedNight(business_date, cause, cause.delivery_hash, from_inbox=False)


def _opened(
    bank: BankFact,
    places: NightPlaces,
    nights: tuple[PlannedNight, ...],
    reason: str,
    by: Who,
    request_id: UUID | None,
    clock: Callable[[], datetime],
) -> _Correction:
    """Enter the correction, or that an interrupted one goes on; one that was begun from other files is left alone."""
    first, last = nights[0].business_date, nights[-1].business_date
    with bank_scope(bank.id):
        key = request_id or correction_unfinished(bank_id=bank.id, business_date=first)
        if key is not None:
            other = _other_files(bank.id, key, nights)
            if other is not None:
                if request_id is not None:
                    raise NightDeliveryChangedError(other.business_date, other.run_id)
                key = None
        if key is None:
            key = request_put(bank_id=bank.id, kind=CORRECTION, business_date=first, by=by, reason=reason, at=clock())
        correction_begin(bank_id=bank.id, request_id=key, business_date=first, until=last, at=clock())
    return _Correction(bank, places, key, nights, clock)


def _other_files(bank_id: int, request_id: UUID, nights: tuple[PlannedNight, ...]) -> RunFact | None:
    """Return a run of the correction that was made from another delivery than is there now, or in another place."""
    planned = {night.business_date: night for night in nights}
    for day, (run, cause) in correction_runs(bank_id=bank_id, request_id=request_id).items():
        night = planned.get(day)
        if run.stages_done and (
            night is None or (night.delivery_hash, night.cause.run_id) != (run.delivery_hash, cause)
        ):
            return run
    return None


def _night_compute(correction: _Correction, planned: PlannedNight, known: RunFact | None, progress: Progress) -> None:
    """Run all stages of one night but the last; they stay with the correction."""
    bank, day = correction.bank, planned.business_date
    run = run_open(
        bank,
        day,
        known,
        planned.delivery_hash,
        correction.clock(),
        request_id=correction.request_id,
        cause_run_id=planned.cause.run_id,
    )
    left = [stage for stage in _COMPUTED if stage not in run.stages_done]
    if not left:
        return
    with bank_scope(bank.id):
        files = pending_files(bank_id=bank.id, request_id=correction.request_id)
        former = [file for file in lake_files(bank_id=bank.id, on=day) if file.run_id == planned.cause.run_id]
        loads = loads_of_run(bank_id=bank.id, run_id=planned.cause.run_id)
        newer = feeds_delivered_after(bank_id=bank.id, business_date=day)
    seen = CorrectionFiles(correction.first, tuple(f for f in files if f.business_date <= day), tuple(former))
    made = {file.table for file in files if file.run_id == run.run_id}

    def relay(night: Night) -> StageOutput:
        return relay_stage(night, planned.cause.run_id, former, loads)

    def migrate(night: Night) -> StageOutput:
        return _completed(night, migrate_stage(night), former, made)

    def keep(output: StageOutput) -> None:
        made.update(file.table for file in output.files)

    makes: dict[StageName, Callable[[Night], StageOutput]] = {StageName.MIGRATE: migrate}
    if not planned.from_inbox:
        makes[StageName.INGEST] = relay
    with night_open(bank, run, correction.places, correction=seen) as night:
        night.newer = newer
        for stage in left:
            progress.stage_begins(day, stage)
            keep(stage_run(night, stage, correction.clock, make=makes.get(stage), name_files=pending_keep))


def _completed(night: Night, output: StageOutput, former: list[NamedFile], made: set[str]) -> StageOutput:
    """Add a file for each table that only the former run has: else that one would go on speaking for the date.

    Of a feed that stays in force until it is delivered again it repeats what is in force; any other table is empty.
    """
    tables = {table.name: table for table in (*feed_tables().values(), *ALL_TABLES)}
    written = {file.table for file in output.files} | made
    added = []
    for name in sorted({file.table for file in former} - written):
        table = tables[name]
        select = table.empty_select()
        if name in current_tables():
            night.view_in_force(table, night.yesterday, f"in_force_{name}")
            select = f'select * from "in_force_{name}"'  # noqa: S608 - a name of a lake table
        added.append(night.write(table, select))
    return replace(output, files=(*output.files, *added))


def _publish(correction: _Correction) -> None:
    """Publish all nights of the correction in one transaction, with one known-at."""
    bank = correction.bank
    with bank_scope(bank.id):
        runs = correction_runs(bank_id=bank.id, request_id=correction.request_id)
        files = pending_files(bank_id=bank.id, request_id=correction.request_id)
    started_at = correction.clock()
    last = runs[correction.last][0]
    try:
        fault_point(StageName.PUBLISH, FaultPoint.BEFORE_WRITE)
        with ExitStack() as stack:
            made: list[tuple[Night, StageOutput]] = []
            for planned in correction.nights:
                day = planned.business_date
                seen = CorrectionFiles(correction.first, tuple(file for file in files if file.business_date <= day))
                opened = night_open(bank, runs[day][0], correction.places, correction=seen)
                night = stack.enter_context(opened)
                night.desk = day == correction.last
                made.append((night, publish_stage(night)))
                night.con.close()  # its rows for PostgreSQL lie in its scratch folder
            fault_point(StageName.PUBLISH, FaultPoint.WRITTEN)
            with bank_scope(bank.id):
                at = correction.clock()
                for night, output in made:
                    _publish_commit(correction, night, output, started_at, at)
                correction_publish(
                    bank_id=bank.id,
                    request_id=correction.request_id,
                    business_date=correction.first,
                    until=correction.last,
                    runs=[night.run_id for night, _ in made],
                    former_runs=[planned.cause.run_id for planned in correction.nights],
                    at=at,
                )
                fault_point(StageName.PUBLISH, FaultPoint.INSIDE_COMMIT)
    except Exception as error:
        night_fail(bank.id, last.run_id, correction.last, StageName.PUBLISH, error, correction.clock())
        raise
    fault_point(StageName.PUBLISH, FaultPoint.AFTER_COMMIT)


def _publish_commit(
    correction: _Correction, night: Night, output: StageOutput, started_at: datetime, at: datetime
) -> None:
    stage_commit(
        bank_id=night.bank.id,
        run_id=night.run_id,
        business_date=night.business_date,
        stage=StageName.PUBLISH,
        output=output,
        started_at=started_at,
        at=at,
        clock=correction.clock,
        name_files=pending_keep,
    )
    night_finish(night, at)


def _results(correction: _Correction, progress: Progress) -> list[NightResult]:
    bank = correction.bank
    with bank_scope(bank.id):
        runs = correction_runs(bank_id=bank.id, request_id=correction.request_id)
    results = []
    for planned in correction.nights:
        run = runs[planned.business_date][0]
        results.append(night_result(bank, run, changed=True, resumed=run.attempt > 1))
        progress.night_ends(results[-1])
    return results
