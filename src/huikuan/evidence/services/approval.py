"""Four eyes: one person asks, another decides, and the decision is carried out in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from huikuan.evidence.errors import (
    ApprovalDecidedError,
    ApprovalKindUnknownError,
    ApprovalOwnError,
    ApprovalReasonMissingError,
)
from huikuan.evidence.events import ApprovalDecided, ApprovalRequested
from huikuan.evidence.models import Approval
from huikuan.evidence.services.append import event_append
from huikuan.kernel.errors import InputInvalidError, NotFoundError
from huikuan.kernel.facts import Who
from huikuan.kernel.masking import personal_in_text
from huikuan.kernel.tenancy import bank_scope

REASON_CHARACTERS_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Approved:
    """What an executor gets: an approved request, to be carried out now."""

    bank_id: int
    approval_id: int
    request: Mapping[str, object]
    by: Who
    at: datetime


Executor = Callable[[Approved], None]
_executors: dict[str, Executor] = {}


def approval_kind_register(kind: str, executor: Executor) -> None:
    """Say what an approval of ``kind`` (``package.what``) does; called by an AppConfig of the owner of the kind."""
    _executors[kind] = executor


def approval_request(
    *, bank_id: int, kind: str, subject_id: str, request: Mapping[str, object], by: Who, at: datetime
) -> int:
    """Ask for the decision of another person; return the id.

    ``request`` is a flat JSON object. Approvals are kept for ever, so a text with something like an identity or
    telephone number is refused.
    """
    if kind not in _executors:
        raise ApprovalKindUnknownError(kind)
    for name, value in request.items():
        _impersonal(name, value)
    if by.kind != "user":
        raise InputInvalidError("by", by.kind, "a person; programs do not ask for approvals")
    with bank_scope(bank_id):
        approval = Approval.objects.create(
            bank_id=bank_id, kind=kind, subject_id=subject_id, request=dict(request), state="open",
            requested_by=int(by.ref), requested_at=at,
        )  # fmt: skip
        event_append(
            bank_id=bank_id, name="evidence.approval_requested", subject_kind="approval", subject_id=str(approval.id),
            payload=ApprovalRequested(kind, subject_id), actor=by, at=at,
        )  # fmt: skip
    return approval.id


def approval_decide(*, bank_id: int, approval_id: int, approve: bool, reason: str, by: Who, at: datetime) -> None:
    """Decide an open request of somebody else; an approved one is carried out in this transaction.

    Raises ApprovalOwnError for the person who asked (the database refuses it too), ApprovalDecidedError when
    somebody was faster, ApprovalReasonMissingError for a refusal without reason.
    """
    reason = reason.strip()
    if not approve and not reason:
        raise ApprovalReasonMissingError()
    if len(reason) > REASON_CHARACTERS_MAX:
        raise InputInvalidError("reason", f"{len(reason)} characters", f"at most {REASON_CHARACTERS_MAX} characters")
    _impersonal("reason", reason)
    with bank_scope(bank_id):
        approval = Approval.objects.select_for_update().filter(bank_id=bank_id, id=approval_id).first()
        if approval is None:
            raise NotFoundError("request for approval", approval_id)
        if approval.state != "open":
            raise ApprovalDecidedError(approval.state)
        if by.kind != "user" or approval.requested_by == int(by.ref):
            raise ApprovalOwnError()
        state = "approved" if approve else "refused"
        Approval.objects.filter(bank_id=bank_id, id=approval_id).update(
            state=state, decided_by=int(by.ref), decided_at=at, reason=reason
        )
        event_append(
            bank_id=bank_id, name="evidence.approval_decided", subject_kind="approval", subject_id=str(approval_id),
            payload=ApprovalDecided(approval.kind, state, bool(reason)), actor=by, at=at,
        )  # fmt: skip
        if approve:
            _executors[approval.kind](Approved(bank_id, approval_id, approval.request, by, at))


def _impersonal(name: str, value: object) -> None:
    """Refuse a text with something like a personal number, without repeating it."""
    if isinstance(value, str) and personal_in_text(value):
        raise InputInvalidError(name, "something like a personal number", "text without personal data; name the file")


def approval_withdraw(*, bank_id: int, approval_id: int, by: Who, at: datetime) -> None:
    """Take back an own open request."""
    with bank_scope(bank_id):
        approval = Approval.objects.select_for_update().filter(bank_id=bank_id, id=approval_id).first()
        if approval is None or by.kind != "user" or approval.requested_by != int(by.ref):
            raise NotFoundError("request for approval of your own", approval_id)
        if approval.state != "open":
            raise ApprovalDecidedError(approval.state)
        Approval.objects.filter(bank_id=bank_id, id=approval_id).update(
            state="withdrawn", decided_by=int(by.ref), decided_at=at
        )
        event_append(
            bank_id=bank_id, name="evidence.approval_decided", subject_kind="approval", subject_id=str(approval_id),
            payload=ApprovalDecided(approval.kind, "withdrawn", False), actor=by, at=at,
        )  # fmt: skip
