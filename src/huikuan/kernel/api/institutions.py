"""The tree of institutions that the signed-in person may see."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema

from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.kernel.selectors.access import actor_today, institution_roots
from huikuan.kernel.selectors.institution import InstitutionRow, institution_subtree

router = SecureRouter(tags=["institutions"])


class InstitutionOut(Schema):
    """A node of the tree; ``parent_id`` may be outside of what the person sees."""

    id: int
    parent_id: int | None
    code: str
    kind: Literal["bank", "department", "branch", "outlet"]
    name_zh: str
    name_en: str


@router.get("/institutions", auth=needs("institution.read"), response=list[InstitutionOut])
def institutions(request: HttpRequest, on: date | None = None) -> list[InstitutionRow]:
    """Return the institutions of the person's grants and all below them, as on a day (today if left out)."""
    actor = actor_of(request)
    day = on or actor_today(actor, timezone.now())
    return institution_subtree(bank_id=actor.bank_id, roots=institution_roots(actor, "institution.read"), on=day)
