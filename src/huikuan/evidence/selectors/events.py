"""Reading the event log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from huikuan.evidence.models import Event

EVENTS_PER_PAGE_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as stored."""

    id: int
    name: str
    subject_kind: str
    subject_id: str
    subject_seq: int
    payload: dict[str, object]
    actor_kind: str
    actor_ref: str
    cause_id: int | None
    at: datetime
    recorded_at: datetime


def events_of_subject(
    *, bank_id: int, subject_kind: str, subject_id: str, after_seq: int = 0, limit: int = EVENTS_PER_PAGE_MAX
) -> list[EventRow]:
    """Return the events of one subject after a number, oldest first."""
    found = Event.objects.filter(
        bank_id=bank_id, subject_kind=subject_kind, subject_id=subject_id, subject_seq__gt=after_seq
    ).order_by("subject_seq")[: min(limit, EVENTS_PER_PAGE_MAX)]
    return [_row(event) for event in found]


def events_latest_of_subject(
    *, bank_id: int, subject_kind: str, subject_id: str, name: str, limit: int = EVENTS_PER_PAGE_MAX
) -> list[EventRow]:
    """Return the latest events of one name of a subject, newest first."""
    found = Event.objects.filter(bank_id=bank_id, subject_kind=subject_kind, subject_id=subject_id, name=name).order_by(
        "-subject_seq"
    )[: min(limit, EVENTS_PER_PAGE_MAX)]
    return [_row(event) for event in found]


def events_of_subjects(*, bank_id: int, subject_kind: str, subject_ids: Collection[str]) -> list[EventRow]:
    """Return all events of several subjects that have few of them, oldest first."""
    found = Event.objects.filter(bank_id=bank_id, subject_kind=subject_kind, subject_id__in=list(subject_ids))
    return [_row(event) for event in found.order_by("subject_id", "subject_seq")]


def event_number(*, bank_id: int, subject_kind: str, subject_id: str, name: str) -> int | None:
    """Return the number of the last event of a name of a subject; None where there is none."""
    found: int | None = (
        Event.objects.filter(bank_id=bank_id, subject_kind=subject_kind, subject_id=subject_id, name=name)
        .order_by("-subject_seq")
        .values_list("id", flat=True)
        .first()
    )
    return found


def events_between(
    *, bank_id: int, names: Collection[str], after_id: int, before_id: int, limit: int
) -> list[EventRow]:
    """Return the events of these names whose number lies between two others, oldest first, ``limit`` at most."""
    found = Event.objects.filter(bank_id=bank_id, id__gt=after_id, id__lt=before_id, name__in=list(names))
    return [_row(event) for event in found.order_by("id")[:limit]]


def _row(e: Event) -> EventRow:
    return EventRow(
        e.id, e.name, e.subject_kind, e.subject_id, e.subject_seq, e.payload, e.actor_kind, e.actor_ref, e.cause_id,
        e.at, e.recorded_at,
    )  # fmt: skip
