"""Days past due (逾期天数) and buckets (账龄).

The due day itself is not late: the day after is day 1. The anchor is the oldest due date with unpaid principal or
interest, so a part payment changes nothing until it clears that instalment. Unpaid costs and penalty alone never age.
"""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date

from huikuan.portfolio.facts import Bucket, CoreStatus, OpenInstalment

# Last day past due of each bucket; what is later is M7+. Trade convention (design: M0 ... M7+), not law.
BUCKET_LAST_DAYS = (
    (0, Bucket.M0),
    (30, Bucket.M1),
    (60, Bucket.M2),
    (90, Bucket.M3),
    (120, Bucket.M4),
    (150, Bucket.M5),
    (180, Bucket.M6),
)


def days_past_due(open_: Iterable[OpenInstalment], as_of: date) -> tuple[int, int]:
    """Days past due at the close of ``as_of``: of principal, of interest. The note's figure is the larger one."""
    oldest_principal = oldest_interest = as_of
    for row in open_:
        if row.principal_minor:
            oldest_principal = min(oldest_principal, row.due_on)
        if row.interest_minor:
            oldest_interest = min(oldest_interest, row.due_on)
    return (as_of - oldest_principal).days, (as_of - oldest_interest).days


def bucket_of_days(dpd: int) -> Bucket:
    """The bucket of a number of days past due (0 or more)."""
    position = bisect_left(BUCKET_LAST_DAYS, dpd, key=lambda pair: pair[0])
    return BUCKET_LAST_DAYS[position][1] if position < len(BUCKET_LAST_DAYS) else Bucket.M7


def bucket_of_note(dpd: int, core_status: CoreStatus, *, closed: bool) -> Bucket:
    """The column of a note in roll tables: terminal states first, then days past due.

    A charged-off note stays charged off when it is paid later: recovery is income, not a cure.
    """
    if core_status is CoreStatus.SETTLED:
        return Bucket.SETTLED
    if core_status is CoreStatus.CHARGED_OFF:
        return Bucket.CHARGED_OFF
    return Bucket.SETTLED if closed else bucket_of_days(dpd)
