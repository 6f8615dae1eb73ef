"""What is odd about customers, what their sources say differently, and what people made of it."""

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Schema, Status
from pydantic import Field

from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.kernel.selectors.access import actor_today, institution_roots
from huikuan.portfolio.selectors.conflicts import CONFLICTS_PER_PAGE_MAX, ConflictField, ConflictPage, conflict_page
from huikuan.portfolio.selectors.conflicts import State as ConflictState
from huikuan.portfolio.selectors.findings import (
    FINDINGS_PER_PAGE_MAX,
    FindingCode,
    FindingCount,
    FindingPage,
    State,
    finding_counts,
    finding_page,
)
from huikuan.portfolio.services.conflicts import Choice, ClearValue, conflict_decide, conflict_reveal
from huikuan.portfolio.services.findings import finding_explain
from huikuan.portfolio.services.party import NOTE_LENGTH_MAX, RevealReason

router = SecureRouter(tags=["conflicts"])
Reason = Annotated[str, Field(max_length=600)]


class FindingExplainIn(Schema):
    """Why a finding may stay; no personal numbers."""

    reason: Reason


class ConflictDecideIn(Schema):
    """The number of the value that counts, 0 for none of them, and the hash of the values that were looked at."""

    values_hash: Annotated[str, Field(max_length=32)]
    value: Annotated[int, Field(ge=0, le=1000)]
    reason: Reason


class ConflictRevealIn(Schema):
    """Why the values are shown in clear."""

    reason: RevealReason
    note: Annotated[str, Field(max_length=NOTE_LENGTH_MAX)] = ""


@router.get("/conflicts", auth=needs("conflict.read"), response=ConflictPage)
def conflicts(
    request: HttpRequest,
    state: ConflictState = "open",
    field: ConflictField | None = None,
    after: Annotated[int, Query(), Field(ge=0)] = 0,
    limit: Annotated[int, Query(), Field(ge=1, le=CONFLICTS_PER_PAGE_MAX)] = 50,
) -> ConflictPage:
    """Return sources that contradict each other, the oldest first; values masked."""
    return conflict_page(bank_id=actor_of(request).bank_id, state=state, field=field, after=after, limit=limit)


@router.post("/conflicts/{int:conflict_id}/decide", auth=needs("conflict.decide"), response={204: None})
def decide(request: HttpRequest, conflict_id: int, body: ConflictDecideIn) -> Status[None]:
    """Enter which value counts and why; no source is changed."""
    actor = actor_of(request)
    conflict_decide(
        bank_id=actor.bank_id,
        conflict_id=conflict_id,
        choice=Choice(body.values_hash, body.value),
        reason=body.reason,
        user_id=actor.user_id,
        by=actor.who,
        at=timezone.now(),
    )
    return Status(204, None)


@router.post("/conflicts/{int:conflict_id}/reveal", auth=needs("party.reveal"), response=list[ClearValue])
def reveal(request: HttpRequest, conflict_id: int, body: ConflictRevealIn) -> list[ClearValue]:
    """Show the contradicting values in clear; who saw them, and why, is an event of the customer."""
    actor, now = actor_of(request), timezone.now()
    return conflict_reveal(
        bank_id=actor.bank_id,
        conflict_id=conflict_id,
        reason=body.reason,
        note=body.note,
        roots=institution_roots(actor, "party.reveal"),
        on=actor_today(actor, now),
        by=actor.who,
        at=now,
    )


@router.get("/conflicts/findings/counts", auth=needs("conflict.read"), response=list[FindingCount])
def counts(request: HttpRequest, state: State = "open") -> list[FindingCount]:
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
def explain(request: HttpRequest, finding_id: int, body: FindingExplainIn) -> Status[None]:
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
