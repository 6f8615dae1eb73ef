"""Reading requests for approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from huikuan.evidence.models import Approval
from huikuan.kernel.selectors.users import usernames

APPROVALS_PER_PAGE_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A request with the names of the people."""

    id: int
    kind: str
    subject_id: str
    request: dict[str, object]
    state: str
    requested_by: str
    requested_at: datetime
    own: bool
    decided_by: str | None
    decided_at: datetime | None
    reason: str


def approval_list(*, bank_id: int, state: str | None, user_id: int) -> list[ApprovalRow]:
    """Return the newest requests (APPROVALS_PER_PAGE_MAX at most), of one state or of all.

    ``own`` marks those of ``user_id``, who cannot decide them.
    """
    query = Approval.objects.filter(bank_id=bank_id).order_by("-id")
    found = list((query.filter(state=state) if state else query)[:APPROVALS_PER_PAGE_MAX])
    people = {a.requested_by for a in found} | {a.decided_by for a in found if a.decided_by is not None}
    names = usernames(bank_id=bank_id, ids=people)
    return [
        ApprovalRow(
            a.id, a.kind, a.subject_id, a.request, a.state, names[a.requested_by], a.requested_at,
            a.requested_by == user_id, None if a.decided_by is None else names[a.decided_by], a.decided_at,
            a.reason,
        )
        for a in found
    ]  # fmt: skip
