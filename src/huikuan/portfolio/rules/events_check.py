"""Which fields each kind of loan event needs and may have, and which events count on a day."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

from huikuan.portfolio.facts import FactInvalid, Money, measured
from huikuan.portfolio.loan_events import EventKind, LoanEvent

_T = TypeVar("_T")
_PLACE = {kind: place for place, kind in enumerate(EventKind)}

# Kind: the fields that it needs, the fields that it may have besides.
FIELDS: dict[EventKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    EventKind.PAUSE: (("until_on",), ()),
    EventKind.RESUME: ((), ()),
    EventKind.RATE_CHANGE: ((), ("annual_rate_ppm", "penalty_rate_ppm", "schedule")),  # one of the rates
    EventKind.DRAWDOWN: (("amount_minor",), ("schedule",)),
    EventKind.EXTENSION: (("until_on",), ("schedule",)),
    EventKind.RESCHEDULE: (("schedule",), ()),
    EventKind.RE_AMORTISE: ((), ()),
    EventKind.RESTRUCTURE: (("until_on", "schedule"), ()),
    EventKind.RE_AGE: ((), ()),
    EventKind.ACCELERATION: ((), ()),
    EventKind.INSOLVENCY: ((), ()),
    EventKind.JUDGMENT: (("claim",), ("until_on", "penalty_rate_ppm")),
    EventKind.CHARGE_OFF: ((), ()),
    EventKind.CHARGE_BACK: (("names_ref", "amount_minor"), ()),
    EventKind.WAIVER: (("component", "amount_minor"), ()),
}
_EMPTY: dict[str, object] = {
    "amount_minor": 0,
    "component": None,
    "until_on": None,
    "annual_rate_ppm": None,
    "penalty_rate_ppm": None,
    "schedule": (),
    "claim": None,
    "names_ref": None,
}


def events_in_force(events: Sequence[LoanEvent], as_of: date, *, disbursed_on: date) -> list[LoanEvent]:
    """Events with a value date up to ``as_of`` that no reversal up to ``as_of`` annuls, in the order of their effect.

    Order: value date, kind, recorded time, core reference. Raises FactInvalid for an event whose fields do not fit its
    kind, one before the disbursement, a core reference that comes twice, and a reversal that names no event, another
    reversal, an event of another kind or one that is reversed already.
    """
    by_ref: dict[str, LoanEvent] = {}
    for event in events:
        if event.core_ref in by_ref:
            raise FactInvalid("event.twice", "core_ref", "a reference of its own", event.core_ref)
        if event.value_on < disbursed_on:
            expected = f"{disbursed_on} or later"
            raise FactInvalid("event.before_disbursement", "value_on", expected, event.value_on, ref=event.core_ref)
        by_ref[event.core_ref] = event
    reversed_on: dict[str, date] = {}
    for event in events:
        if event.reverses is None:
            try:
                event_check(event)
            except FactInvalid as problem:
                raise problem.of(event.core_ref) from None
            continue
        named = by_ref.get(event.reverses)
        if named is None or named.reverses is not None or named.kind is not event.kind:
            expected = f"the core_ref of an event {event.kind} of the note"
            raise FactInvalid("event.reverses", "reverses", expected, event.reverses, ref=event.core_ref)
        if event.reverses in reversed_on:
            expected = "an event not reversed yet"
            raise FactInvalid("event.reversed_twice", "reverses", expected, event.reverses, ref=event.core_ref)
        reversed_on[event.reverses] = event.value_on
    in_force = [
        event
        for event in events
        if event.value_on <= as_of and event.reverses is None and reversed_on.get(event.core_ref, date.max) > as_of
    ]
    in_force.sort(key=lambda event: (event.value_on, _PLACE[event.kind], event.recorded_at, event.core_ref))
    return in_force


def event_check(event: LoanEvent) -> None:
    """Raise FactInvalid for the first field that does not fit the kind of the event. A reversal needs none of them."""
    needs, may = FIELDS[event.kind]
    for field, empty in _EMPTY.items():
        got = getattr(event, field)
        if field in needs and got == empty:
            raise FactInvalid("event.missing", field, f"a value in an event {event.kind}", "none")
        if field not in needs and field not in may and got != empty:
            raise FactInvalid("event.not_of_kind", field, f"none in an event {event.kind}", measured(field, got))
    if event.kind is EventKind.RATE_CHANGE and event.annual_rate_ppm is None and event.penalty_rate_ppm is None:
        raise FactInvalid("event.missing", "annual_rate_ppm", "one of the two rates in an event rate_change", "none")
    first = event.value_on + timedelta(days=event.kind is EventKind.PAUSE)  # a pause has a day at least
    if event.until_on is not None and event.until_on < first:
        raise FactInvalid("event.until_on", "until_on", f"{first} or later", event.until_on)
    _amounts_check(event)
    _schedule_check(event)


def needed(value: _T | None, kind: EventKind, field: str) -> _T:
    """The value of a field that the kind needs."""
    if value is None:
        raise FactInvalid("event.missing", field, f"a value in an event {kind}", "none")
    return value


def _amounts_check(event: LoanEvent) -> None:
    for field in ("amount_minor", "annual_rate_ppm", "penalty_rate_ppm"):
        got = getattr(event, field)
        if got is not None and got < 0:
            raise FactInvalid("event.amount", field, "0 or more", measured(field, got))
    if event.claim is not None:
        for field in ("principal_minor", "interest_minor", "penalty_minor", "compound_minor", "costs_minor"):
            if (got := getattr(event.claim, field)) < 0:
                raise FactInvalid("event.amount", f"claim.{field}", "0 or more", Money(got))


def _schedule_check(event: LoanEvent) -> None:
    """No amount below 0, numbers rise, due dates do not go back."""
    for row in event.schedule:
        for field in ("principal", "interest", "costs"):
            if (got := getattr(row, f"{field}_minor")) < 0:
                where = f"schedule[seq={row.seq}].{field}"
                raise FactInvalid("event.amount", where, "an amount of 0 or more", Money(got))
    for earlier, later in pairwise(event.schedule):
        where = f"schedule[seq={later.seq}]"
        if later.seq <= earlier.seq:
            raise FactInvalid("event.seq", f"{where}.seq", f"a number above {earlier.seq}", later.seq)
        if later.due_on < earlier.due_on:
            raise FactInvalid("event.due_on", f"{where}.due_on", f"{earlier.due_on} or later", later.due_on)
