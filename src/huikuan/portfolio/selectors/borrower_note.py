"""One note of Borrower 360: figures from two sources, months of days past due, and what happened when."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

from huikuan.portfolio.borrower_out import BalancesOut, FigureOut, MonthOut, TimelineItemOut
from huikuan.portfolio.facts import AllocationKind, ClassFloor
from huikuan.portfolio.loan_events import EventKind
from huikuan.portfolio.rules.explain.facts import Explanation, NotCountedReason
from huikuan.portfolio.selectors.book_read import Row

MONTHS: Final = 24
_RECEIVED: Final = (AllocationKind.REPAYMENT, AllocationKind.RECOVERY)

_CORE_BUCKETS: Final = {
    **{f"m{number}": f"M{number}" for number in range(7)},
    "m7_plus": "M7+",
    "settled": "settled",
    "charged_off": "charged_off",
}
# Name, column of note_class, column of the core's figures; None: that side has no such figure.
_AMOUNTS: Final = (
    ("principal", "balance_minor", "principal_minor"),
    ("overdue_principal", "overdue_principal_minor", "overdue_principal_minor"),
    ("overdue_interest", "overdue_interest_minor", "overdue_interest_minor"),
    ("interest_on", None, "interest_on_minor"),
    ("interest_off", None, "interest_off_minor"),
    ("penalty", "penalty_minor", "penalty_minor"),
    ("compound", "compound_minor", "compound_minor"),
    ("delay", "delay_minor", None),
    # fees that fall due with instalments, and costs that the bank advanced: two things, never compared with each other
    ("costs_due", "costs_due_minor", "costs_due_minor"),
    ("costs_advanced", None, "costs_advanced_minor"),
)
_DAYS: Final = (
    ("days_principal", "dpd_principal", "days_principal"),
    ("days_interest", "dpd_interest", "days_interest"),
)


def balances_of(classed: Row, core: Row | None, as_of: date) -> BalancesOut:
    """Figures by component, ours beside the core's; they are compared only where both are of the same day."""
    same_day = core is not None and core["as_of_on"] == as_of
    figures = [
        _figure(
            name, unit, classed[ours] if ours else None, core[theirs] if core and theirs else None, same_day=same_day
        )
        for unit, rows in (("minor", _AMOUNTS), ("days", _DAYS))
        for name, ours, theirs in rows
    ]
    figures.append(_class(classed["class_floor_borrower"], core["class"] if core else None, same_day=same_day))
    return BalancesOut(
        ours_as_of=as_of,
        core_as_of=core["as_of_on"] if core else None,
        core_stale_since=core["stale_since"] if core else None,
        figures=tuple(figures),
    )


def _figure(name: str, unit: Any, ours: Any, core: Any, *, same_day: bool) -> FigureOut:
    comparable = same_day and ours is not None and core is not None
    return FigureOut(
        name=name,
        unit=unit,
        ours=ours,
        core=core,
        difference=core - ours if comparable else None,
        agrees=core == ours if comparable else None,
    )


def _class(floor: str, core: str | None, *, same_day: bool) -> FigureOut:
    """Our floor with contagion beside the core's class, compared as in the reconciliation: a worse one is its right."""
    grade = list(ClassFloor).index
    agrees = grade(ClassFloor(core)) >= grade(ClassFloor(floor)) if same_day and core is not None else None
    return FigureOut(name="class", unit="class", ours=floor, core=core, difference=None, agrees=agrees)


def month_days(as_of: date) -> list[date]:
    """The last days of the last MONTHS months, oldest first; of the present month the date itself."""
    last = as_of.year * 12 + as_of.month - 1
    days = []
    for month in range(last - MONTHS + 1, last + 1):
        year, month0 = divmod(month, 12)
        days.append(min(date(year, month0 + 1, calendar.monthrange(year, month0 + 1)[1]), as_of))
    return days


