"""Keeping what was seen of deliveries: that one came, was late, or is missing; each once, as an event of its date."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from huikuan.evidence.selectors.events import events_of_subjects
from huikuan.evidence.services.append import event_append
from huikuan.kernel.facts import Who
from huikuan.nightly.arrival import ArrivalState, DayArrival, arrivals_read
from huikuan.nightly.events import DELIVERY, DeliveryArrived, DeliveryLate, DeliveryMissing
from huikuan.nightly.facts import BankFact


def arrivals_keep(*, bank: BankFact, inbox: Path, at: datetime) -> None:
    """Look at the inbox and append what was not known yet, inside ``bank_scope``."""
    seen = arrivals_read(bank, inbox, at)
    days = [*seen.done, *seen.due]
    known: set[tuple[str, str, object]] = {
        (event.subject_id, event.name, event.payload.get("sequence"))
        for event in events_of_subjects(
            bank_id=bank.id, subject_kind=DELIVERY, subject_ids=[day.business_date.isoformat() for day in days]
        )
    }
    for day in days:
        subject = day.business_date.isoformat()
        for name, payload in _said(day):
            if (subject, name, getattr(payload, "sequence", None)) not in known:
                event_append(
                    bank_id=bank.id,
                    name=name,
                    subject_kind=DELIVERY,
                    subject_id=subject,
                    payload=payload,
                    actor=Who.program("nightly"),
                    at=at,
                )


def _said(day: DayArrival) -> list[tuple[str, DeliveryArrived | DeliveryLate | DeliveryMissing]]:
    said: list[tuple[str, DeliveryArrived | DeliveryLate | DeliveryMissing]] = []
    expected = "" if day.expected_at is None else day.expected_at.isoformat()
    if day.state in {ArrivalState.LATE, ArrivalState.MISSING}:
        said.append(("nightly.delivery_late", DeliveryLate(expected)))
    if day.state is ArrivalState.MISSING:
        said.append(("nightly.delivery_missing", DeliveryMissing(expected)))
    for one in day.sent:
        if one.complete_at is not None:
            late = day.late_minutes if one is day.sent[0] else None
            said.append(("nightly.delivery_arrived", DeliveryArrived(one.sequence, one.complete_at.isoformat(), late)))
    return said
