"""Days as whole numbers (since 1970-01-01), months as whole numbers (since January 1970); arrays of both."""

from datetime import date
from typing import Final

import numpy as np

from huikuan.lab.rules.draw import Integers

EPOCH: Final = date(1970, 1, 1)
SETTLEMENT_DAY: Final = 20  # interest is settled, and compound interest capitalised, on this day of the month


def number_of(day: date) -> int:
    """The number of a day."""
    return (day - EPOCH).days


def date_of(number: int) -> date:
    """The day of a number."""
    return date.fromordinal(EPOCH.toordinal() + int(number))


def month_of(days: Integers) -> Integers:
    """The month that each day lies in."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_of(months: Integers) -> Integers:
    """The first day of each month."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def day_of_month(days: Integers) -> Integers:
    """1 to 31."""
    return days - first_of(month_of(days)) + 1


def on_day(months: Integers, day: Integers | int) -> Integers:
    """The day of the month in each month; its last day where the month is shorter."""
    first = first_of(months)
    found: Integers = first + np.minimum(day, first_of(months + 1) - first) - 1
    return found


def months_later(days: Integers, months: Integers | int) -> Integers:
    """The same day of the month, months later, as ``portfolio.rules.schedule.months_after`` has it."""
    return on_day(month_of(days) + months, day_of_month(days))


def settlement_days(after: Integers, number: int, *, step: int = 3) -> Integers:
    """The ``number``-th (from 0) 20th of a quarter's last month that is later than each day; ``step`` months apart."""
    month = month_of(after)
    month = month + -(month + 1) % step
    first = on_day(month, SETTLEMENT_DAY)
    month = np.where(first > after, month, month + step)
    return on_day(month + step * number, SETTLEMENT_DAY)
