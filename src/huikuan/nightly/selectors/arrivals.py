"""When the deliveries of nights that are done came: from the events that were kept, else from the inbox."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from huikuan.evidence.selectors.events import events_of_subjects
from huikuan.nightly.arrival import expected_at
from huikuan.nightly.delivery import delivery_expected_by, delivery_places, mapping_of_bank
from huikuan.nightly.events import DELIVERY, DeliveryArrived
from huikuan.nightly.facts import BankFact
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.selectors.bank import bank_fact
from huikuan.portfolio.arrivals import Arrival
from huikuan.portfolio.mapping.errors import MappingError


def arrivals_known(bank_id: int, dates: Collection[date]) -> Mapping[date, Arrival]:
    """Return when the first delivery of each of these dates was complete, inside ``bank_scope``.

    Two queries, and a look into the inbox for dates of which no event was kept.
    """
    bank, inbox = bank_fact(bank_id), NightPlaces.of(settings.HOME).inbox
    subjects = [day.isoformat() for day in dates]
    kept: dict[date, tuple[int, datetime, int | None]] = {}
    for event in events_of_subjects(bank_id=bank_id, subject_kind=DELIVERY, subject_ids=subjects):
        if event.name != "nightly.delivery_arrived":
            continue
        day, payload = date.fromisoformat(event.subject_id), event.payload
        seen = DeliveryArrived(**payload)  # type: ignore[arg-type]
        if day not in kept or seen.sequence < kept[day][0]:
            kept[day] = (seen.sequence, datetime.fromisoformat(seen.complete_at), seen.late_minutes)
    try:
        by = delivery_expected_by(inbox, bank.code)
        mapping_of_bank(inbox, bank.code)
    except MappingError:  # said where nights are; what was seen before stays
        return {day: Arrival(day, None, *kept.get(day, (0, None, None))[1:]) for day in dates}
    return {day: _kept(bank, day, by, kept[day]) if day in kept else _there(bank, inbox, day, by) for day in dates}


def _kept(bank: BankFact, day: date, by: str | None, seen: tuple[int, datetime, int | None]) -> Arrival:
    """An event says how late it was; the time then may have been another one than today's."""
    _, arrived, late = seen
    expected = None if late is None else expected_at(day, by, bank.time_zone)
    if late and (expected is None or _late(expected, arrived) != late):
        expected = arrived - timedelta(minutes=late)
    return Arrival(day, expected, arrived, late)


def _there(bank: BankFact, inbox: Path, day: date, by: str | None) -> Arrival:
    """What lies in the inbox; of a date that was cleared nothing is known."""
    complete = (place.complete_at(day) for place in delivery_places(inbox, bank.code, day))
    arrived = next((moment for moment in complete if moment is not None), None)
    expected = expected_at(day, by, bank.time_zone)
    late = None if arrived is None or expected is None else _late(expected, arrived)
    return Arrival(day, expected, arrived, late)


def _late(expected: datetime, arrived: datetime) -> int:
    return max(int((arrived - expected).total_seconds() // 60), 0)
