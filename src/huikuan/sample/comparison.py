"""Our days past due of the sample, by the exact engine, against the lender's status."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from huikuan.portfolio.facts import Compound, Instalment, NoteTerms, Repayment, RepaymentMethod
from huikuan.portfolio.rules.engine import replay
from huikuan.sample.facts import SNAPSHOT_ON, DerivedNote
from huikuan.sample.rules.agreement import Agreement, agreement


def days_past_due(note: DerivedNote) -> int:
    """Replay a derived note to the snapshot day and return its days past due."""
    loan, version = note.loan, note.schedule_on(SNAPSHOT_ON)
    first, last = note.versions[0].rows[0], note.versions[0].rows[-1]
    terms = NoteTerms(
        principal_minor=loan.principal_minor,
        disbursed_on=note.disbursed_on,
        matures_on=last.due_on,
        first_due_on=first.due_on,
        annual_rate_ppm=loan.annual_rate_ppm,
        penalty_rate_ppm=0,
        compound=Compound.NONE,
        method=RepaymentMethod.GIVEN,
        instalment_count=loan.term_months,
    )
    schedule = [
        Instalment(seq, row.due_on, row.principal_minor, row.interest_minor, row.costs_minor)
        for seq, row in enumerate(version.rows, start=1)
    ]
    repayments = [
        Repayment(f"{number:02d}", paid.value_on, datetime.combine(paid.value_on, time(17), UTC), paid.amount_minor)
        for number, paid in enumerate(note.paid, start=1)
    ]
    return replay(terms, schedule, repayments, SNAPSHOT_ON).state.dpd


def sample_agreement(notes: Sequence[DerivedNote]) -> Agreement:
    """Compare all notes."""
    return agreement((note.loan.status, days_past_due(note)) for note in notes)
