"""What the kernel needs from packages above it; they plug in when Django starts.

Kernel services write evidence and ask for approvals, but ``evidence`` stands above ``kernel``. Nothing is
silently dropped: without a registered implementation a call raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from huikuan.kernel.facts import Who


class EventSink(Protocol):
    """Appends one event in the transaction of the caller; implemented by ``evidence.services.append``."""

    def __call__(
        self,
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
        """Return the id of the event."""
        ...


class ApprovalDesk(Protocol):
    """Asks for the decision of a second person; implemented by ``evidence.services.approval``."""

    def __call__(
        self, *, bank_id: int, kind: str, subject_id: str, request: Mapping[str, object], by: Who, at: datetime
    ) -> int:
        """Return the id of the approval."""
        ...


_event_sink: EventSink | None = None
_approval_desk: ApprovalDesk | None = None


def evidence_register(event_sink: EventSink, approval_desk: ApprovalDesk) -> None:
    """Plug the evidence package in; called by its AppConfig."""
    global _event_sink, _approval_desk
    _event_sink, _approval_desk = event_sink, approval_desk


def event_sink() -> EventSink:
    """Return the registered event sink."""
    if _event_sink is None:
        raise RuntimeError("No event sink is registered: huikuan.evidence must be in INSTALLED_APPS.")
    return _event_sink


def approval_desk() -> ApprovalDesk:
    """Return the registered approval desk."""
    if _approval_desk is None:
        raise RuntimeError("No approval desk is registered: huikuan.evidence must be in INSTALLED_APPS.")
    return _approval_desk
