"""Appending to the event log, in the transaction of the fact that the event proves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from huikuan.evidence.errors import EventTimeNaiveError
from huikuan.kernel.event_types import payload_document
from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_required

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

# One event each for many subjects. Subjects are locked in key order, so that two calls cannot wait for each other.
_APPEND_MANY = """
with draft as (
    select * from unnest(%(subjects)s::text[], %(payloads)s::text[]) as t (subject_id, payload)
), numbered as (
    insert into evidence_subject as s (bank_id, subject_kind, subject_id, last_seq)
    select %(bank)s, %(kind)s, subject_id, 1 from draft order by subject_id
    on conflict (bank_id, subject_kind, subject_id) do update set last_seq = s.last_seq + 1
    returning subject_id, last_seq
)
insert into evidence_event (bank_id, name, subject_kind, subject_id, subject_seq, payload, actor_kind, actor_ref,
    cause_id, at, recorded_at)
select %(bank)s, %(name)s, %(kind)s, d.subject_id, n.last_seq, d.payload::jsonb, %(actor_kind)s, %(actor_ref)s,
    null, %(at)s, now()
from draft d join numbered n using (subject_id)
order by d.subject_id
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
    *, bank_id: int, name: str, subject_kind: str, payloads: Mapping[str, object], actor: Who, at: datetime
) -> None:
    """Append one event of one name for each of several subjects (id → payload) in one statement.

    For acts on many things at once; the same rules as in ``event_append``.
    """
    if not payloads:
        return
    if at.tzinfo is None:
        raise EventTimeNaiveError(name)
    bank_required(bank_id, f"Appending {len(payloads)} events {name}")
    with connection.cursor() as cursor:
        cursor.execute(
            _APPEND_MANY,
            {
                "bank": bank_id,
                "name": name,
                "kind": subject_kind,
                "subjects": list(payloads),
                "payloads": [_document(name, payload) for payload in payloads.values()],
                "actor_kind": actor.kind,
                "actor_ref": actor.ref,
                "at": at,
            },
        )
