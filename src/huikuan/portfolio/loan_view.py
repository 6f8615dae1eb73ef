"""A replayed loan: schedule, allocations, what is owed at the close of a day, how late, and in which class."""

from dataclasses import dataclass
from datetime import date

from huikuan.portfolio.facts import (
    Allocation,
    Bucket,
    ClassFloor,
    Flag,
    Instalment,
    NoteState,
    OpenInstalment,
)
from huikuan.portfolio.loan_file import Loan
from huikuan.portfolio.policies import class_policies_load
from huikuan.portfolio.restructured_policies import observation_policy_on
from huikuan.portfolio.rules.ageing import bucket_of_note, status_in_force
from huikuan.portfolio.rules.classification import (
    SEVERITY,
    class_floor,
    class_policy_on,
    observed_on,
    restructurings_of,
)
from huikuan.portfolio.rules.engine import replay
from huikuan.portfolio.rules.events_check import events_in_force
from huikuan.portfolio.rules.schedule import schedule_build


@dataclass(frozen=True, slots=True)
class LoanReplay:
    """All that the exact engine says of a loan at the close of a day; amounts are minor units."""

    minor_digits: int
    days_past_due: int
    bucket: Bucket
    class_floor: ClassFloor
    state: NoteState
    open: tuple[OpenInstalment, ...]
    allocations: tuple[Allocation, ...]
    schedule: tuple[Instalment, ...]  # in force: as it fell or will fall due
    flags: tuple[Flag, ...]


def loan_replay(loan: Loan, as_of: date) -> LoanReplay:
    """Replay a loan to the close of ``as_of``. Raises FactInvalid naming the field that does not fit."""
    schedule = loan_schedule(loan)
    replayed = replay(
        loan.terms,
        schedule,
        loan.repayments,
        as_of,
        core_status=loan.core_status,
        conventions=loan.conventions,
        events=loan.events,
    )
    state = replayed.state
    status = status_in_force(loan.core_status, state.charged_off_on)
    return LoanReplay(
        minor_digits=loan.minor_digits,
        days_past_due=state.dpd,
        bucket=bucket_of_note(state.dpd, status, closed=state.closed),
        class_floor=_class_floor(loan, state),
        state=state,
        open=replayed.open,
        allocations=replayed.allocations,
        schedule=replayed.schedule,
        flags=replayed.flags,
    )


def _class_floor(loan: Loan, state: NoteState) -> ClassFloor:
    """The worse of the floor by days past due and that of an observation that runs."""
    floor = class_floor(state.dpd, class_policy_on(class_policies_load(), state.as_of))
    if state.observed_until is None or (policy := observation_policy_on(state.as_of)) is None:
        return floor
    events = events_in_force(loan.events, state.as_of, disbursed_on=loan.terms.disbursed_on)
    seen = observed_on(restructurings_of(events), policy, state.as_of)
    return floor if seen is None else max(floor, seen.floor, key=SEVERITY.__getitem__)


def loan_schedule(loan: Loan) -> tuple[Instalment, ...]:
    """The schedule of a loan as it was handed in or computed from its terms. Raises FactInvalid."""
    return schedule_build(loan.terms, loan.delivered, conventions=loan.conventions, is_workday=loan.is_workday)
