"""Requests for approval and their decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from huikuan.evidence.selectors.approvals import ApprovalRow, approval_list
from huikuan.evidence.services.approval import approval_decide, approval_withdraw
from huikuan.kernel.api.routing import SecureRouter, actor_of, needs

router = SecureRouter(tags=["approvals"])

State = Literal["open", "approved", "refused", "withdrawn"]


class ApprovalOut(Schema):
    """A request; ``own`` is true for the person who asked, who cannot decide it."""

    id: int
    kind: str
    subject_id: str
    request: dict[str, object]
    state: State
    requested_by: str
    requested_at: datetime
    own: bool
    decided_by: str | None
    decided_at: datetime | None
    reason: str


class DecisionIn(Schema):
    """The decision of another person; a refusal needs a reason."""

    decision: Literal["approve", "refuse"]
    reason: Annotated[str, Field(max_length=500)] = ""


@router.get("/approvals", auth=needs("approval.read"), response=list[ApprovalOut])
def approvals(request: HttpRequest, state: State | None = None) -> list[ApprovalRow]:
    """Return the newest 200 requests, of one state or of all."""
    actor = actor_of(request)
    return approval_list(bank_id=actor.bank_id, state=state, user_id=actor.user_id)


@router.post("/approvals/{approval_id}/decide", auth=needs("approval.decide"), response={204: None})
def decide(request: HttpRequest, approval_id: int, data: DecisionIn) -> Status[None]:
    """Approve or refuse a request of somebody else; what is approved is carried out at once."""
    actor = actor_of(request)
    approval_decide(
        bank_id=actor.bank_id, approval_id=approval_id, approve=data.decision == "approve", reason=data.reason,
        by=actor.who, at=timezone.now(),
    )  # fmt: skip
    return Status(204, None)


@router.post("/approvals/{approval_id}/withdraw", auth=needs("approval.withdraw"), response={204: None})
def withdraw(request: HttpRequest, approval_id: int) -> Status[None]:
    """Take back an own request that nobody has decided."""
    actor = actor_of(request)
    approval_withdraw(bank_id=actor.bank_id, approval_id=approval_id, by=actor.who, at=timezone.now())
    return Status(204, None)
