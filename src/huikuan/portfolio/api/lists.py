"""The list of loans, saved views and tags."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Status

from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.kernel.facts import Actor
from huikuan.kernel.selectors.access import actor_today, institution_roots
from huikuan.portfolio.api.lists_schemas import (
    LoanFilterIn,
    LoanPageIn,
    LoansOut,
    TaggingIn,
    TaggingOut,
    TagIn,
    ViewChangeIn,
    ViewIn,
)
from huikuan.portfolio.rules.loan_query import LoanFilter, cursor_parse, cursor_text, loan_query_parse
from huikuan.portfolio.selectors.lists import TagRow, ViewRow, tag_list, view_list, view_read
from huikuan.portfolio.selectors.loan_list import (
    LoanFacets,
    LoanSummary,
    loan_facets,
    loan_page,
    loan_scope,
    loan_summary,
)
from huikuan.portfolio.selectors.publication import desk_night, published_dates
from huikuan.portfolio.services.lists import notes_tag, tag_create, view_change, view_create, view_delete

router = SecureRouter(tags=["loans"])

READ = "loan.read"
TAG = "loan.tag"
SAVE = "view.save"


def _scope(actor: Actor, permission: str, wanted: LoanFilter) -> list[str] | None:
    return loan_scope(
        bank_id=actor.bank_id,
        roots=institution_roots(actor, permission),
        wanted=wanted,
        on=actor_today(actor, timezone.now()),
    )


def _raw(given: LoanFilterIn) -> dict[str, Any]:
    return given.model_dump(by_alias=True, exclude={"after", "limit"})


@router.get("/loans", auth=needs(READ), response=LoansOut)
def loans(request: HttpRequest, given: Query[LoanPageIn]) -> dict[str, Any]:
    """Return a page of the notes in arrears of the person's institutions, names masked."""
    actor = actor_of(request)
    query = loan_query_parse(_raw(given))
    page = loan_page(
        bank_id=actor.bank_id,
        institution_codes=_scope(actor, READ, query.filter),
        query=query,
        after=cursor_parse(query, given.after) if given.after else None,
        limit=given.limit,
    )
    night, dates = desk_night(bank_id=actor.bank_id), published_dates(bank_id=actor.bank_id)
    return {
        "items": page.rows,
        "next": None if page.next is None else cursor_text(query, page.next),
        "business_date": None if night is None else night["business_date"],
        "published_date": None if dates is None else dates[1],
    }


@router.get("/loans/summary", auth=needs(READ), response=LoanSummary)
def summary(request: HttpRequest, given: Query[LoanFilterIn]) -> LoanSummary:
    """Return how many notes and borrowers the filter finds and how much they owe."""
    actor = actor_of(request)
    wanted = loan_query_parse(_raw(given)).filter
    return loan_summary(bank_id=actor.bank_id, institution_codes=_scope(actor, READ, wanted), wanted=wanted)


@router.get("/loans/facets", auth=needs(READ), response=LoanFacets)
def facets(request: HttpRequest) -> LoanFacets:
    """Return the values that the filters can have in the person's institutions."""
    actor = actor_of(request)
    return loan_facets(bank_id=actor.bank_id, institution_codes=_scope(actor, READ, LoanFilter()))


@router.put("/loans/tags", auth=needs(TAG), response=TaggingOut)
def tagging(request: HttpRequest, body: TaggingIn) -> dict[str, int]:
    """Put tags on notes and take tags off; all or nothing."""
    actor = actor_of(request)
    changed = notes_tag(
        bank_id=actor.bank_id,
        note_ids=body.note_ids,
        add=body.add,
        remove=body.remove,
        institution_codes=_scope(actor, TAG, LoanFilter()),
        by=actor.who,
        at=timezone.now(),
    )
    return {"changed": changed}


@router.get("/tags", auth=needs(READ), response=list[TagRow])
def tags(request: HttpRequest) -> list[TagRow]:
    """Return the bank's tags by name."""
    return tag_list(bank_id=actor_of(request).bank_id)


@router.post("/tags", auth=needs(TAG), response=TagRow)
def tag_add(request: HttpRequest, body: TagIn) -> TagRow:
    """Add a word to the bank's catalogue of tags."""
    actor = actor_of(request)
    tag_id = tag_create(bank_id=actor.bank_id, name=body.name, by=actor.who, at=timezone.now())
    return next(row for row in tag_list(bank_id=actor.bank_id) if row.id == tag_id)


@router.get("/views", auth=needs(READ), response=list[ViewRow])
def views(request: HttpRequest) -> list[ViewRow]:
    """Return the person's saved views and those that others share."""
    actor = actor_of(request)
    return view_list(bank_id=actor.bank_id, user_id=actor.user_id)


@router.post("/views", auth=needs(SAVE), response=ViewRow)
def view_add(request: HttpRequest, body: ViewIn) -> ViewRow:
    """Save a view under a name of the person's own."""
    actor = actor_of(request)
    view_id = view_create(
        bank_id=actor.bank_id, name=body.name, query=body.query, shared=body.shared,
        user_id=actor.user_id, by=actor.who, at=timezone.now(),
    )  # fmt: skip
    return view_read(bank_id=actor.bank_id, user_id=actor.user_id, view_id=view_id)


@router.put("/views/{int:view_id}", auth=needs(SAVE), response=ViewRow)
def view_edit(request: HttpRequest, view_id: int, body: ViewChangeIn) -> ViewRow:
    """Rename, share or rewrite an own view."""
    actor = actor_of(request)
    view_change(
        bank_id=actor.bank_id, view_id=view_id, name=body.name, query=body.query, shared=body.shared,
        user_id=actor.user_id, by=actor.who, at=timezone.now(),
    )  # fmt: skip
    return view_read(bank_id=actor.bank_id, user_id=actor.user_id, view_id=view_id)


@router.delete("/views/{int:view_id}", auth=needs(SAVE), response={204: None})
def view_remove(request: HttpRequest, view_id: int) -> Status[None]:
    """Delete an own view."""
    actor = actor_of(request)
    view_delete(bank_id=actor.bank_id, view_id=view_id, user_id=actor.user_id, by=actor.who, at=timezone.now())
    return Status(204, None)
