"""A replayed loan for people: schedule, allocations, what is owed at the close of a day."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from huikuan.portfolio.facts import (
    Allocation,
    AllocationKind,
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


def loan_text(answer: LoanReplay) -> str:
    """The replayed loan as plain text in major units."""

    def money(minor: int) -> str:
        sign, digits = ("-" if minor < 0 else ""), answer.minor_digits
        text = str(abs(minor)).rjust(digits + 1, "0")
        return f"{sign}{text[: len(text) - digits]}.{text[len(text) - digits :]}" if digits else f"{sign}{text}"

    state = answer.state
    facts = _facts(answer, money)
    unpaid = {(row.due_on, row.seq): row for row in answer.open}
    schedule = [
        (
            row.seq,
            row.due_on,
            money(row.principal_minor),
            money(row.interest_minor),
            money(row.costs_minor),
            _standing(row, unpaid.get((row.due_on, row.seq)), state.as_of),
        )
        for row in answer.schedule
    ]
    allocations = [
        (
            row.applied_on,
            _named(row),
            *map(money, (row.amount_minor, row.costs_minor, row.penalty_minor, row.compound_minor)),
            *map(money, (row.interest_minor, row.principal_minor, row.credit_minor)),
        )
        for row in answer.allocations
    ]
    return "\n".join(
        [
            f"At the close of {state.as_of}",
            *(f"  {name:<22} {value}" for name, value in facts),
            "",
            "Schedule",
            *_columns(("no.", "due on", "principal", "interest", "costs", "standing"), schedule),
            "",
            "Allocations",
            *_columns(
                ("on", "repayment", "amount", "costs", "penalty", "compound", "interest", "principal", "credit"),
                allocations,
            ),
        ]
    )


def _facts(answer: LoanReplay, money: Callable[[int], str]) -> list[tuple[str, str]]:
    """Name and figure, those that most notes do not have only where they are not 0."""
    state = answer.state
    facts = [
        ("days past due", f"{answer.days_past_due} (principal {state.dpd_principal}, interest {state.dpd_interest})"),
        ("bucket", answer.bucket),
        ("class floor", answer.class_floor),
        ("principal outstanding", money(state.principal_outstanding_minor)),
        ("overdue principal", money(state.overdue_principal_minor)),
        ("overdue interest", money(state.overdue_interest_minor)),
        ("costs due", money(state.costs_due_minor)),
        ("penalty interest", money(state.penalty_minor)),
        ("compound interest", money(state.compound_minor)),
        ("credit held", money(state.credit_minor)),
        ("closed", "yes" if state.closed else "no"),
    ]
    facts += [(name, money(amount)) for name, amount in _rare(state) if amount]
    facts += [("flag", flag) for flag in answer.flags]
    if state.dpd_counted != state.dpd:
        facts.insert(1, ("days past due counted", str(state.dpd_counted)))
    return facts


def _rare(state: NoteState) -> list[tuple[str, int]]:
    """Figures that most notes do not have."""
    return [
        ("delay interest", state.delay_minor),
        ("waived", state.waived_minor),
        ("paid by guarantors", state.subrogated_minor),
        ("recovered", state.recovered_minor),
    ]


def _named(row: Allocation) -> str:
    """The booking reference, with what it was where it was no repayment."""
    if row.core_ref is None:
        return "(credit)"
    return row.core_ref if row.kind is AllocationKind.REPAYMENT else f"{row.core_ref} ({row.kind})"


def _standing(row: Instalment, unpaid: OpenInstalment | None, as_of: date) -> str:
    if row.due_on > as_of:
        return "not due"
    if unpaid is None:
        return "paid"
    whole = (row.principal_minor, row.interest_minor, row.costs_minor)
    rest = (unpaid.principal_minor, unpaid.interest_minor, unpaid.costs_minor)
    return "open" if whole == rest else "part paid"


def _columns(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterable[str]:
    if not rows:
        return ["  none"]
    table = [head, *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(head))]
    return ["  " + "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in table]
