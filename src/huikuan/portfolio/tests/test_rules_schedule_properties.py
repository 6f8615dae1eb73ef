"""Every combination of method, frequency and conventions against the naive schedule, and its invariants."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.conventions import (
    Conventions,
    DayCount,
    FirstPeriod,
    Holidays,
    LastInstalment,
    MonthEnd,
    PeriodInterest,
    Rounding,
)
from huikuan.portfolio.facts import FactInvalid, Frequency, NoteTerms, RepaymentMethod
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.tests.builders import a_note
from huikuan.portfolio.tests.naive_schedule import A_YEAR, naive_dates, naive_schedule

COMPUTED = [method for method in RepaymentMethod if method is not RepaymentMethod.GIVEN]
WEEKS = (Frequency.WEEKLY, Frequency.BIWEEKLY)
LATE = date(2090, 1, 1)


def terms_of(method: RepaymentMethod, frequency: Frequency, **more: object) -> NoteTerms:
    """Terms that fit a method: dates and counts where it asks for particular ones."""
    terms: NoteTerms = replace(a_note(method=method, matures_on=LATE), frequency=frequency, **more)  # type: ignore[arg-type]
    if method is RepaymentMethod.BULLET:
        on = terms.disbursed_on + timedelta(days=100)
        terms = replace(terms, first_due_on=on, matures_on=on, instalment_count=1)
    if method is RepaymentMethod.SETTLED_INTEREST:
        terms = replace(terms, matures_on=terms.disbursed_on + timedelta(days=700))
        days = naive_dates(terms, Conventions())
        terms = replace(terms, first_due_on=days[0], instalment_count=len(days))
    if method is RepaymentMethod.FIXED_PRINCIPAL:
        terms = replace(terms, principal_share_ppm=1_000_000 // (terms.instalment_count * 2))
    return terms


def check(terms: NoteTerms, conventions: Conventions) -> None:
    """The schedule is the naive one, repays the principal, and never owes less than nothing."""
    rows = schedule_build(terms, conventions=conventions, is_workday=is_weekday)
    found = [(row.seq, row.due_on, row.principal_minor, row.interest_minor) for row in rows]
    assert found == naive_schedule(terms, conventions, is_weekday)
    assert len(rows) == terms.instalment_count
    assert sum(row.principal_minor for row in rows) == terms.principal_minor
    assert min(min(row.principal_minor, row.interest_minor) for row in rows) >= 0
    assert [row.due_on for row in rows] == sorted(row.due_on for row in rows)
    if terms.annual_rate_ppm == 0 and conventions.last_instalment is not LastInstalment.KEEPS_TOTAL:
        assert sum(row.interest_minor for row in rows) == 0


def is_weekday(day: date) -> bool:
    """Monday to Friday, without the first days of May and October."""
    return day.weekday() < 5 and not (day.month in (5, 10) and day.day <= 5)


@pytest.mark.parametrize("method", COMPUTED)
def test_every_method_frequency_rounding_and_last_instalment(method: RepaymentMethod) -> None:
    tried = 0
    for frequency, rounding, last, interest, rate_ppm in product(
        Frequency, Rounding, LastInstalment, PeriodInterest, (0, 36_500, 140_700)
    ):
        if method is RepaymentMethod.SETTLED_INTEREST and frequency in WEEKS:
            continue
        terms = terms_of(method, frequency, principal_minor=1_000_001, annual_rate_ppm=rate_ppm)
        check(terms, Conventions(rounding=rounding, last_instalment=last, period_interest=interest))
        tried += 1
    assert tried >= 4 * 4 * 3 * 2 * 3


@pytest.mark.parametrize("method", COMPUTED)
def test_every_day_count_first_period_month_end_and_holiday_rule(method: RepaymentMethod) -> None:
    for day_count, interest, first, month_end, holidays in product(
        DayCount, PeriodInterest, FirstPeriod, MonthEnd, Holidays
    ):
        frequency = Frequency.QUARTERLY if method is RepaymentMethod.SETTLED_INTEREST else Frequency.MONTHLY
        terms = terms_of(
            method, frequency, disbursed_on=date(2023, 10, 31), first_due_on=date(2023, 11, 30), instalment_count=7
        )
        conventions = Conventions(
            day_count=day_count, period_interest=interest, first_period=first, month_end=month_end, holidays=holidays
        )
        check(terms, conventions)


@st.composite
def lives(draw: st.DrawFn) -> tuple[NoteTerms, Conventions]:
    """Terms of a computed schedule and any conventions."""
    method = draw(st.sampled_from(COMPUTED))
    frequency = draw(st.sampled_from(Frequency))
    if method is RepaymentMethod.SETTLED_INTEREST and frequency in WEEKS:
        frequency = Frequency.QUARTERLY
    disbursed_on = draw(st.dates(date(2015, 1, 1), date(2030, 1, 1)))
    count = draw(st.integers(1, 30))
    principal = draw(st.integers(1, 10 ** draw(st.integers(1, 12))))
    terms = terms_of(
        method,
        frequency,
        principal_minor=principal,
        disbursed_on=disbursed_on,
        first_due_on=disbursed_on + timedelta(days=draw(st.integers(7, 120))),
        annual_rate_ppm=draw(st.sampled_from([0, 1, 43_500, 360_000]) | st.integers(0, 360_000)),
        instalment_count=count,
    )
    count = terms.instalment_count
    changes: dict[str, int] = {
        "interest_only_count": draw(st.integers(0, count - 1)) * draw(st.integers(0, 1)),
        "interest_grace_count": draw(st.integers(0, count - 1)) * draw(st.integers(0, 1)),
        "interest_free_count": draw(st.integers(0, count)) * draw(st.integers(0, 1)),
    }
    if method in (RepaymentMethod.EQUAL_INSTALMENT, RepaymentMethod.EQUAL_PRINCIPAL, RepaymentMethod.FLAT):
        changes["balloon_minor"] = draw(st.integers(0, principal)) * draw(st.integers(0, 1))
    if method is RepaymentMethod.EQUAL_INSTALMENT and draw(st.booleans()):
        changes["instalment_minor"] = draw(st.integers(principal // 20 + 1, principal * 2))
    conventions = Conventions(
        day_count=draw(st.sampled_from(DayCount)),
        period_interest=draw(st.sampled_from(PeriodInterest)),
        first_period=draw(st.sampled_from(FirstPeriod)),
        rounding=draw(st.sampled_from(Rounding)),
        instalment_unit_minor=draw(st.sampled_from([1, 1, 10, 100])),
        last_instalment=draw(st.sampled_from(LastInstalment)),
        month_end=draw(st.sampled_from(MonthEnd)),
        holidays=draw(st.sampled_from([Holidays.UNMOVED, Holidays.FOLLOWING, Holidays.MODIFIED_FOLLOWING])),
    )
    return replace(terms, **changes), conventions  # type: ignore[arg-type]


@given(lives())
def test_schedule_of_any_terms_is_the_naive_one(life: tuple[NoteTerms, Conventions]) -> None:
    terms, conventions = life
    try:
        check(terms, conventions)
    except FactInvalid as refused:
        # The only term of these that can make no sense: a given instalment that does not pay the first interest.
        assert (refused.code, terms.instalment_minor is not None) == ("terms.instalment", True)


OFTEN = (Frequency.WEEKLY, Frequency.BIWEEKLY, Frequency.MONTHLY)  # a century of years grows past every small change


@given(st.integers(1, 10**9), st.integers(0, 360_000), st.integers(1, 120), st.sampled_from(OFTEN))
def test_smoothed_totals_differ_by_at_most_one_unit(
    principal: int, rate_ppm: int, count: int, frequency: Frequency
) -> None:
    terms = terms_of(
        RepaymentMethod.EQUAL_INSTALMENT, frequency, annual_rate_ppm=rate_ppm,
        principal_minor=principal * count, instalment_count=count, matures_on=date(2199, 1, 1),
    )  # fmt: skip
    rows = schedule_build(terms, conventions=Conventions(last_instalment=LastInstalment.SMOOTHED))
    totals = [row.principal_minor + row.interest_minor for row in rows]
    assert max(totals) - min(totals) <= 1
    balance = terms.principal_minor
    for row in rows:
        exact = Fraction(balance * terms.annual_rate_ppm, A_YEAR[frequency] * 1_000_000)
        assert abs(row.interest_minor - exact) <= Fraction(1, 2)
        balance -= row.principal_minor
