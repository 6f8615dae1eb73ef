"""Borrowers (masked, or in clear with a reason) and products."""

from dataclasses import asdict
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Schema

from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.kernel.selectors.access import actor_today, institution_roots
from huikuan.portfolio.selectors.party import PartyRow, party_masked
from huikuan.portfolio.selectors.product import ProductRow, product_list
from huikuan.portfolio.services.party import NOTE_LENGTH_MAX, RevealPart, RevealReason, party_reveal

router = SecureRouter(tags=["portfolio"])

PartyId = Annotated[str, Path(max_length=64)]


class ProductOut(Schema):
    """A product of the bank."""

    code: str
    name_zh: str
    name_en: str
    kind: Literal["consumer", "operating", "mortgage", "agricultural", "policy"]


class PartyOut(Schema):
    """A borrower; ``identity_number`` and ``identity_kind`` are empty where the core delivered none."""

    party_id: str
    party_kind: Literal["person", "enterprise"]
    name: str
    identity_kind: str
    identity_number: str
    region: str


class RevealIn(Schema):
    """Why the data are to be shown; ``note`` says more, without personal data."""

    reason: RevealReason
    note: str = Field("", max_length=NOTE_LENGTH_MAX)
    parts: list[RevealPart] = Field([RevealPart.IDENTITY], min_length=1, max_length=len(RevealPart))


class RevealedContactOut(Schema):
    """A contact point in clear."""

    contact_id: str
    kind: str
    value: str


class RevealedAccountOut(Schema):
    """The account of a note in clear."""

    note_id: str
    account_number: str


class RevealedOut(PartyOut):
    """What was asked for in clear; what was not is masked or left out."""

    contacts: list[RevealedContactOut]
    accounts: list[RevealedAccountOut]


@router.get("/products", auth=needs("overview.read"), response=list[ProductOut])
def products(request: HttpRequest) -> list[ProductRow]:
    """Return the bank's products."""
    return product_list(bank_id=actor_of(request).bank_id)


@router.get("/parties/{party_id}", auth=needs("party.read"), response=PartyOut)
def party(request: HttpRequest, party_id: PartyId) -> PartyRow:
    """Return a borrower with personal data masked."""
    actor = actor_of(request)
    return party_masked(
        bank_id=actor.bank_id,
        party_id=party_id,
        roots=institution_roots(actor, "party.read"),
        on=actor_today(actor, timezone.now()),
    )


@router.post("/parties/{party_id}/reveal", auth=needs("party.reveal"), response=RevealedOut)
def reveal(request: HttpRequest, party_id: PartyId, body: RevealIn) -> dict[str, object]:
    """Return parts of a borrower in clear; the request is entered in the evidence log in the same transaction.

    With the reason `contact`, what is known only from a third person or without a legal basis stays hidden.
    """
    actor, now = actor_of(request), timezone.now()
    shown = party_reveal(
        bank_id=actor.bank_id,
        party_id=party_id,
        reason=body.reason,
        note=body.note,
        roots=institution_roots(actor, "party.reveal"),
        on=actor_today(actor, now),
        by=actor.who,
        at=now,
        parts=body.parts,
    )
    return {**asdict(shown.party), "contacts": shown.contacts, "accounts": shown.accounts}
