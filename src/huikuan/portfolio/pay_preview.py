"""Where a payment of one debtor would go: over his notes by the order of debts, inside each note by the exact engine.

A preview: nothing is booked, only the core system books. The payment is taken as received at the end of the day whose
close is asked for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from huikuan.portfolio.facts import Allocation, FactInvalid, Instalment, Repayment, Replayed
from huikuan.portfolio.loan_file import Loan
from huikuan.portfolio.rules.across_notes import Debt, Portion, allocate_across
from huikuan.portfolio.rules.engine import replay

PREVIEW_REF = "~preview"  # no reference of a core system begins like this; it is the last of its moment


@dataclass(frozen=True, slots=True)
class NoteToPay:
    """A note of the debtor with the schedule in force and what secures it.

    ``group`` names the notes that are secured together (the contract); ``security_minor`` secures them all.
    """

    note_id: str
    group: str
    loan: Loan
    schedule: tuple[Instalment, ...]
    security_minor: int


@dataclass(frozen=True, slots=True)
class NotePaid:
    """A note before and after the payment; ``paid`` is where inside it the money goes, None if it gets nothing."""

    debt: Debt
    group: str
    place: int
    portions: tuple[Portion, ...]
    paid: Allocation | None
    days_before: int
    days_after: int

    @property
    def amount_minor(self) -> int:
        """What the note gets."""
        return sum(portion.amount_minor for portion in self.portions)

    @property
    def due_after_minor(self) -> int:
        """What is still due of it."""
        return self.debt.due_minor - sum(row.amount_minor for row in self.portions if row.due)


@dataclass(frozen=True, slots=True)
class PayPreview:
    """All notes in the order in which they are paid, and what none of them can take."""

    as_of: date
    amount_minor: int
    designated: str | None
    notes: tuple[NotePaid, ...]
    rest_minor: int


def pay_preview(
    notes: Sequence[NoteToPay], amount_minor: int, as_of: date, *, designated: str | None = None
) -> PayPreview:
    """Preview a payment at the close of ``as_of``; a note that is settled is no debt.

    Raises FactInvalid as the engine does, and for an amount or a designation that does not fit.
    """
    replayed = {note.note_id: _replay(note, as_of) for note in notes}
    if len(replayed) != len(notes):
        raise FactInvalid("across.twice", "note_id", "notes with keys of their own", "the same key twice")
    open_ = [note for note in notes if not replayed[note.note_id].state.closed]
    debts = {debt.debt_id: debt for debt in _debts(open_, replayed, as_of)}
    answer = allocate_across(tuple(debts.values()), amount_minor, designated=designated)
    paid = []
    for note in open_:
        portions = tuple(row for row in answer.portions if row.debt_id == note.note_id)
        if portions:
            paid.append(_pay(note, debts[note.note_id], portions, replayed[note.note_id], as_of))
    paid.sort(key=lambda row: (row.place, row.debt.debt_id))
    return PayPreview(as_of, amount_minor, designated, tuple(paid), answer.rest_minor)


def owed_of(replayed: Replayed) -> tuple[int, int]:
    """What of a note is due at the close, penalty, compound interest and costs included; and what is still to come.

    Money that is held for the next instalment is taken off what is to come.
    """
    state, open_ = replayed.state, replayed.open
    principal_due = sum(row.principal_minor for row in open_)
    interest_due = sum(row.interest_minor for row in open_)
    accrued = state.penalty_minor + state.compound_minor + state.delay_minor
    coming = state.principal_outstanding_minor - principal_due - state.credit_minor
    return principal_due + interest_due + state.costs_due_minor + accrued, max(0, coming)


def _debts(notes: Iterable[NoteToPay], replayed: dict[str, Replayed], as_of: date) -> list[Debt]:
    owed = {note.note_id: owed_of(replayed[note.note_id]) for note in notes}
    secured: dict[str, int] = {}
    for note in notes:
        secured[note.group] = secured.get(note.group, 0) + sum(owed[note.note_id])
    return [_debt(note, replayed[note.note_id], owed[note.note_id], secured[note.group], as_of) for note in notes]


def _debt(note: NoteToPay, replayed: Replayed, owed: tuple[int, int], secured_minor: int, as_of: date) -> Debt:
    due_minor, coming_minor = owed
    # Penalty that is left when all instalments are paid is due at any time.
    due_since_on = min((row.due_on for row in replayed.open), default=as_of if due_minor else None)
    return Debt(
        debt_id=note.note_id,
        due_minor=due_minor,
        not_due_minor=coming_minor,
        security_minor=note.security_minor,
        secured_debts_minor=secured_minor,
        penalty_rate_ppm=replayed.state.penalty_rate_ppm,
        annual_rate_ppm=replayed.state.annual_rate_ppm,
        due_since_on=due_since_on,
        next_due_on=min((row.due_on for row in replayed.schedule if row.due_on > as_of), default=None),
    )


def _pay(note: NoteToPay, debt: Debt, portions: tuple[Portion, ...], before: Replayed, as_of: date) -> NotePaid:
    amount = sum(portion.amount_minor for portion in portions)
    after, paid = before, None
    if amount:
        received = [row.received_at for row in note.loan.repayments if row.value_on == as_of]
        last = max([datetime.combine(as_of, time.max, UTC), *received])
        after = _replay(note, as_of, Repayment(PREVIEW_REF, as_of, last, amount))
        paid = next(row for row in after.allocations if row.core_ref == PREVIEW_REF)
    return NotePaid(debt, note.group, portions[0].place, portions, paid, before.state.dpd, after.state.dpd)


def _replay(note: NoteToPay, as_of: date, *payment: Repayment) -> Replayed:
    loan = note.loan
    try:
        return replay(
            loan.terms,
            note.schedule,
            (*loan.repayments, *payment),
            as_of,
            core_status=loan.core_status,
            conventions=loan.conventions,
            events=loan.events,
        )
    except FactInvalid as problem:
        raise problem.of(note=note.note_id) from problem
