"""What the kernel needs from packages above it; they plug in when Django starts.

Kernel services write evidence and ask for approvals, but ``evidence`` stands above ``kernel``. Nothing is
silently dropped: without a registered implementation a call raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class BookAge:
    """Age of the oldest book of all banks in calendar days, None before the first night; whether contact may be planned
    from every book.
    """

    age_days: int | None
    contact_allowed: bool


_event_sink: EventSink | None = None
_approval_desk: ApprovalDesk | None = None
_book_age: list[Callable[[datetime], BookAge]] = []  # one


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


def book_age_register(read: Callable[[datetime], BookAge]) -> None:
    """Plug in what knows the books; called by the portfolio's AppConfig."""
    _book_age[:] = [read]


def book_age(at: datetime) -> BookAge:
    """Return the age of the books at a moment."""
    if not _book_age:
        raise RuntimeError("Nobody knows the books: huikuan.portfolio must be in INSTALLED_APPS.")
    return _book_age[0](at)
