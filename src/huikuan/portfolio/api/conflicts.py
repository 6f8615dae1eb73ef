"""What is odd about customers: findings of the intake, and what people made of them."""

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Schema, Status
from pydantic import Field

from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.portfolio.selectors.findings import (
    FINDINGS_PER_PAGE_MAX,
    FindingCode,
    FindingCount,
    FindingPage,
    State,
    finding_counts,
    finding_page,
)
from huikuan.portfolio.services.findings import finding_explain

router = SecureRouter(tags=["conflicts"])
Reason = Annotated[str, Field(max_length=600)]


class ExplainIn(Schema):
    """Why a finding may stay; no personal numbers."""

    reason: Reason


@router.get("/conflicts/findings/counts", auth=needs("conflict.read"), response=list[FindingCount])
def counts(request: HttpRequest, state: State = "open") -> tuple[FindingCount, ...]:
    """Return how many findings of each kind there are."""
    return finding_counts(bank_id=actor_of(request).bank_id, state=state)


@router.get("/conflicts/findings", auth=needs("conflict.read"), response=FindingPage)
def findings(
    request: HttpRequest,
    state: State = "open",
    code: FindingCode | None = None,
    after: Annotated[int, Query(), Field(ge=0)] = 0,
    limit: Annotated[int, Query(), Field(ge=1, le=FINDINGS_PER_PAGE_MAX)] = 50,
) -> FindingPage:
    """Return findings, the oldest first; values masked."""
    return finding_page(bank_id=actor_of(request).bank_id, state=state, code=code, after=after, limit=limit)


@router.post("/conflicts/findings/{int:finding_id}/explain", auth=needs("conflict.decide"), response={204: None})
def explain(request: HttpRequest, finding_id: int, body: ExplainIn) -> Status[None]:
    """Enter why a finding may stay as it is."""
    actor = actor_of(request)
    finding_explain(
        bank_id=actor.bank_id,
        finding_id=finding_id,
        reason=body.reason,
        user_id=actor.user_id,
        by=actor.who,
        at=timezone.now(),
    )
    return Status(204, None)
