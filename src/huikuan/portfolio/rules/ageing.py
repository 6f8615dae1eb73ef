"""Days past due (逾期天数), pauses and buckets (账龄).

By default the due day itself is not late: the day after is day 1 (``DueDay``). The anchor is the oldest due date with
unpaid principal or interest, so a part payment changes nothing until it clears that instalment. Unpaid costs and
penalty alone never age. A paused day is no day past due; pauses are kept apart from due dates, which never move.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

from huikuan.portfolio.conventions import DueDay, PauseEnd
from huikuan.portfolio.facts import Bucket, CoreStatus
from huikuan.portfolio.loan_events import EventKind, LoanEvent

# First and last paused day of each span as proleptic ordinals, both paused; oldest first, no two touch.
Pauses = tuple[tuple[int, int], ...]

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


def late_days(due: int, today: int, due_day: DueDay = DueDay.DAY_0, pauses: Pauses = ()) -> int:
    """Days past due of what fell due on the ordinal ``due`` and is unpaid at the close of ``today``; 0 before."""
    first = due if due_day is DueDay.DAY_1 else due + 1
    if today < first:
        return 0
    paused = sum(max(0, min(last, today) - max(begin, first) + 1) for begin, last in pauses)
    return today - first + 1 - paused


def is_paused(day: int, pauses: Pauses) -> bool:
    """Whether the day of this ordinal is paused."""
    return any(begin <= day <= last for begin, last in pauses)


def pauses_of(events: Sequence[LoanEvent], pause_end: PauseEnd) -> Pauses:
    """Paused days of the PAUSE and RESUME events in force.

    A resume ends every pause that has begun and not ended on its day. Pauses that overlap or touch merge, so that a
    day is paused once.
    """
    resumed = sorted(event.value_on for event in events if event.kind is EventKind.RESUME)
    spans = []
    for event in events:
        if event.kind is EventKind.PAUSE and event.until_on is not None:
            end = next((on for on in resumed if event.value_on <= on < event.until_on), event.until_on)
            spans.append((event.value_on.toordinal(), end.toordinal() - (pause_end is PauseEnd.COUNTS)))
    merged: list[tuple[int, int]] = []
    for begin, last in sorted(spans):
        if merged and begin <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        elif last >= begin:
            merged.append((begin, last))
    return tuple(merged)


def bucket_of_days(dpd: int) -> Bucket:
    """The bucket of a number of days past due (0 or more)."""
    position = bisect_left(BUCKET_LAST_DAYS, dpd, key=lambda pair: pair[0])
    return BUCKET_LAST_DAYS[position][1] if position < len(BUCKET_LAST_DAYS) else Bucket.M7


def status_in_force(core_status: CoreStatus, charged_off_on: date | None) -> CoreStatus:
    """The core's status; a note that it calls active is charged off from an event of that kind on."""
    charged_off = core_status is CoreStatus.ACTIVE and charged_off_on is not None
    return CoreStatus.CHARGED_OFF if charged_off else core_status


def bucket_of_note(dpd: int, core_status: CoreStatus, *, closed: bool) -> Bucket:
    """The column of a note in roll tables: terminal states first, then days past due.

    A charged-off note stays charged off when it is paid later: recovery is income, not a cure.
    """
    if core_status is CoreStatus.SETTLED:
        return Bucket.SETTLED
    if core_status is CoreStatus.CHARGED_OFF:
        return Bucket.CHARGED_OFF
    return Bucket.SETTLED if closed else bucket_of_days(dpd)
