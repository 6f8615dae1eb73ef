"""Searching: a customer who is found by a number leaves a trace, so that nobody tries numbers unseen."""

from collections.abc import Iterable
from datetime import date, datetime

from huikuan.evidence.services.append import event_append
from huikuan.kernel.facts import Who
from huikuan.portfolio.events import PartyFoundByNumber
from huikuan.portfolio.selectors.search import NUMBERS, SearchAnswer, search_find


def search_run(
    *, bank_id: int, query: str, limit: int, roots: Iterable[int], on: date, by: Who, at: datetime
) -> SearchAnswer:
    """Return what a person finds, and append an event for each customer found by a personal number.

    Who types the identity number, telephone or mail address of a customer already has it; the event says who asked
    whether it is a customer's, and never the number. Finding by name, or finding nothing, leaves no event.
    """
    answer = search_find(bank_id=bank_id, query=query, limit=limit, roots=roots, on=on)
    for hit in sorted(answer.items, key=lambda hit: hit.party_id):  # one order: two searches never wait for each other
        if hit.matched in NUMBERS:
            event_append(
                bank_id=bank_id,
                name="portfolio.party_found_by_number",
                subject_kind="party",
                subject_id=hit.party_id,
                payload=PartyFoundByNumber(hit.matched),
                actor=by,
                at=at,
            )
    return answer
