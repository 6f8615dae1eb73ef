"""Keys that may be one person: proposals, decisions, and what is open about the data of a person."""

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Schema, Status
from pydantic import Field

from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.kernel.selectors.access import actor_today, institution_roots
from huikuan.portfolio.selectors.book_read import book_day
from huikuan.portfolio.selectors.merges import MERGES_PER_PAGE_MAX, EvidenceName, MergePage, State, merge_page
from huikuan.portfolio.selectors.person import PartyCheck, party_checks
from huikuan.portfolio.services.merges import Decision, MergeChoice, merge_decide

router = SecureRouter(tags=["conflicts"])


class MergeDecideIn(Schema):
    """Whether two keys are one person, on the evidence and the decision that were looked at."""

    decision: Decision
    evidence: Annotated[list[EvidenceName], Field(max_length=2)]
    before: Literal["", "merged", "apart"]
    reason: Annotated[str, Field(max_length=600)]


@router.get("/conflicts/merges", auth=needs("conflict.read"), response=MergePage)
def merges(
    request: HttpRequest,
    state: State = "open",
    evidence: EvidenceName | None = None,
    after: Annotated[int, Query(), Field(ge=0)] = 0,
    limit: Annotated[int, Query(), Field(ge=1, le=MERGES_PER_PAGE_MAX)] = 50,
) -> MergePage:
    """Return pairs of keys that may be one person, the oldest first; personal data masked."""
    return merge_page(bank_id=actor_of(request).bank_id, state=state, evidence=evidence, after=after, limit=limit)


@router.post("/conflicts/merges/{int:duplicate_id}/decide", auth=needs("conflict.decide"), response={204: None})
def decide(request: HttpRequest, duplicate_id: int, body: MergeDecideIn) -> Status[None]:
    """Enter that two keys are one person or are not; of a merged pair this takes it apart again. No key changes."""
    actor = actor_of(request)
    merge_decide(
        bank_id=actor.bank_id,
        duplicate_id=duplicate_id,
        choice=MergeChoice(body.decision, ",".join(sorted(set(body.evidence))), body.before),
        reason=body.reason,
        user_id=actor.user_id,
        by=actor.who,
        at=timezone.now(),
    )
    return Status(204, None)


@router.get("/parties/{party_id}/checks", auth=needs("party.read"), response=list[PartyCheck])
def checks(
    request: HttpRequest, party_id: Annotated[str, Path(max_length=64)], as_of: date | None = None
) -> list[PartyCheck]:
    """Return what is open today about the data of a person; ``as_of`` says of which day its keys are."""
    actor = actor_of(request)
    return party_checks(
        bank_id=actor.bank_id,
        party_id=party_id,
        roots=institution_roots(actor, "party.read"),
        on=actor_today(actor, timezone.now()),
        as_of=book_day(bank_id=actor.bank_id, as_of=as_of).business_date,
    )
