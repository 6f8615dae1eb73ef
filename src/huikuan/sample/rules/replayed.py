"""A derived note by the exact engine, with or without what was made up for it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from huikuan.portfolio.facts import Compound, Instalment, NoteTerms, Repayment, RepaymentMethod, Replayed
from huikuan.portfolio.loan_events import LoanEvent
from huikuan.portfolio.rules.engine import replay
from huikuan.sample.facts import DerivedNote, Paid


def repayment(note: DerivedNote, number: int, paid: Paid) -> Repayment:
    """The derived payment with its booking reference; ``number`` counts the note's payments from 1."""
    received_at = datetime.combine(paid.value_on, time(17), UTC)
    return Repayment(f"R{note.loan.row:05d}-{number:02d}", paid.value_on, received_at, paid.amount_minor)


def instalments(note: DerivedNote, on: date) -> list[Instalment]:
    """The whole schedule in force on a day."""
    return [
        Instalment(seq, row.due_on, row.principal_minor, row.interest_minor, row.costs_minor)
        for seq, row in enumerate(note.schedule_on(on).rows, start=1)
    ]


def replay_at(
    note: DerivedNote, as_of: date, events: Sequence[LoanEvent] = (), more: Sequence[Repayment] = ()
) -> Replayed:
    """Replay a note to the close of a day; ``more`` are repayments besides the derived ones."""
    loan, rows = note.loan, note.versions[0].rows
    terms = NoteTerms(
        principal_minor=loan.principal_minor,
        disbursed_on=note.disbursed_on,
        matures_on=rows[-1].due_on,
        first_due_on=rows[0].due_on,
        annual_rate_ppm=loan.annual_rate_ppm,
        penalty_rate_ppm=0,
        compound=Compound.NONE,
        method=RepaymentMethod.GIVEN,
        instalment_count=loan.term_months,
    )
    paid = [repayment(note, number, one) for number, one in enumerate(note.paid, start=1)]
    return replay(terms, instalments(note, as_of), [*paid, *more], as_of, events=events)
