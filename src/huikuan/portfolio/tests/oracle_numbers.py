"""Days, rounding and pauses as the oracle counts them: its own, not those of the rules.

Read beside ``docs/concepts/conventions.md``. A span counts its first day and not its last.
"""

import calendar
import math
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from huikuan.portfolio.conventions import DayCount, PauseEnd, Rounding
from huikuan.portfolio.facts import Frequency
from huikuan.portfolio.loan_events import EventKind, LoanEvent

ONE_DAY = timedelta(days=1)
PERIODS_A_YEAR = {
    Frequency.WEEKLY: 52,
    Frequency.BIWEEKLY: 26,
    Frequency.MONTHLY: 12,
    Frequency.QUARTERLY: 4,
    Frequency.HALF_YEARLY: 2,
    Frequency.YEARLY: 1,
}
YEAR_DAYS = {DayCount.ACT_360: 360, DayCount.ACT_365: 365, DayCount.ACT_364: 364}
# Denominator of an accumulator under each day count, as the state of a note stores it.
DENOMINATOR = {
    DayCount.ACT_360: 360_000_000,
    DayCount.ACT_365: 365_000_000,
    DayCount.ACT_364: 364_000_000,
    DayCount.THIRTY_360: 360_000_000,
    DayCount.ACT_ACT: 365 * 366 * 1_000_000,
}


def nearest(amount: Fraction, rounding: Rounding = Rounding.HALF_UP) -> int:
    """The whole amount of a fraction."""
    match rounding:
        case Rounding.HALF_UP:
            return math.floor(amount + Fraction(1, 2))
        case Rounding.HALF_EVEN:
            return round(amount)  # of a Fraction: halves go to the even neighbour
        case Rounding.UP:
            return math.ceil(amount) if amount > 0 else math.floor(amount)
        case Rounding.DOWN:
            return math.trunc(amount)


def owed(amount: Fraction, rounding: Rounding) -> int:
    """What is owed of an accumulator: an account that is ahead owes nothing."""
    return max(0, nearest(amount, rounding))


def span(day_count: DayCount, first: date, last: date) -> Fraction:
    """Years from ``first`` to ``last``."""
    if day_count is DayCount.THIRTY_360:
        return Fraction(_thirty(last) - _thirty(first), 360)
    if day_count is DayCount.ACT_ACT:
        days = [first + timedelta(days=number) for number in range((last - first).days)]
        leap = sum(calendar.isleap(day.year) for day in days)
        return Fraction(leap, 366) + Fraction(len(days) - leap, 365)
    return Fraction((last - first).days, YEAR_DAYS[day_count])


def _thirty(day: date) -> int:
    return 360 * day.year + 30 * day.month + min(day.day, 30)


def paused_days(events: Iterable[LoanEvent], pause_end: PauseEnd) -> set[date]:
    """Every paused day, written down one by one."""
    events = list(events)
    resumes = [event.value_on for event in events if event.kind is EventKind.RESUME]
    days: set[date] = set()
    for pause in events:
        if pause.kind is EventKind.PAUSE and pause.until_on is not None:
            until = pause.until_on
            for resume in resumes:
                if pause.value_on <= resume < until:
                    until = resume
            last = until if pause_end is PauseEnd.PAUSED else until - ONE_DAY
            day = pause.value_on
            while day <= last:
                days.add(day)
                day += ONE_DAY
    return days


def in_force(events: Iterable[LoanEvent], as_of: date) -> list[LoanEvent]:
    """Events that have come and that no reversal which has come annuls, in the order in which they take effect."""
    come = [event for event in events if event.value_on <= as_of]
    annulled = {event.reverses for event in come if event.reverses is not None}
    kinds = list(EventKind)
    return sorted(
        (event for event in come if event.reverses is None and event.core_ref not in annulled),
        key=lambda event: (event.value_on, kinds.index(event.kind), event.recorded_at, event.core_ref),
    )
