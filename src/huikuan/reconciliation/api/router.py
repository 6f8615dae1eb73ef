"""Routes of the reconciliation: the day, its differences, declarations, sign-off, and what holds a customer's notes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Schema, Status
from pydantic import Field

from huikuan.kernel.api.files import workbook_answer
from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.kernel.selectors.access import actor_today, institution_roots
from huikuan.portfolio.selectors.publication import published_dates
from huikuan.reconciliation.facts import Component, Verdict
from huikuan.reconciliation.rules.sign_off import Refusal, sign_off_refusal
from huikuan.reconciliation.selectors.day import ReconciledDay, day_state, reconciled_day
from huikuan.reconciliation.selectors.declarations import DeclarationRow, declaration_rows
from huikuan.reconciliation.selectors.differences import (
    DIFFERENCES_PER_PAGE_MAX,
    DifferenceFilter,
    DifferencePage,
    difference_page,
)
from huikuan.reconciliation.selectors.held import HeldFigure, party_held
from huikuan.reconciliation.services.declare import declaration_withdraw, difference_declare
from huikuan.reconciliation.services.export import differences_export
from huikuan.reconciliation.services.sign_off import day_sign_off

router = SecureRouter(tags=["reconciliation"])
Reason = Annotated[str, Field(max_length=600)]


class DayOut(Schema):
    """The reconciliation of a day, and why the person who asks cannot sign it; null: may sign."""

    day: ReconciledDay
    may_decide: bool
    refusal: Refusal | None


class FilterIn(Schema):
    """Which differences."""

    state: Literal["open", "closed"] = "open"
    component: Component | None = None
    product: Annotated[str, Field(max_length=32)] = ""
    verdict: Literal["different", "declared"] | None = None
    held: bool | None = None
    age_min: Annotated[int, Field(ge=0, le=36_500)] = 0
    note_id: Annotated[str, Field(max_length=64)] = ""

    def wanted(self) -> DifferenceFilter:
        """Return it as selectors take it."""
        return DifferenceFilter(
            state=self.state,
            component=self.component,
            product_code=self.product,
            verdict=None if self.verdict is None else Verdict(self.verdict),
            held=self.held,
            age_min=self.age_min,
            note_id=self.note_id,
        )


class DeclareIn(Schema):
    """A known difference: of a note or of a product, one of both. ``up_to`` in minor units, days or steps."""

    component: Component
    note_id: Annotated[str, Field(max_length=64)] = ""
    product_code: Annotated[str, Field(max_length=32)] = ""
    up_to: Annotated[int, Field(ge=1)]
    from_on: date
    to_on: date
    reason: Reason


class DeclaredOut(Schema):
    """The declaration that was made."""

    id: int


class WithdrawIn(Schema):
    """Why a declaration is withdrawn."""

    reason: Reason


class SignOffIn(Schema):
    """The run that is signed, and what is done about open differences."""

    run_id: UUID
    remark: Annotated[str, Field(max_length=600)] = ""


@router.get("/reconciliation", auth=needs("reconciliation.read"), response=DayOut)
def day(request: HttpRequest, as_of: date | None = None) -> DayOut:
    """Return counts by product and component, ages of what is open, and the signatures of a day (default: latest)."""
    actor = actor_of(request)
    found = reconciled_day(bank_id=actor.bank_id, as_of=as_of)
    state = day_state(bank_id=actor.bank_id, business_date=found.business_date, run_id=found.run_id)
    refusal = sign_off_refusal(state, user_id=actor.user_id, remark="given when it is signed")
    return DayOut(day=found, may_decide="reconciliation.decide" in actor.permissions, refusal=refusal)


@router.get("/reconciliation/differences", auth=needs("reconciliation.read"), response=DifferencePage)
def differences(
    request: HttpRequest,
    wanted: Annotated[FilterIn, Query()],
    after: Annotated[str | None, Query(), Field(max_length=128)] = None,
    limit: Annotated[int, Query(), Field(ge=1, le=DIFFERENCES_PER_PAGE_MAX)] = 50,
) -> DifferencePage:
    """Return differences of the latest night, the oldest first."""
    return difference_page(bank_id=actor_of(request).bank_id, wanted=wanted.wanted(), after=after, limit=limit)


@router.get("/reconciliation/differences.xlsx", auth=needs("reconciliation.read"), response={200: None})
def differences_file(
    request: HttpRequest, wanted: Annotated[FilterIn, Query()], lang: Literal["zh", "en"] = "zh"
) -> HttpResponse:
    """Return the differences of a filter as a workbook; that it was taken is entered in the evidence log."""
    name, content = differences_export(
        actor=actor_of(request), wanted=wanted.wanted(), language=lang, at=timezone.now()
    )
    return workbook_answer(name, "differences.xlsx", content)


@router.get("/reconciliation/declarations", auth=needs("reconciliation.read"), response=list[DeclarationRow])
def declarations(request: HttpRequest) -> list[DeclarationRow]:
    """Return what was declared as known, those in force first."""
    bank_id = actor_of(request).bank_id
    dates = published_dates(bank_id=bank_id)
    return declaration_rows(bank_id=bank_id, on=None if dates is None else dates[1])


@router.post("/reconciliation/declarations", auth=needs("reconciliation.decide"), response={201: DeclaredOut})
def declare(request: HttpRequest, body: DeclareIn) -> Status[dict[str, int]]:
    """Declare a difference as known; it counts at once on what is open."""
    actor = actor_of(request)
    declared = difference_declare(
        bank_id=actor.bank_id,
        component=body.component,
        note_id=body.note_id,
        product_code=body.product_code,
        up_to=body.up_to,
        from_on=body.from_on,
        to_on=body.to_on,
        reason=body.reason,
        user_id=actor.user_id,
        by=actor.who,
        at=timezone.now(),
    )
    return Status(201, {"id": declared})


@router.post(
    "/reconciliation/declarations/{int:declaration_id}/withdraw",
    auth=needs("reconciliation.decide"),
    response={204: None},
)
def withdraw(request: HttpRequest, declaration_id: int, body: WithdrawIn) -> Status[None]:
    """Withdraw a declaration; what it covered is open again."""
    actor = actor_of(request)
    declaration_withdraw(
        bank_id=actor.bank_id,
        declaration_id=declaration_id,
        reason=body.reason,
        user_id=actor.user_id,
        by=actor.who,
        at=timezone.now(),
    )
    return Status(204, None)


@router.post("/reconciliation/{business_date}/sign-off", auth=needs("reconciliation.decide"), response={204: None})
def sign_off(request: HttpRequest, business_date: date, body: SignOffIn) -> Status[None]:
    """Sign the reconciliation of a day; refused with the reason."""
    actor = actor_of(request)
    day_sign_off(
        bank_id=actor.bank_id,
        business_date=business_date,
        run_id=body.run_id,
        remark=body.remark,
        user_id=actor.user_id,
        by=actor.who,
        at=timezone.now(),
    )
    return Status(204, None)


@router.get("/parties/{party_id}/held", auth=needs("party.read"), response=list[HeldFigure])
def held(
    request: HttpRequest, party_id: Annotated[str, Path(max_length=64)], as_of: date | None = None
) -> list[HeldFigure]:
    """Return the figures in question of the notes of a party: core and ours, since when."""
    actor = actor_of(request)
    return party_held(
        bank_id=actor.bank_id,
        party_id=party_id,
        roots=institution_roots(actor, "party.read"),
        on=actor_today(actor, timezone.now()),
        as_of=as_of,
    )
