"""Search over everything. POST, because what is typed may be an identity number and addresses land in logs."""

from typing import Annotated, Final, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Schema
from ninja.throttling import UserRateThrottle

from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.kernel.selectors.access import actor_today, institution_roots
from huikuan.portfolio.rules.search_terms import QUERY_LENGTH_MAX
from huikuan.portfolio.selectors.search import SearchAnswer
from huikuan.portfolio.services.search import search_run

router = SecureRouter(tags=["search"])
RATE: Final = "120/m"  # of one person and server process: far above typing, far below trying numbers in turn


class SearchIn(Schema):
    """What was typed; ``limit`` is for each of customers, contracts and notes."""

    q: Annotated[str, Field(max_length=QUERY_LENGTH_MAX)]
    limit: Annotated[int, Field(ge=1, le=20)] = 8


class SearchHitOut(Schema):
    """A customer, contract or note; name masked; days past due and bucket of the worst delinquent note, if any.

    ``matched`` says what the query is of it; a contract or note has its borrower's name.
    """

    kind: Literal["party", "contract", "note"]
    party_id: str
    name: str
    party_kind: Literal["person", "enterprise"]
    contract_id: str | None
    note_id: str | None
    matched: Literal[
        "name", "initials", "pinyin", "identity", "phone", "email", "party", "former_party", "contract", "note"
    ]
    institution_code: str | None
    dpd: int | None
    bucket: str | None


class SearchOut(Schema):
    """Customers first, then contracts, then notes; ``more`` when a longer query would narrow the answer."""

    items: list[SearchHitOut]
    more: bool


@router.post("/search", auth=needs("party.read"), response=SearchOut, throttle=UserRateThrottle(RATE))
def search(request: HttpRequest, body: SearchIn) -> SearchAnswer:
    """Find customers by name, pinyin, identity number, telephone or mail address; contracts and notes by number.

    Limited to the person's institutions. A customer found by a personal number is entered in the evidence log.
    """
    actor, now = actor_of(request), timezone.now()
    return search_run(
        bank_id=actor.bank_id,
        query=body.q,
        limit=body.limit,
        roots=institution_roots(actor, "party.read"),
        on=actor_today(actor, now),
        by=actor.who,
        at=now,
    )
