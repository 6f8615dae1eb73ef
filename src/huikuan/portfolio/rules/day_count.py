"""Units between dates and units of a year, for each day count. All integers.

Interest of a span = balance x annual rate in ppm x ``units_between`` / ``den_of``. Units are additive: those of
[a, b) and [b, c) add up to those of [a, c), so that interest can be accrued night by night or over a span at once.

Sources: 2006 ISDA Definitions, section 4.16: (b) Actual/Actual, days in a leap year / 366 and the others / 365;
(d) Actual/365 (Fixed); (e) Actual/360; (g) 30E/360, day 31 is day 30 at either end. Act/364 is the year of 52 weeks.
"""

import calendar
from datetime import date
from typing import Final

from huikuan.portfolio.conventions import DayCount
from huikuan.portfolio.facts import PPM

_COMMON_YEAR, _LEAP_YEAR = 365, 366
# For act/act one unit is 1 / (365 x 366) of a year: a day is 366 of them in a common year and 365 in a leap year.
YEAR_UNITS: Final = {
    DayCount.ACT_360: 360,
    DayCount.ACT_365: 365,
    DayCount.ACT_ACT: _COMMON_YEAR * _LEAP_YEAR,
    DayCount.THIRTY_360: 360,
    DayCount.ACT_364: 364,
}


def den_of(day_count: DayCount) -> int:
    """Denominator of accruals: units of a year x 10^6. A numerator of that size is one minor unit."""
    return YEAR_UNITS[day_count] * PPM


def units_between(day_count: DayCount, from_on: date, to_on: date) -> int:
    """Units of the span from ``from_on`` (counted) to ``to_on`` (not counted); negative when it runs backwards."""
    if day_count is DayCount.THIRTY_360:
        return _thirty(to_on) - _thirty(from_on)
    days = (to_on - from_on).days
    if day_count is DayCount.ACT_ACT:
        return days * _LEAP_YEAR - (_leap_year_days(to_on) - _leap_year_days(from_on))
    return days


def _thirty(on: date) -> int:
    """Days before ``on`` in a calendar of months of 30 days; the 31st is the 30th."""
    return 360 * on.year + 30 * on.month + min(on.day, 30)


def _leap_year_days(on: date) -> int:
    """Days before ``on`` that lie in leap years, since the year 1."""
    before = on.year - 1
    days = (before // 4 - before // 100 + before // 400) * _LEAP_YEAR
    return days + on.timetuple().tm_yday - 1 if calendar.isleap(on.year) else days
