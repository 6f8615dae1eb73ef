"""Business days."""

from datetime import date

import pytest

from huikuan.kernel.facts import DayKind
from huikuan.kernel.rules.calendar import (
    BusinessCalendar,
    CalendarYearMissingError,
    days_in_year,
    warning_due,
    year_of_days,
)
from huikuan.kernel.services.calendar import holidays_load

OFF = frozenset({date(2026, 2, 20)})
WORKED = frozenset({date(2026, 2, 14)})
DAYS = {d: k for d, (k, _) in year_of_days(2026, {date(2026, 2, 17): "春节"}, OFF, WORKED).items()}
CALENDAR = BusinessCalendar(DAYS)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 2, 13), DayKind.WORKDAY),  # Friday
        (date(2026, 2, 14), DayKind.WORKDAY),  # Saturday worked in exchange
        (date(2026, 2, 15), DayKind.REST),  # Sunday
        (date(2026, 2, 17), DayKind.HOLIDAY),
        (date(2026, 2, 20), DayKind.REST),  # Friday off in exchange
    ],
)
def test_day_is_what_the_year_says(day: date, kind: DayKind) -> None:
    assert CALENDAR.kind(day) is kind


def test_day_of_a_missing_year_is_an_error_and_not_a_guess() -> None:
    assert CALENDAR.is_workday(date(2026, 12, 31))
    with pytest.raises(CalendarYearMissingError, match="2027"):
        CALENDAR.is_workday(date(2027, 1, 1))
    with pytest.raises(CalendarYearMissingError):
        CALENDAR.workdays_after(date(2026, 12, 31), 1)


def test_workday_after_a_rest_is_found() -> None:
    assert CALENDAR.workday_on_or_after(date(2026, 2, 14)) == date(2026, 2, 14)
    assert CALENDAR.workday_on_or_after(date(2026, 2, 15)) == date(2026, 2, 16)
    assert CALENDAR.workdays_after(date(2026, 2, 16), 1) == date(2026, 2, 18)
    assert CALENDAR.workdays_after(date(2026, 2, 19), 1) == date(2026, 2, 23)


def test_year_without_one_day_is_not_complete() -> None:
    assert CALENDAR.years() == {2026}
    assert BusinessCalendar({d: k for d, k in DAYS.items() if d != date(2026, 7, 1)}).years() == frozenset()


@pytest.mark.parametrize(
    ("years", "today", "due"),
    [
        ({2026}, date(2026, 10, 31), False),
        ({2026}, date(2026, 11, 1), True),
        ({2026, 2027}, date(2026, 12, 31), False),
        ({2027}, date(2026, 5, 1), True),
        (set(), date(2026, 5, 1), True),
    ],
)
def test_warning_comes_on_the_first_of_november(years: set[int], today: date, due: bool) -> None:
    assert warning_due(frozenset(years), today) is due


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_packaged_chinese_year_agrees_with_the_library_it_was_taken_from(year: int) -> None:
    import chinese_calendar

    from huikuan.kernel.services.calendar import year_days

    days = year_days(year, holidays_load("cn")[year])
    assert len(days) == days_in_year(year)
    assert {d for d, (k, _) in days.items() if k is DayKind.WORKDAY} == {
        d for d in days if chinese_calendar.is_workday(d)
    }


def test_packaged_chinese_calendar_does_not_invent_2027() -> None:
    assert sorted(holidays_load("cn")) == [2024, 2025, 2026]
