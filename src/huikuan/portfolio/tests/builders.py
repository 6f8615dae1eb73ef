"""Notes and repayments for tests: every argument has a plain default, so a test names only what it is about."""

from datetime import UTC, date, datetime, time
from typing import Any

from huikuan.portfolio.facts import Compound, Instalment, NoteTerms, Repayment, RepaymentMethod
from huikuan.portfolio.loan_events import EventKind, LoanEvent


def a_note(
    *,
    principal_minor: int = 1_200_000,
    disbursed_on: date = date(2024, 1, 15),
    matures_on: date = date(2025, 1, 15),
    first_due_on: date = date(2024, 2, 15),
    annual_rate_ppm: int = 60_000,
    penalty_rate_ppm: int = 90_000,
    compound: Compound = Compound.NONE,
    method: RepaymentMethod = RepaymentMethod.EQUAL_INSTALMENT,
    instalment_count: int = 12,
) -> NoteTerms:
    """Terms of 12,000.00 over a year at 6 %, penalty 9 %, equal instalments."""
    return NoteTerms(
        principal_minor,
        disbursed_on,
        matures_on,
        first_due_on,
        annual_rate_ppm,
        penalty_rate_ppm,
        compound,
        method,
        instalment_count,
    )


def due(seq: int, due_on: date, principal: int = 0, interest: int = 0, costs: int = 0) -> Instalment:
    """An instalment, amounts in minor units."""
    return Instalment(seq, due_on, principal, interest, costs)


def paid(core_ref: str, value_on: date, amount_minor: int, *, hour: int = 9, reverses: str | None = None) -> Repayment:
    """A repayment received on its value date at the hour (UTC), or a reversal."""
    return Repayment(core_ref, value_on, datetime.combine(value_on, time(hour), tzinfo=UTC), amount_minor, reverses)


def an_event(kind: EventKind, value_on: date, *, ref: str = "E", **fields: Any) -> LoanEvent:
    """An event recorded on the day from which it counts; ``fields`` as in ``LoanEvent``."""
    return LoanEvent(ref, kind, value_on, datetime.combine(value_on, time(9), tzinfo=UTC), **fields)