def months_of(days: Sequence[date], ours: Mapping[date, Row], core: Mapping[date, Row]) -> tuple[MonthOut, ...]:
    """Cells of the history: our book where it has the day, else the core's monthly status, else nothing."""
    return tuple(_month(on, ours.get(on), core.get(on.replace(day=1))) for on in days)


def _month(on: date, ours: Row | None, core: Row | None) -> MonthOut:
    month = on.replace(day=1)
    if ours is not None:
        return MonthOut(
            month=month,
            on=on,
            source="book",
            bucket=ours["bucket"],
            dpd=ours["dpd"],
            balance_minor=ours["balance_minor"],
        )
    if core is not None and core["status"] in _CORE_BUCKETS:
        return MonthOut(
            month=month,
            on=on,
            source="core",
            bucket=_CORE_BUCKETS[core["status"]],
            dpd=None,
            balance_minor=core["balance_minor"],
        )
    return MonthOut(month=month, on=on, source="none", bucket=None, dpd=None, balance_minor=None)


def happened(note_id: str, answer: Explanation, months: Sequence[MonthOut]) -> Iterator[TimelineItemOut]:
    """What happened to a note: paid out, repaid, reversed, due dates missed, buckets at month-ends."""
    terms = answer.terms
    yield TimelineItemOut(
        on=terms.disbursed_on, at=None, kind="disbursed", note_id=note_id, amount_minor=terms.principal_minor
    )
    for detail in answer.allocations:
        row = detail.allocation
        if row.core_ref is not None and row.kind in _RECEIVED:
            yield TimelineItemOut(
                on=row.applied_on,
                at=None,
                kind="repaid",
                note_id=note_id,
                amount_minor=row.amount_minor,
                payer=detail.payer,
                reference=row.core_ref,
            )
    for lost in answer.not_counted:
        if lost.reason is NotCountedReason.REVERSED:
            yield TimelineItemOut(
                on=lost.value_on,
                at=None,
                kind="reversed",
                note_id=note_id,
                amount_minor=lost.amount_minor,
                reference=lost.core_ref,
            )
    for told in answer.events:
        event = told.event
        yield TimelineItemOut(
            on=event.value_on,
            at=None,
            kind="event",
            note_id=note_id,
            event=event.kind,
            amount_minor=(told.used_minor if event.kind is EventKind.WAIVER else event.amount_minor) or None,
            until_on=told.until_on or event.until_on,
            reference=event.core_ref,
        )
    for undone in answer.events_not_counted:
        if undone.reason is NotCountedReason.REVERSED:
            yield TimelineItemOut(
                on=undone.value_on,
                at=None,
                kind="event_reversed",
                note_id=note_id,
                event=undone.kind,
                reference=undone.core_ref,
            )
    yield from _missed(note_id, answer)
    yield from _moves(note_id, months)


def _missed(note_id: str, answer: Explanation) -> Iterator[TimelineItemOut]:
    """Due dates at whose close something of the instalment was unpaid, on the first day past due."""
    for row in answer.schedule:
        paid_on = row.cleared_on
        late_until = answer.as_of if row.days_past_due else paid_on
        if late_until is None or late_until <= row.due_on or row.seq == 0:  # no row of a schedule: an event says why
            continue
        yield TimelineItemOut(
            on=row.due_on + timedelta(days=1),
            at=None,
            kind="missed",
            note_id=note_id,
            seq=row.seq,
            amount_minor=row.principal_minor + row.interest_minor + row.costs_minor,
            days=(late_until - row.due_on).days,
            cleared_on=paid_on,
        )


def _moves(note_id: str, months: Sequence[MonthOut]) -> Iterator[TimelineItemOut]:
    known = [month for month in months if month.bucket is not None]
    for before, after in pairwise(known):
        if before.bucket != after.bucket:
            yield TimelineItemOut(
                on=after.on,
                at=None,
                kind="bucket",
                note_id=note_id,
                from_bucket=before.bucket,
                to_bucket=after.bucket,
                days=after.dpd,
            )
