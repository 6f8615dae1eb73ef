"""What people declared as known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from huikuan.kernel.errors import NotFoundError
from huikuan.kernel.selectors.users import display_names
from huikuan.reconciliation.facts import Component, Declaration
from huikuan.reconciliation.models import Declared

DECLARATIONS_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class DeclarationRow:
    """A declaration with who made it and, where it was, who withdrew it."""

    id: int
    component: Component
    note_id: str
    product_code: str
    up_to: int
    from_on: date
    to_on: date
    reason: str
    declared_by: str
    declared_at: datetime
    withdrawn_by: str
    withdrawn_at: datetime | None
    withdrawn_reason: str
    in_force: bool
    """On the business date of the latest night."""


def declarations_in_force(*, bank_id: int, on: date) -> list[Declaration]:
    """Return the declarations that count on a business date, oldest first."""
    found = Declared.objects.filter(bank_id=bank_id, withdrawn_at=None, from_on__lte=on, to_on__gte=on)
    names = ("id", "component", "note_id", "product_code", "up_to", "from_on", "to_on")
    return [
        Declaration(key, Component(component), *rest)
        for key, component, *rest in found.order_by("id").values_list(*names)
    ]


def declaration_locked(*, bank_id: int, declaration_id: int) -> Declared:
    """Return a declaration, locked until the transaction ends; raises NotFoundError."""
    found = Declared.objects.select_for_update().filter(bank_id=bank_id, id=declaration_id).first()
    if found is None:
        raise NotFoundError("declaration", declaration_id)
    return found


def declaration_rows(*, bank_id: int, on: date | None) -> list[DeclarationRow]:
    """Return declarations, those in force on a business date first, then the latest; at most DECLARATIONS_MAX."""
    found = list(Declared.objects.filter(bank_id=bank_id).order_by("-to_on", "-id")[:DECLARATIONS_MAX])
    people = {one.declared_by for one in found} | {one.withdrawn_by for one in found if one.withdrawn_by is not None}
    names = display_names(bank_id=bank_id, ids=people)
    rows = [
        DeclarationRow(
            id=one.id,
            component=Component(one.component),
            note_id=one.note_id,
            product_code=one.product_code,
            up_to=one.up_to,
            from_on=one.from_on,
            to_on=one.to_on,
            reason=one.reason,
            declared_by=names.get(one.declared_by, ""),
            declared_at=one.declared_at,
            withdrawn_by="" if one.withdrawn_by is None else names.get(one.withdrawn_by, ""),
            withdrawn_at=one.withdrawn_at,
            withdrawn_reason=one.withdrawn_reason,
            in_force=on is not None and one.withdrawn_at is None and one.from_on <= on <= one.to_on,
        )
        for one in found
    ]
    return sorted(rows, key=lambda row: not row.in_force)


def deciders_since(*, bank_id: int, since: datetime | None) -> frozenset[int]:
    """Return who declared or withdrew after a moment; None: ever."""
    found = Declared.objects.filter(bank_id=bank_id)
    declared = found if since is None else found.filter(declared_at__gt=since)
    withdrawn = found.filter(withdrawn_at__isnull=False) if since is None else found.filter(withdrawn_at__gt=since)
    people = {*declared.values_list("declared_by", flat=True), *withdrawn.values_list("withdrawn_by", flat=True)}
    return frozenset(person for person in people if person is not None)
