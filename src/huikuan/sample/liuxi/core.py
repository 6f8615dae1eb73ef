"""What the core system of the invented bank itself reports of a note: the figures of the exact engine, but for a few.

The few are made up so that a reconciliation has something to find, each of a kind that banks know:

- days counted from the end of the days of grace (`CORE_COUNTS_OTHERWISE`), every day;
- a repayment of the evening that the core books the next morning (`BOOKED_LATE`), one day;
- penalty interest taken over with a shortfall when the note was migrated (`MIGRATED_SHORT`), every day;
- penalty interest cut off instead of rounded (`CUTS_OFF`), a fen at most: within the tolerance;
- a class that nobody has made worse yet (`CLASS_BEHIND`): a challenge;
- a due date on a weekend that the core moves to Monday (`WEEKEND_MOVES`), while it is the next one.
"""

from datetime import date, timedelta

from huikuan.portfolio.facts import NoteState
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.sample.liuxi.book import CORE_COUNTS_OTHERWISE, GRACE_DAYS, Note

BOOKED_LATE = {14: date(2025, 6, 20)}
MIGRATED_SHORT = {23: 1235}
CUTS_OFF = frozenset({3, 29})
CLASS_BEHIND = frozenset({33})
WEEKEND_MOVES = frozenset({12, 21})
_CLASSES = ((91, "3"), (31, "2"), (0, "1"))
_MONDAY = 7


def core_row(note: Note, key: str, day: date) -> tuple[str, ...]:
    """Return the row of a note in the core's file of a day."""
    seen_on = day - timedelta(days=1) if BOOKED_LATE.get(note.number) == day else day
    state = note.state(seen_on)
    late = max(state.dpd_principal, state.dpd_interest)
    back = GRACE_DAYS if note.number in CORE_COUNTS_OTHERWISE else 0
    interest = state.overdue_interest_minor
    off = interest if late > 90 else 0
    due_on, amount = _next_due(note, day)
    return (
        key,
        f"{day:%Y%m%d}",
        _yuan(state.principal_outstanding_minor),
        _yuan(state.overdue_principal_minor),
        _yuan(interest),
        _yuan(interest - off),
        _yuan(off),
        _yuan(_penalty(note, state)),
        _yuan(state.compound_minor),
        _yuan(150_000 if note.late > 10 else 0),
        str(max(0, state.dpd_principal - back)),
        str(max(0, state.dpd_interest - back)),
        "2" if note.number in CLASS_BEHIND else next(code for days, code in _CLASSES if late >= days),
        f"{due_on:%Y%m%d}",
        _yuan(amount),
    )


def _penalty(note: Note, state: NoteState) -> int:
    short = MIGRATED_SHORT.get(note.number, 0) + (note.number in CUTS_OFF)
    return max(0, state.penalty_minor - short)


def _next_due(note: Note, day: date) -> tuple[date, int]:
    """The first instalment after a day; on a weekend the core moves some to Monday."""
    row = next(row for row in schedule_build(note.terms) if row.due_on > day)
    due_on = row.due_on
    if note.number in WEEKEND_MOVES and due_on.isoweekday() >= _MONDAY - 1:
        due_on += timedelta(days=_MONDAY + 1 - due_on.isoweekday())
    return due_on, row.principal_minor + row.interest_minor


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
