"""When deliveries are expected and whether they have come: of the nights that are due, and of the latest ones done.

The bank's ``delivery.yaml`` says by when (``expected_by``); a bank without it is never late. The inbox is looked at;
what was seen is kept as events by ``services.arrival``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from huikuan.nightly.delivery import delivery_expected_by, delivery_places
from huikuan.nightly.facts import BankFact
from huikuan.nightly.selectors.runs import run_dates, sequences_used

_ONE_DAY = timedelta(days=1)
DUE_SHOWN_MAX: Final = 14
DONE_SHOWN: Final = 14


class ArrivalState(StrEnum):
    """Where the delivery of a business date stands."""

    ARRIVED = "arrived"
    EXPECTED = "expected"  # its time has not passed, or none was set
    LATE = "late"
    MISSING = "missing"  # a day after its time


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery of a date: which one, its folder's name, when it was complete (None: not yet)."""

    sequence: int
    folder: str
    complete_at: datetime | None


@dataclass(frozen=True, slots=True)
class DayArrival:
    """The deliveries of a business date. ``late_minutes`` of the first one after the time it was expected by.

    ``used`` is the one that the night in force was made from, None before that and for nights from the lake; ``again``
    says that a later one is complete which that night does not have.
    """

    business_date: date
    state: ArrivalState
    expected_at: datetime | None
    late_minutes: int | None
    sent: tuple[Sent, ...]
    used: int | None
    again: bool


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Business dates by date: the latest whose night is done, and those due. ``due_more`` are not listed."""

    expected_by: str | None
    done: tuple[DayArrival, ...]
    due: tuple[DayArrival, ...]
    due_more: int


def expected_at(business_date: date, expected_by: str | None, time_zone: str) -> datetime | None:
    """Return the moment by which a delivery is expected: that time of the day after its business date."""
    if expected_by is None:
        return None
    return datetime.combine(business_date + _ONE_DAY, time.fromisoformat(expected_by), ZoneInfo(time_zone))


def arrival_state(*, expected: datetime | None, complete_at: datetime | None, at: datetime) -> ArrivalState:
    """Judge one delivery at the moment ``at``; a delivery at its very time is in time."""
    if complete_at is not None:
        return ArrivalState.ARRIVED
    if expected is None or at <= expected:
        return ArrivalState.EXPECTED
    return ArrivalState.LATE if at <= expected + _ONE_DAY else ArrivalState.MISSING


def arrivals_read(bank: BankFact, inbox: Path, at: datetime) -> Arrivals:
    """Look which deliveries have come, inside ``bank_scope``; three queries, and the folders of the dates listed."""
    by = delivery_expected_by(inbox, bank.code)
    book = run_dates(bank_id=bank.id)
    newest = bank.today(at) - _ONE_DAY
    first_due = newest if book is None else book[1] + _ONE_DAY
    done = [] if book is None else _days(max(book[0], book[1] - _ONE_DAY * (DONE_SHOWN - 1)), book[1])
    due = _days(first_due, max(newest, first_due))
    used = sequences_used(bank_id=bank.id, dates=done)

    def day(business_date: date) -> DayArrival:
        in_book = book is not None and business_date <= book[1]
        return _day(bank, inbox, business_date, by, used.get(business_date), at, in_book=in_book)

    return Arrivals(
        expected_by=by,
        done=tuple(day(one) for one in done),
        due=tuple(day(one) for one in due[:DUE_SHOWN_MAX]),
        due_more=max(len(due) - DUE_SHOWN_MAX, 0),
    )


def _day(
    bank: BankFact, inbox: Path, business_date: date, by: str | None, used: int | None, at: datetime, *, in_book: bool
) -> DayArrival:
    sent = tuple(
        Sent(place.sequence, place.folder.name, place.complete_at(business_date))
        for place in delivery_places(inbox, bank.code, business_date)
        if place.folder.is_dir()
    )
    complete = {one.sequence: one.complete_at for one in sent if one.complete_at is not None}
    expected = expected_at(business_date, by, bank.time_zone)
    first = complete[min(complete)] if complete else None
    state = arrival_state(expected=expected, complete_at=first, at=at)
    late = None if expected is None else _minutes((first or at) - expected)
    if in_book and first is None:
        state, late = ArrivalState.ARRIVED, None  # its night is done; the inbox was cleared since
    return DayArrival(
        business_date=business_date,
        state=state,
        expected_at=expected,
        late_minutes=late,
        sent=sent,
        used=used,
        again=used is not None and bool(complete) and max(complete) > used,
    )


def _minutes(late: timedelta) -> int:
    return max(int(late.total_seconds() // 60), 0)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
