"""Borrower 360, and the explanation of a note of the book."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path

from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.kernel.facts import Actor
from huikuan.kernel.selectors.access import actor_today, institution_roots
from huikuan.portfolio.borrower_out import BorrowerOut, TimelinePageOut
from huikuan.portfolio.explain.answer import explanation_output
from huikuan.portfolio.explain.output import ExplanationOut
from huikuan.portfolio.explain.words import Language
from huikuan.portfolio.loan_file import Loan
from huikuan.portfolio.rules.explain.facts import Explanation
from huikuan.portfolio.selectors.borrower import borrower_overview, borrower_timeline
from huikuan.portfolio.selectors.note import note_explain, note_find

router = SecureRouter(tags=["portfolio"])
PartyId = Annotated[str, Path(max_length=64)]
NoteId = Annotated[str, Path(max_length=64)]


@router.get("/parties/{party_id}/overview", auth=needs("party.read"), response=BorrowerOut)
def overview(request: HttpRequest, party_id: PartyId, as_of: date | None = None) -> BorrowerOut:
    """Return a party with its contracts, notes, guarantees, collateral, contacts and history as of a business date.

    Personal data are masked; what institutions out of sight keep is counted and not shown.
    """
    actor = actor_of(request)
    return borrower_overview(
        bank_id=actor.bank_id,
        party_id=party_id,
        roots=institution_roots(actor, "party.read"),
        on=actor_today(actor, timezone.now()),
        as_of=as_of,
    )


@router.get("/parties/{party_id}/timeline", auth=needs("party.read"), response=TimelinePageOut)
def timeline(request: HttpRequest, party_id: PartyId, after: str, as_of: date | None = None) -> TimelinePageOut:
    """Return what happened before what a page of the time line shows; ``after`` is the ``next`` of that page."""
    actor = actor_of(request)
    return borrower_timeline(
        bank_id=actor.bank_id,
        party_id=party_id,
        roots=institution_roots(actor, "party.read"),
        on=actor_today(actor, timezone.now()),
        as_of=as_of,
        after=after,
    )


@router.get("/notes/{note_id}/explanation", auth=needs("party.read"), response=ExplanationOut, by_alias=True)
def explanation(request: HttpRequest, note_id: NoteId, as_of: date | None = None) -> ExplanationOut:
    """Explain what a note of the book owes at the close of a business date (default: the latest night), and why."""
    return explanation_output(*_explained(actor_of(request), note_id, as_of))


@router.get("/notes/{note_id}/explanation.pdf", auth=needs("party.read"), response={200: None})
def explanation_page(
    request: HttpRequest, note_id: NoteId, as_of: date | None = None, lang: Language = Language.ZH
) -> HttpResponse:
    """Return the customer's page of the explanation as PDF; what stands for the bank only is not on it."""
    from huikuan.portfolio.explain.pdf import explanation_pdf

    loan, answer = _explained(actor_of(request), note_id, as_of)
    page = HttpResponse(explanation_pdf(loan, answer, lang), content_type="application/pdf")
    page["Content-Disposition"] = f'inline; filename="explanation-{answer.as_of.isoformat()}.pdf"'
    page["Cache-Control"] = "no-store"
    return page


def _explained(actor: Actor, note_id: str, as_of: date | None) -> tuple[Loan, Explanation]:
    on, roots = actor_today(actor, timezone.now()), institution_roots(actor, "party.read")
    note = note_find(bank_id=actor.bank_id, note_id=note_id, roots=roots, on=on)
    return note_explain(bank_id=actor.bank_id, note_id=note.note_id, as_of=as_of)
