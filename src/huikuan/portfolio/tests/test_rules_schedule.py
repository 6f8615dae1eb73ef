"""Schedules from terms: amounts, due dates, and what is refused."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.facts import FactInvalid, Instalment, NoteTerms, RepaymentMethod
from huikuan.portfolio.rules.rounding import half_up
from huikuan.portfolio.rules.schedule import months_after, schedule_build
from huikuan.portfolio.tests.builders import a_note, due
from huikuan.portfolio.tests.random_notes import Case, cases

OF_THE_FIRST_DUE_DATE = (  # methods that need nothing besides the terms that all have
    RepaymentMethod.EQUAL_INSTALMENT,
    RepaymentMethod.EQUAL_PRINCIPAL,
    RepaymentMethod.INTEREST_FIRST,
    RepaymentMethod.FLAT,
    RepaymentMethod.BULLET,
)


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(5, 2, 3), (-1, 2, 0), (49, 100, 0), (50, 100, 1), (51, 100, 1), (-51, 100, -1), (0, 7, 0)],
)
def test_half_up_at_the_half_goes_up(numerator: int, denominator: int, expected: int) -> None:
    assert half_up(numerator, denominator) == expected


@pytest.mark.parametrize(
    ("anchor_on", "months", "expected"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 5, 31), 1, date(2024, 6, 30)),
        (date(2024, 5, 31), 2, date(2024, 7, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 12, 15), 1, date(2025, 1, 15)),
        (date(2024, 12, 15), 0, date(2024, 12, 15)),
    ],
)
def test_due_date_in_a_shorter_month_is_its_last_day_and_the_anchor_is_kept(
    anchor_on: date, months: int, expected: date
) -> None:
    assert months_after(anchor_on, months) == expected


def test_equal_instalment_of_a_known_loan_has_the_known_payment() -> None:
    # 100,000.00 over 12 months at 6 %: the textbook payment is 8,606.64.
    rows = schedule_build(a_note(principal_minor=10_000_000))
    assert [row.principal_minor + row.interest_minor for row in rows[:-1]] == [860_664] * 11
    assert rows[0].interest_minor == 50_000
    assert sum(row.principal_minor for row in rows) == 10_000_000
    # The last one clears the balance with true interest, so its total differs by a few units.
    assert (rows[-1].principal_minor, rows[-1].interest_minor) == (856_387, 4_282)


def test_equal_principal_that_does_not_divide_has_the_rest_in_the_last() -> None:
    note = a_note(principal_minor=10_000, method=RepaymentMethod.EQUAL_PRINCIPAL, instalment_count=3)
    rows = schedule_build(note)
    assert [row.principal_minor for row in rows] == [3333, 3333, 3334]
    assert [row.interest_minor for row in rows] == [50, 33, 17]


def test_interest_first_has_interest_every_month_and_principal_at_the_end() -> None:
    rows = schedule_build(a_note(method=RepaymentMethod.INTEREST_FIRST, instalment_count=3))
    assert [(row.principal_minor, row.interest_minor) for row in rows] == [(0, 6000), (0, 6000), (1_200_000, 6000)]


def test_bullet_has_interest_of_actual_days_over_360() -> None:
    # CN-MN-05: 100,000 at 3.6 % for 31 days is 310.00 (a year of 365 days would give 305.75).
    note = a_note(
        principal_minor=10_000_000,
        annual_rate_ppm=36_000,
        method=RepaymentMethod.BULLET,
        instalment_count=1,
        first_due_on=date(2024, 2, 15),
        matures_on=date(2024, 2, 15),
    )
    assert [(row.principal_minor, row.interest_minor) for row in schedule_build(note)] == [(10_000_000, 31_000)]


@pytest.mark.parametrize("method", OF_THE_FIRST_DUE_DATE)
def test_zero_rate_gives_a_total_equal_to_the_principal(method: RepaymentMethod) -> None:
    bullet = method is RepaymentMethod.BULLET
    note = a_note(
        annual_rate_ppm=0,
        principal_minor=1_000,
        method=method,
        instalment_count=1 if bullet else 3,
        first_due_on=date(2025, 1, 15) if bullet else date(2024, 2, 15),
    )
    rows = schedule_build(note)
    assert sum(row.principal_minor for row in rows) == 1_000
    assert sum(row.interest_minor for row in rows) == 0


@pytest.mark.parametrize("principal", [1, 2, 3, 5, 11])
def test_tiny_principal_is_cleared_without_negative_amounts(principal: int) -> None:
    rows = schedule_build(a_note(principal_minor=principal, annual_rate_ppm=360_000))
    assert sum(row.principal_minor for row in rows) == principal
    assert min(min(row.principal_minor, row.interest_minor) for row in rows) >= 0


def test_one_instalment_of_equal_instalments_is_the_whole_loan_with_a_month_of_interest() -> None:
    rows = schedule_build(a_note(instalment_count=1))
    assert [(row.principal_minor, row.interest_minor) for row in rows] == [(1_200_000, 6000)]


@given(st.integers(1, 10**12), st.integers(0, 1_000_000), st.integers(1, 120))
def test_equal_instalment_payment_is_the_exact_one_rounded_once(principal: int, rate_ppm: int, count: int) -> None:
    note = a_note(
        principal_minor=principal, annual_rate_ppm=rate_ppm, instalment_count=count, matures_on=date(2035, 1, 15)
    )
    rows = schedule_build(note)
    monthly = Fraction(rate_ppm, 12_000_000)
    worth_of_one_a_month = sum(1 / (1 + monthly) ** month for month in range(1, count + 1))
    exact = principal / Fraction(worth_of_one_a_month)
    balance = principal
    for row in rows[:-1]:
        payment = row.principal_minor + row.interest_minor
        assert abs(payment - exact) <= Fraction(1, 2) or balance == row.principal_minor
        assert abs(row.interest_minor - balance * monthly) <= Fraction(1, 2)
        balance -= row.principal_minor
    assert rows[-1].principal_minor == balance >= 0


@given(cases())
def test_schedule_of_any_note_repays_the_principal_in_order(case: Case) -> None:
    assert sum(row.principal_minor for row in case.schedule) == case.terms.principal_minor
    assert [row.due_on for row in case.schedule] == sorted(row.due_on for row in case.schedule)
    assert len(case.schedule) == case.terms.instalment_count


def test_delivered_schedule_wins_over_the_computed_one() -> None:
    delivered = (due(1, date(2024, 3, 1), 200_000, 100), due(2, date(2024, 3, 1), 1_000_000, 0, costs=5))
    assert schedule_build(a_note(), delivered) == delivered


GIVEN = RepaymentMethod.GIVEN
BULLET = RepaymentMethod.BULLET


@pytest.mark.parametrize(
    ("terms", "delivered", "code", "field"),
    [
        (a_note(method=GIVEN), (), "schedule.missing", "instalments"),
        (a_note(method=GIVEN), (due(1, date(2024, 3, 1), 5),), "schedule.principal_sum", "instalments.principal"),
        (
            a_note(method=GIVEN),
            (due(1, date(2024, 3, 1), 1_200_000, -1),),
            "schedule.amount",
            "instalments[seq=1].interest",
        ),
        (a_note(method=GIVEN), (due(1, date(2024, 1, 14), 1_200_000),), "schedule.due_on", "instalments[seq=1].due_on"),
        (
            a_note(method=GIVEN),
            (due(1, date(2024, 3, 2), 1_200_000), due(2, date(2024, 3, 1))),
            "schedule.due_on",
            "instalments[seq=2].due_on",
        ),
        (
            a_note(method=GIVEN),
            (due(2, date(2024, 3, 1), 1_200_000), due(2, date(2024, 3, 2))),
            "schedule.seq",
            "instalments[seq=2].seq",
        ),
        (a_note(principal_minor=0), (), "terms.principal", "principal"),
        (a_note(annual_rate_ppm=-1), (), "terms.rate", "annual_rate_pct"),
        (a_note(penalty_rate_ppm=-1), (), "terms.rate", "penalty_rate_pct"),
        (a_note(instalment_count=0), (), "terms.count", "instalment_count"),
        (a_note(instalment_count=3001), (), "terms.count", "instalment_count"),
        (a_note(matures_on=date(2024, 1, 14)), (), "terms.maturity", "matures_on"),
        (a_note(first_due_on=date(2024, 1, 14)), (), "terms.first_due", "first_due_on"),
        (a_note(matures_on=date(2025, 1, 14)), (), "terms.due_after_maturity", "matures_on"),
        (a_note(method=BULLET), (), "terms.count", "instalment_count"),
        (a_note(method=BULLET, instalment_count=1), (), "terms.first_due", "first_due_on"),
    ],
)
def test_terms_that_give_no_schedule_are_refused_by_field(
    terms: NoteTerms, delivered: tuple[Instalment, ...], code: str, field: str
) -> None:
    with pytest.raises(FactInvalid) as caught:
        schedule_build(terms, delivered)
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize("count", [1, 600])
def test_instalment_count_at_its_limits_is_accepted(count: int) -> None:
    rows = schedule_build(a_note(instalment_count=count, matures_on=date(2090, 1, 1)))
    assert len(rows) == count
