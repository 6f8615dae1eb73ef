"""Units between dates: published examples, leap years, month ends, additivity."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.conventions import DayCount
from huikuan.portfolio.rules.day_count import den_of, units_between

DATES = st.dates(date(1900, 1, 1), date(2199, 12, 31))


def year_fraction(day_count: DayCount, from_on: date, to_on: date) -> Fraction:
    return Fraction(units_between(day_count, from_on, to_on) * 1_000_000, den_of(day_count))


@pytest.mark.parametrize(
    ("day_count", "from_on", "to_on", "expected"),
    [
        (DayCount.ACT_360, date(2024, 1, 31), date(2024, 2, 29), Fraction(29, 360)),
        (DayCount.ACT_360, date(2024, 1, 1), date(2025, 1, 1), Fraction(366, 360)),
        (DayCount.ACT_365, date(2024, 1, 1), date(2025, 1, 1), Fraction(366, 365)),
        (DayCount.ACT_364, date(2024, 1, 1), date(2024, 12, 30), Fraction(1)),
        # ISDA, EMU and market conventions: recent developments (1998), section 4: 1 November 2003 to 1 May 2004
        # is 61/365 + 121/366 under Actual/Actual (ISDA).
        (DayCount.ACT_ACT, date(2003, 11, 1), date(2004, 5, 1), Fraction(61, 365) + Fraction(121, 366)),
        (DayCount.ACT_ACT, date(1999, 2, 1), date(1999, 7, 1), Fraction(150, 365)),
        (DayCount.ACT_ACT, date(1999, 7, 1), date(2000, 7, 1), Fraction(184, 365) + Fraction(182, 366)),
        (DayCount.ACT_ACT, date(2024, 1, 1), date(2025, 1, 1), Fraction(1)),
        (DayCount.ACT_ACT, date(2023, 1, 1), date(2024, 1, 1), Fraction(1)),
        # 1900 and 2100 are no leap years, 2000 is one.
        (DayCount.ACT_ACT, date(2100, 2, 28), date(2100, 3, 1), Fraction(1, 365)),
        (DayCount.ACT_ACT, date(2000, 2, 28), date(2000, 3, 1), Fraction(2, 366)),
        (DayCount.THIRTY_360, date(2024, 1, 31), date(2024, 2, 29), Fraction(29, 360)),
        (DayCount.THIRTY_360, date(2024, 1, 30), date(2024, 1, 31), Fraction(0)),
        (DayCount.THIRTY_360, date(2024, 1, 31), date(2024, 2, 1), Fraction(1, 360)),
        (DayCount.THIRTY_360, date(2024, 2, 29), date(2024, 3, 1), Fraction(2, 360)),
        (DayCount.THIRTY_360, date(2023, 2, 28), date(2023, 3, 1), Fraction(3, 360)),
        (DayCount.THIRTY_360, date(2024, 3, 31), date(2024, 4, 30), Fraction(30, 360)),
        (DayCount.THIRTY_360, date(2023, 12, 31), date(2024, 12, 31), Fraction(1)),
    ],
)
def test_span_is_the_known_part_of_a_year(day_count: DayCount, from_on: date, to_on: date, expected: Fraction) -> None:
    assert year_fraction(day_count, from_on, to_on) == expected


@given(st.sampled_from(DayCount), DATES, DATES, DATES)
def test_units_of_spans_add_up(day_count: DayCount, first: date, second: date, third: date) -> None:
    parts = units_between(day_count, first, second) + units_between(day_count, second, third)
    assert parts == units_between(day_count, first, third)
    assert units_between(day_count, first, first) == 0


@given(DATES, st.integers(0, 1500))
def test_act_act_is_the_sum_of_its_days(from_on: date, days: int) -> None:
    exact = Fraction(0)
    for number in range(days):
        year = (from_on + timedelta(days=number)).year
        leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
        exact += Fraction(1, 366 if leap else 365)
    assert year_fraction(DayCount.ACT_ACT, from_on, from_on + timedelta(days=days)) == exact


@given(DATES, st.integers(0, 90))
def test_thirty_360_gives_a_night_no_unit_only_from_the_30th_to_the_31st(from_on: date, days: int) -> None:
    on = from_on + timedelta(days=days)
    night = units_between(DayCount.THIRTY_360, on, on + timedelta(days=1))
    if on.day == 30 and (on + timedelta(days=1)).day == 31:
        assert night == 0
    elif on.month == 2 and (on + timedelta(days=1)).month == 3:
        assert night == (2 if on.day == 29 else 3)
    else:
        assert night == 1
