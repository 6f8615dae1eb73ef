"""Appending to the event log, in the transaction of the fact that the event proves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from huikuan.evidence.errors import EventsTooManyError, EventTimeNaiveError
from huikuan.kernel.event_types import payload_document
from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_required

EVENTS_PER_CALL_MAX: Final = 20_000


@dataclass(frozen=True, slots=True)
class EventDraft:
    """One event of a bulk append: name and payload as registered, and what it is about."""

    name: str
    subject_kind: str
    subject_id: str
    payload: object


_APPEND = """
with numbered as (
    insert into evidence_subject as s (bank_id, subject_kind, subject_id, last_seq)
    values (%(bank)s, %(kind)s, %(subject)s, 1)
    on conflict (bank_id, subject_kind, subject_id) do update set last_seq = s.last_seq + 1
    returning last_seq
)
insert into evidence_event (bank_id, name, subject_kind, subject_id, subject_seq, payload, actor_kind, actor_ref,
    cause_id, at, recorded_at)
select %(bank)s, %(name)s, %(kind)s, %(subject)s, last_seq, %(payload)s::jsonb, %(actor_kind)s, %(actor_ref)s,
    %(cause)s, %(at)s, now()
from numbered
returning id
"""

# Subjects are numbered in key order, so that two bulk appends lock them in the same order.
_APPEND_MANY = """
with draft as (
    select * from unnest(%(names)s::text[], %(kinds)s::text[], %(subjects)s::text[], %(payloads)s::text[])
        with ordinality as t (name, subject_kind, subject_id, payload, place)
), counted as (
    select subject_kind, subject_id, count(*) as events from draft group by 1, 2 order by 1, 2
), numbered as (
    insert into evidence_subject as s (bank_id, subject_kind, subject_id, last_seq)
    select %(bank)s, subject_kind, subject_id, events from counted order by subject_kind, subject_id
    on conflict (bank_id, subject_kind, subject_id) do update set last_seq = s.last_seq + excluded.last_seq
    returning subject_kind, subject_id, last_seq
)
insert into evidence_event (bank_id, name, subject_kind, subject_id, subject_seq, payload, actor_kind, actor_ref,
    cause_id, at, recorded_at)
select %(bank)s, d.name, d.subject_kind, d.subject_id,
    n.last_seq - count(*) over (partition by d.subject_kind, d.subject_id)
        + row_number() over (partition by d.subject_kind, d.subject_id order by d.place),
    d.payload::jsonb, %(actor_kind)s, %(actor_ref)s, %(cause)s, %(at)s, now()
from draft d join numbered n using (subject_kind, subject_id)
order by d.place
"""


def _document(name: str, payload: object) -> str:
    return json.dumps(payload_document(name, payload), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def event_append(
    *,
    bank_id: int,
    name: str,
    subject_kind: str,
    subject_id: str,
    payload: object,
    actor: Who,
    at: datetime,
    cause: int | None = None,
) -> int:
    """Append one event and return its id.

    ``payload`` is an instance of the dataclass registered under ``name``. ``at`` is aware. Must run inside
    ``bank_scope(bank_id)``; the event stands or falls with that transaction. Events of one subject
    are numbered 1, 2, 3 … without gaps: the row of the subject stays locked until the transaction ends.
    """
    if at.tzinfo is None:
        raise EventTimeNaiveError(name)
    bank_required(bank_id, f"Appending the event {name}")
    with connection.cursor() as cursor:
        cursor.execute(
            _APPEND,
            {
                "bank": bank_id,
                "name": name,
                "kind": subject_kind,
                "subject": subject_id,
                "payload": _document(name, payload),
                "actor_kind": actor.kind,
                "actor_ref": actor.ref,
                "cause": cause,
                "at": at,
            },
        )
        return int(cursor.fetchone()[0])


def event_append_many(
    *, bank_id: int, events: Sequence[EventDraft], actor: Who, at: datetime, cause: int | None = None
) -> int:
    """Append up to EVENTS_PER_CALL_MAX events in one statement and return their number.

    For the night: one round trip however many notes moved. Numbers within a subject follow the order given.
    """
    if not events:
        return 0
    if len(events) > EVENTS_PER_CALL_MAX:
        raise EventsTooManyError(len(events), EVENTS_PER_CALL_MAX)
    if at.tzinfo is None:
        raise EventTimeNaiveError(events[0].name)
    bank_required(bank_id, f"Appending {len(events)} events")
    with connection.cursor() as cursor:
        cursor.execute(
            _APPEND_MANY,
            {
                "bank": bank_id,
                "names": [e.name for e in events],
                "kinds": [e.subject_kind for e in events],
                "subjects": [e.subject_id for e in events],
                "payloads": [_document(e.name, e.payload) for e in events],
                "actor_kind": actor.kind,
                "actor_ref": actor.ref,
                "cause": cause,
                "at": at,
            },
        )
        return int(cursor.rowcount)
