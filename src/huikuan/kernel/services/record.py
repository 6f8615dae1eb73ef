"""How kernel services write their events."""

from __future__ import annotations

from datetime import datetime

from huikuan.kernel.event_types import event_name_of
from huikuan.kernel.facts import Who
from huikuan.kernel.ports import event_sink


def record(
    *,
    bank_id: int,
    subject_kind: str,
    subject_id: object,
    payload: object,
    by: Who,
    at: datetime,
    cause: int | None = None,
) -> int:
    """Append an event under the name that its payload class is registered with; return its id."""
    return event_sink()(
        bank_id=bank_id, name=event_name_of(payload), subject_kind=subject_kind, subject_id=str(subject_id),
        payload=payload, actor=by, at=at, cause=cause,
    )  # fmt: skip
