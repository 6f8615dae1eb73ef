"""Which day of its month a loan was paid out and is due, as far as the published amounts tell.

The source gives the month only. But interest of the first period is short of a month by almost exactly two days for two
thirds of the loans, four for most others, five for loans of January and February only: the lender starts interest two
business days after issue, so Monday to Wednesday lose two days, Thursday and Friday four (the weekend), and five before
the long weekends of January and February. So the shortfall tells the weekday; the day among those is drawn by a
hash of the row.
"""

import hashlib
from datetime import date, timedelta

from huikuan.sample.facts import SNAPSHOT_ON

HOLIDAYS = frozenset({date(2018, 1, 1), date(2018, 1, 15), date(2018, 2, 19)})  # US federal, first quarter 2018
SHORT_MIDWEEK, SHORT_WEEKEND, SHORT_LONG_WEEKEND = 2, 4, 5  # days of interest missing in the first period
DUE_DAY_MAX = 28  # exists in every month
LATE_DUE_DAY = 30
_LATE_FROM = {1: 29, 2: 26, 3: 27}  # month → first day of issue whose June instalment was not booked by 30 June


def issue_days(month: int, short_days: int | None) -> list[date]:
    """The business days of a month of 2018 that fit a first period short by so many days; all of them for None."""
    days = [date(2018, month, 1) + timedelta(n) for n in range(31)]
    business = [d for d in days if d.month == month and d.weekday() < 5 and d not in HOLIDAYS]
    fitting = [d for d in business if short_days is None or interest_lost(d) == short_days]
    return fitting or business


def interest_lost(issued_on: date) -> int:
    """Days from issue to the second business day after it: interest starts there."""
    day, business = issued_on, 0
    while business < 2:
        day += timedelta(1)
        business += day.weekday() < 5 and day not in HOLIDAYS
    return (day - issued_on).days


def issue_day(row: int, month: int, short_days: int | None, *, late: bool | None) -> date:
    """Draw the day of issue by a hash of the row, the same at every call.

    ``late`` True takes the last days of the month, False the days before them, None any; where none fits, any day that
    fits the shortfall.
    """
    days = issue_days(month, short_days)
    if late is not None:
        days = [d for d in days if (d.day >= _LATE_FROM[month]) is late] or days
    return days[draw(row, "issue", len(days))]


def late_possible(month: int, short_days: int | None) -> bool:
    """Whether the shortfall allows an issue in the last days of the month."""
    return any(d.day >= _LATE_FROM[month] for d in issue_days(month, short_days))


def draw(row: int, purpose: str, choices: int) -> int:
    """A number from 0 to ``choices`` - 1, fixed by row and purpose."""
    return int.from_bytes(hashlib.sha256(f"{purpose} {row}".encode()).digest()[:6], "big") % choices


def due_dates(issued_on: date, due_day: int, count: int) -> tuple[date, ...]:
    """Monthly due dates, the first in the month after the issue; February ends on its 28th."""
    found = []
    for number in range(1, count + 1):
        year, month0 = divmod(issued_on.month - 1 + number, 12)
        last = DUE_DAY_MAX if month0 == 1 else LATE_DUE_DAY
        found.append(date(issued_on.year + year, month0 + 1, min(due_day, last)))
    return tuple(found)


def months_due(month: int) -> int:
    """Instalments due by the end of June 2018 of a loan issued in this month."""
    return SNAPSHOT_ON.month - month
