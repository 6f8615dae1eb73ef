"""Business days, pure: questions over loaded days. A year that is not loaded is an error, never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from huikuan.kernel.errors import DomainError
from huikuan.kernel.facts import DayKind

WARN_FROM_MONTH: Final = 11  # the State Council publishes the next year's holidays in October or November


class CalendarYearMissingError(DomainError):
    """The calendar has no (complete) year for a date."""

    code = "kernel.calendar_year_missing"
    status = 409

    def __init__(self, year: int) -> None:
        super().__init__(
            f"The business calendar has no complete year {year}. "
            f"Load it with `huikuan calendar seed --year {year}` or enter its days, then try again."
        )


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """The days of the loaded years of one bank."""

    days: Mapping[date, DayKind]

    def years(self) -> frozenset[int]:
        """The complete years."""
        counts: dict[int, int] = {}
        for day in self.days:
            counts[day.year] = counts.get(day.year, 0) + 1
        return frozenset(year for year, count in counts.items() if count == days_in_year(year))

    def kind(self, day: date) -> DayKind:
        """Return what a day is; raises CalendarYearMissingError."""
        found = self.days.get(day)
        if found is None:
            raise CalendarYearMissingError(day.year)
        return found

    def is_workday(self, day: date) -> bool:
        """True when the bank works on the day; raises CalendarYearMissingError."""
        return self.kind(day) is DayKind.WORKDAY

    def workday_on_or_after(self, day: date) -> date:
        """Return the first working day from ``day`` on; raises CalendarYearMissingError at the end of the data."""
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day

    def workdays_after(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after ``day`` (count ≥ 1); raises CalendarYearMissingError."""
        if count < 1:
            raise ValueError("count begins at 1")
        while count:
            day += timedelta(days=1)
            count -= self.is_workday(day)
        return day


def days_in_year(year: int) -> int:
    """Return 365 or 366."""
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def warning_due(years: frozenset[int], today: date) -> bool:
    """True when this year is missing, or next year is missing from 1 November on."""
    return today.year not in years or (today.month >= WARN_FROM_MONTH and today.year + 1 not in years)


def year_of_days(
    year: int, holidays: Mapping[date, str], off: frozenset[date], worked: frozenset[date]
) -> dict[date, tuple[DayKind, str]]:
    """Return every day of a year: weekends rest, except what is a holiday, off in exchange, or worked in exchange."""
    result: dict[date, tuple[DayKind, str]] = {}
    day = date(year, 1, 1)
    while day.year == year:
        if day in holidays:
            result[day] = (DayKind.HOLIDAY, holidays[day])
        elif day in worked:
            result[day] = (DayKind.WORKDAY, "")
        elif day in off or day.weekday() >= 5:
            result[day] = (DayKind.REST, "")
        else:
            result[day] = (DayKind.WORKDAY, "")
        day += timedelta(days=1)
    return result
