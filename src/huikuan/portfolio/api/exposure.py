"""The level above the note: the joint view of a party, and where a payment of its would go."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Schema
from pydantic import Field

from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.kernel.money import AMOUNT_MAX_MINOR
from huikuan.kernel.selectors.access import actor_today, institution_roots
from huikuan.portfolio.exposure_out import AllocationPreviewOut, ExposureOut
from huikuan.portfolio.selectors.allocation import allocation_preview
from huikuan.portfolio.selectors.exposure import party_exposure

router = SecureRouter(tags=["portfolio"])
PartyId = Annotated[str, Path(max_length=64)]
READ = "party.read"


class PaymentIn(Schema):
    """A payment to be previewed."""

    amount_minor: Annotated[int, Field(strict=True, ge=1, le=AMOUNT_MAX_MINOR)]
    note_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """The note that the customer designates; without it the order of the law."""


@router.get("/parties/{party_id}/exposure", auth=needs(READ), response=ExposureOut)
def exposure(request: HttpRequest, party_id: PartyId, as_of: date | None = None) -> ExposureOut:
    """Return what a party owes and guarantees, its group, and contagion of class, as of a business date.

    Only contracts of institutions in sight are in the figures; the others are counted.
    """
    actor = actor_of(request)
    return party_exposure(
        bank_id=actor.bank_id,
        party_id=party_id,
        roots=institution_roots(actor, READ),
        on=actor_today(actor, timezone.now()),
        as_of=as_of,
    )


@router.post("/parties/{party_id}/allocation-preview", auth=needs(READ), response=AllocationPreviewOut)
def preview(request: HttpRequest, party_id: PartyId, payment: PaymentIn) -> AllocationPreviewOut:
    """Preview where a payment would go over the party's notes at the close of the book's day; nothing is written."""
    actor = actor_of(request)
    return allocation_preview(
        bank_id=actor.bank_id,
        party_id=party_id,
        roots=institution_roots(actor, READ),
        on=actor_today(actor, timezone.now()),
        amount_minor=payment.amount_minor,
        note_id=payment.note_id,
    )
