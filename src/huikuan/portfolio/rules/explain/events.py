"""Which events count, what their days are, and the observation that a restructuring begins."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from huikuan.portfolio.conventions import PauseEnd
from huikuan.portfolio.facts import ClassFloor
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.rules.classification import SEVERITY, observed_on, restructurings_of
from huikuan.portfolio.rules.explain.facts import (
    EventNotCounted,
    EventTold,
    NotCountedReason,
    Observation,
    ObservationRule,
)
from huikuan.portfolio.rules.explain.trace import Trace

_ONE_DAY = timedelta(days=1)


def events_told(trace: Trace, pause_end: PauseEnd) -> tuple[EventTold, ...]:
    """The events in the order in which they took effect, with the days of pauses and what was really used."""
    used = {row.allocation.core_ref: abs(row.allocation.amount_minor) for row in trace.allocations}
    resumed = sorted(told.event.value_on for told in trace.events if told.event.kind is EventKind.RESUME)
    as_of, rows = trace.replayed.state.as_of, []
    for row in trace.events:
        told, event = row, row.event
        if event.kind in {EventKind.WAIVER, EventKind.CHARGE_BACK}:
            told = replace(told, used_minor=used.get(event.core_ref, 0))
        elif event.kind is EventKind.PAUSE and event.until_on is not None:
            begin, until_on = event.value_on, event.until_on
            until_on = next((on for on in resumed if begin <= on < until_on), until_on)
            last_on = until_on - _ONE_DAY if pause_end is PauseEnd.COUNTS else until_on
            days = max(0, (min(last_on, as_of) - begin).days + 1)
            told = replace(told, until_on=until_on, paused_days=days)
        rows.append(told)
    return tuple(rows)


def events_not_counted(
    events: Sequence[LoanEvent], told: Sequence[EventTold], as_of: date
) -> tuple[EventNotCounted, ...]:
    """Events of the file that do nothing on the day: reversed, reversals, of a later day."""
    reversed_by = {row.reverses: row.core_ref for row in events if row.reverses and row.value_on <= as_of}
    counted = {row.event.core_ref for row in told}
    rows = []
    for event in sorted(events, key=lambda row: (row.value_on, row.recorded_at, row.core_ref)):
        if event.core_ref in counted:
            continue
        if event.value_on > as_of:
            reason, other = NotCountedReason.LATER, event.reverses
        elif event.reverses is not None:
            reason, other = NotCountedReason.REVERSAL, event.reverses
        else:
            reason, other = NotCountedReason.REVERSED, reversed_by.get(event.core_ref)
        rows.append(EventNotCounted(event.core_ref, event.kind, event.value_on, reason, other))
    return tuple(rows)


def observation_of(
    told: Sequence[EventTold], rules: Sequence[ObservationRule], as_of: date, floor: ClassFloor
) -> Observation | None:
    """The observation that runs on the day, and whether its floor is worse than ``floor``, that by days."""
    in_force = [rule for rule in rules if rule.policy.effective_on <= as_of]
    if not in_force:
        return None
    rule = in_force[-1]
    seen = observed_on(restructurings_of(row.event for row in told), rule.policy, as_of)
    if seen is None:
        return None
    return Observation(seen.floor, seen.until_on, seen.again, SEVERITY[seen.floor] > SEVERITY[floor], rule)
