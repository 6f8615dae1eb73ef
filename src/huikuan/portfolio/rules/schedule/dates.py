"""Due dates of computed schedules."""

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from huikuan.portfolio.conventions import SETTLEMENT_DAY, Conventions, Holidays, MonthEnd
from huikuan.portfolio.facts import FactInvalid, Frequency, NoteTerms, RepaymentMethod

IsWorkday = Callable[[date], bool]

MONTHS_A_YEAR = 12
MONTHS: Final = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.HALF_YEARLY: 6, Frequency.YEARLY: 12}
_DAYS: Final = {Frequency.WEEKLY: 7, Frequency.BIWEEKLY: 14}
_ONE_DAY: Final = timedelta(days=1)


def months_after(anchor_on: date, months: int) -> date:
    """The anchor's day of month, ``months`` later; the last day where that month is shorter."""
    year, month0 = divmod(anchor_on.year * MONTHS_A_YEAR + anchor_on.month - 1 + months, MONTHS_A_YEAR)
    last_day = calendar.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(anchor_on.day, last_day))


def month_end_after(anchor_on: date, months: int) -> date:
    """The last day of the month that is ``months`` after the anchor's."""
    return months_after(anchor_on.replace(day=1), months + 1) - _ONE_DAY


def due_dates(terms: NoteTerms, conventions: Conventions, is_workday: IsWorkday | None) -> tuple[date, ...]:
    """All due dates, moved as the conventions say; one for each instalment. Raises FactInvalid.

    The maturity date is held against the last due date as agreed: a holiday may move it past maturity.
    """
    if terms.method is RepaymentMethod.SETTLED_INTEREST:
        agreed = _settlement_days(terms)
    else:
        agreed = [_agreed(terms, conventions, number) for number in range(terms.instalment_count)]
    if agreed[-1] > terms.matures_on:
        raise FactInvalid(
            "terms.due_after_maturity", "matures_on", f"the last due date {agreed[-1]} or later", terms.matures_on
        )
    if conventions.holidays is Holidays.UNMOVED:
        return tuple(agreed)
    if is_workday is None:
        raise FactInvalid("convention.holidays", "holidays", "a business calendar to move due dates", "none")
    moved = tuple(_moved(day, conventions.holidays, is_workday) for day in agreed)
    if moved[0] < terms.disbursed_on:
        expected = f"a workday from {terms.disbursed_on} on"
        raise FactInvalid("terms.first_due", "first_due_on", expected, f"{agreed[0]}, moved to {moved[0]}")
    return moved


def _agreed(terms: NoteTerms, conventions: Conventions, number: int) -> date:
    """The due date of instalment ``number`` (from 0) before holidays."""
    first = terms.first_due_on
    step = MONTHS.get(terms.frequency)
    if step is None:
        return first + timedelta(days=_DAYS[terms.frequency] * number)
    if conventions.month_end is MonthEnd.END_OF_MONTH and (first + _ONE_DAY).day == 1:
        return month_end_after(first, step * number)
    return months_after(first, step * number)


def _settlement_days(terms: NoteTerms) -> list[date]:
    """The 20ths between pay-out and maturity, and the maturity date. Raises FactInvalid if the terms say otherwise.

    Monthly: of every month; quarterly: of March, June, September, December; half-yearly: of June and December;
    yearly: of December.
    """
    step = MONTHS[terms.frequency]
    after = terms.disbursed_on
    month = after.year * MONTHS_A_YEAR + after.month - 1
    month += -(month + 1) % step
    days: list[date] = []
    while (day := date(month // MONTHS_A_YEAR, month % MONTHS_A_YEAR + 1, SETTLEMENT_DAY)) < terms.matures_on:
        if day > after:
            days.append(day)
        month += step
    days.append(terms.matures_on)
    if terms.first_due_on != days[0]:
        expected = f"{days[0]}, the first day on which interest is settled"
        raise FactInvalid("terms.first_due", "first_due_on", expected, terms.first_due_on)
    if terms.instalment_count != len(days):
        expected = f"{len(days)}, the days on which interest is settled, and maturity"
        raise FactInvalid("terms.count", "instalment_count", expected, terms.instalment_count)
    return days


def _moved(day: date, holidays: Holidays, is_workday: IsWorkday) -> date:
    """``day``, or the workday that stands in for it (ISDA 2006 Definitions, section 4.12: business day conventions)."""
    if holidays is Holidays.PRECEDING:
        return _seek(day, -_ONE_DAY, is_workday)
    following = _seek(day, _ONE_DAY, is_workday)
    if holidays is Holidays.MODIFIED_FOLLOWING and following.month != day.month:
        return _seek(day, -_ONE_DAY, is_workday)
    return following


def _seek(day: date, step: timedelta, is_workday: IsWorkday) -> date:
    while not is_workday(day):
        day += step
    return day
