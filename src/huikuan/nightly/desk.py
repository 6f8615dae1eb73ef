"""The desk at the end of a catch-up: brought once, to the last night, instead of every night.

While a catch-up runs, each night is published as it ends (its cells, rolls, differences and files); the list of notes
past due, the register and the roles stay at the night before the catch-up and move to its last night in one step. A
catch-up that stops with an error brings the desk to the last night that is done; one that was killed leaves it behind,
and the next run of whatever kind brings it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.facts import DESK_STAGE, BankFact, RunState
from huikuan.nightly.faults import FaultPoint, fault_point
from huikuan.nightly.opening import NightPlaces, night_open
from huikuan.nightly.selectors.desk import desk_date
from huikuan.nightly.selectors.runs import run_dates, run_of_date
from huikuan.nightly.services.run import stage_commit
from huikuan.nightly.stages.desk import desk_stage
from huikuan.nightly.trouble import trouble_named


def desk_behind(bank: BankFact) -> bool:
    """Tell whether a night is published that the desk does not show."""
    with bank_scope(bank.id):
        book, stands_on = run_dates(bank_id=bank.id), desk_date(bank_id=bank.id)
    return book is not None and (stands_on is None or stands_on < book[1])


def desk_bring(bank: BankFact, places: NightPlaces, clock: Callable[[], datetime]) -> date | None:
    """Bring the desk to the last published night; return its date, None if the desk stands there already.

    Only under the bank's lock.
    """
    if not desk_behind(bank):
        return None
    with bank_scope(bank.id):
        book, stands_on = run_dates(bank_id=bank.id), desk_date(bank_id=bank.id)
        run = None if book is None else run_of_date(bank_id=bank.id, business_date=book[1])
    if run is None or run.state != RunState.DONE:
        return None
    started_at = clock()
    with night_open(bank, run, places, desk_on=stands_on) as night, trouble_named(DESK_STAGE):
        fault_point(DESK_STAGE, FaultPoint.BEFORE_WRITE)
        output = desk_stage(night)
        fault_point(DESK_STAGE, FaultPoint.WRITTEN)
        with bank_scope(bank.id):
            stage_commit(
                bank_id=bank.id,
                run_id=run.run_id,
                business_date=run.business_date,
                stage=DESK_STAGE,
                output=output,
                started_at=started_at,
                at=clock(),
                clock=clock,
            )
            fault_point(DESK_STAGE, FaultPoint.INSIDE_COMMIT)
    fault_point(DESK_STAGE, FaultPoint.AFTER_COMMIT)
    return run.business_date
