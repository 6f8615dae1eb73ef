"""The bank's workdays, for due dates that move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

from huikuan.kernel.rules.calendar import BusinessCalendar, CalendarYearMissingError
from huikuan.kernel.selectors.calendar import calendar_load, calendar_years
from huikuan.kernel.tenancy import bank_scope
from huikuan.portfolio.facts import FactInvalid


def workdays_of_bank(bank_id: int) -> Callable[[date], bool]:
    """Return whether the bank works on a day, by its business calendar, which is read when the first day is asked.

    The answer raises FactInvalid for a year that the calendar has not: a due date is not guessed.
    """

    @cache
    def calendar() -> BusinessCalendar:
        with bank_scope(bank_id):
            return calendar_load(bank_id=bank_id, years=calendar_years(bank_id))

    def is_workday(day: date) -> bool:
        try:
            return calendar().is_workday(day)
        except CalendarYearMissingError as missing:
            expected = f"a business calendar with the year {day.year}"
            raise FactInvalid("convention.holidays", "holidays", expected, "none") from missing

    return is_workday
