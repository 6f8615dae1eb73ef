"""Events of the evidence package itself."""

from __future__ import annotations

from dataclasses import dataclass

from huikuan.kernel.event_types import event_type


@event_type("evidence.approval_requested")
@dataclass(frozen=True, slots=True)
class ApprovalRequested:
    """A person asked for an approval. Subject: approval."""

    kind: str
    subject_id: str


@event_type("evidence.approval_decided")
@dataclass(frozen=True, slots=True)
class ApprovalDecided:
    """A request was approved, refused or withdrawn; the reason stands in the approval. Subject: approval."""

    kind: str
    state: str
    with_reason: bool
