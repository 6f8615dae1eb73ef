"""The evidence log of one subject."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Schema

from huikuan.evidence.selectors.events import EVENTS_PER_PAGE_MAX, EventRow, events_of_subject
from huikuan.kernel.api.routing import SecureRouter, actor_of, needs

router = SecureRouter(tags=["evidence"])


class EventOut(Schema):
    """One event. ``subject_seq`` counts without gaps: a missing number is a missing event."""

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


class EventsOut(Schema):
    """A page of events; ``next`` is the value of ``after`` for the page that follows."""

    items: list[EventOut]
    next: int | None


@router.get("/events", auth=needs("event.read"), response=EventsOut)
def events(
    request: HttpRequest,
    subject_kind: Annotated[str, Query(max_length=32)],
    subject_id: Annotated[str, Query(max_length=64)],
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=EVENTS_PER_PAGE_MAX)] = 50,
) -> dict[str, list[EventRow] | int | None]:
    """Return the events of a subject in order."""
    rows = events_of_subject(
        bank_id=actor_of(request).bank_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        after_seq=after,
        limit=limit,
    )
    return {"items": rows, "next": rows[-1].subject_seq if len(rows) == limit else None}
