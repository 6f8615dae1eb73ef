"""Random notes for properties and for comparing engines: one generator, fed by Hypothesis or by a seed.

``cases()`` is the Hypothesis strategy (it shrinks); ``case_from_seed(7)`` gives the same note every time and is quick
enough for tens of thousands. Both reach the corners: ends of months, leap days, rate 0, principal of one minor unit,
several payments a day, overpayments, reversals, arrears of years, delivered schedules with two instalments on one day.
They have the default conventions; ``fold_case_from_seed`` has any that the fold in SQL knows, and ``random_lives`` has
all conventions and all events.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from huikuan.portfolio.conventions import CONVENTIONS_DEFAULT, Conventions
from huikuan.portfolio.facts import Compound, Instalment, NoteTerms, Payer, Repayment, RepaymentMethod
from huikuan.portfolio.loan_events import LoanEvent
from huikuan.portfolio.rules.schedule import months_after, schedule_build
from huikuan.portfolio.tests.random_terms import Pick, fold_conventions, given_schedule, one_of, random_terms

EARLIEST = date(2015, 1, 1)
DAYS_SPAN = 3650
METHODS = (
    RepaymentMethod.EQUAL_INSTALMENT,
    RepaymentMethod.EQUAL_PRINCIPAL,
    RepaymentMethod.INTEREST_FIRST,
    RepaymentMethod.BULLET,
    RepaymentMethod.GIVEN,
)
MONTH_ENDS = (date(2015, 12, 31), date(2016, 1, 30), date(2016, 1, 31), date(2016, 2, 29), date(2019, 10, 31))


@dataclass(frozen=True, slots=True)
class Case:
    """A note with its life, to be looked at on ``as_of``."""

    terms: NoteTerms
    schedule: tuple[Instalment, ...]
    repayments: tuple[Repayment, ...]
    as_of: date
    conventions: Conventions = CONVENTIONS_DEFAULT
    events: tuple[LoanEvent, ...] = ()


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Hypothesis strategy of notes."""
    return _case(lambda low, high: draw(st.integers(low, high)))


def case_from_seed(seed: int) -> Case:
    """The note of a seed; the same on every machine."""
    return _case(random.Random(seed).randint)


def fold_case_from_seed(seed: int) -> Case:
    """The note of a seed under conventions that the fold in SQL knows; without events."""
    pick = random.Random(seed).randint
    return case_of(pick, fold_conventions(pick))


def case_of(pick: Pick, conventions: Conventions) -> Case:
    """A note of any method under the conventions, without events."""
    terms, schedule = random_terms(pick, conventions)
    horizon = max(schedule[-1].due_on, terms.matures_on) + timedelta(days=pick(0, 400))
    as_of = terms.disbursed_on + timedelta(days=pick(0, (horizon - terms.disbursed_on).days))
    return Case(terms, schedule, _repayments(pick, schedule), as_of, conventions)


def _case(pick: Pick) -> Case:
    terms = _terms(pick)
    delivered: Sequence[Instalment] = ()
    if terms.method is RepaymentMethod.GIVEN:
        delivered = given_schedule(pick, terms)
    schedule = schedule_build(terms, delivered)
    horizon = max(schedule[-1].due_on, terms.matures_on) + timedelta(days=pick(0, 400))
    as_of = terms.disbursed_on + timedelta(days=pick(0, (horizon - terms.disbursed_on).days))
    return Case(terms, schedule, _repayments(pick, schedule), as_of)


def _terms(pick: Pick) -> NoteTerms:
    method = one_of(pick, METHODS)
    disbursed_on = one_of(pick, MONTH_ENDS) if pick(0, 3) == 0 else EARLIEST + timedelta(days=pick(0, DAYS_SPAN))
    count = 1 if method is RepaymentMethod.BULLET else pick(1, one_of(pick, (1, 3, 12, 24)))
    first_due_on = months_after(disbursed_on, 1) if pick(0, 1) else disbursed_on + timedelta(days=pick(1, 60))
    last_due_on = months_after(first_due_on, count - 1)
    bullet = method is RepaymentMethod.BULLET
    annual = one_of(pick, (0, 36_000, 140_700, 360_000, pick(0, 360_000)))
    return NoteTerms(
        principal_minor=pick(1, one_of(pick, (1, 50, 100_000, 100_000_000, 10**12))),
        disbursed_on=disbursed_on,
        matures_on=last_due_on if bullet or pick(0, 1) else last_due_on + timedelta(days=pick(0, 40)),
        first_due_on=first_due_on,
        annual_rate_ppm=annual,
        penalty_rate_ppm=one_of(pick, (annual, annual * 3 // 2, pick(0, 540_000))),
        compound=one_of(pick, tuple(Compound)),
        method=method,
        instalment_count=count,
    )


def _repayments(pick: Pick, schedule: Sequence[Instalment]) -> tuple[Repayment, ...]:
    rows: list[Repayment] = []
    stops_after = pick(0, len(schedule))  # later instalments stay unpaid: long arrears
    for row in schedule[:stops_after]:
        total = row.principal_minor + row.interest_minor + row.costs_minor
        for _ in range(one_of(pick, (0, 1, 1, 1, 2, 3))):
            late = one_of(pick, (-3, 0, 0, 0, 1, 2, 29, 30, 31, pick(-40, 200)))
            amount = one_of(pick, (total, total, 1, total // 2, total * 3, pick(1, 2 * total + 100)))
            rows.append(_payment(pick, len(rows), row.due_on + timedelta(days=late), max(1, amount)))
    reversible = list(rows)
    for earlier in reversible:
        if pick(0, 7) == 0:
            value_on = earlier.value_on + timedelta(days=pick(0, 60))
            rows.append(_payment(pick, len(rows), value_on, earlier.amount_minor, reverses=earlier.core_ref))
    return tuple(rows)


def _payment(pick: Pick, number: int, value_on: date, amount: int, reverses: str | None = None) -> Repayment:
    received_at = datetime.combine(value_on, time(one_of(pick, (0, 9, 9, 23))), tzinfo=UTC)
    return Repayment(f"R{pick(0, 9)}-{number}", value_on, received_at, amount, reverses)


def with_payers(pick: Pick, repayments: Sequence[Repayment]) -> tuple[Repayment, ...]:
    """Some of the money comes from a guarantor or from somebody else."""
    payers = (Payer.BORROWER, Payer.BORROWER, Payer.GUARANTOR, Payer.OTHER)
    return tuple(replace(row, payer=one_of(pick, payers)) for row in repayments)
