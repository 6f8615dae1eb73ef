"""Declaring a difference as known, and withdrawing that. Both count at once on what is open."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from huikuan.evidence.services.append import event_append
from huikuan.kernel.errors import InputInvalidError, NotFoundError
from huikuan.kernel.facts import Who
from huikuan.kernel.masking import personal_in_text
from huikuan.kernel.tenancy import bank_required
from huikuan.portfolio.selectors.product import product_list
from huikuan.portfolio.selectors.publication import published_dates
from huikuan.portfolio.selectors.register import note_is_registered
from huikuan.reconciliation.errors import DeclarationEndedError
from huikuan.reconciliation.events import DeclarationWithdrawn, DifferenceDeclared
from huikuan.reconciliation.facts import Component
from huikuan.reconciliation.models import Declared
from huikuan.reconciliation.selectors.declarations import declaration_locked
from huikuan.reconciliation.services.publish import differences_judge

DECLARATION: Final = "reconciliation_declaration"
DECLARED_DAYS_MAX: Final = 366
"""A known difference is looked at again after a year: without an end it would hide the next error."""
REASON_LENGTH: Final = (6, 500)
SIZE_MAX: Final = 10**15


def difference_declare(
    *,
    bank_id: int,
    component: Component,
    note_id: str,
    product_code: str,
    up_to: int,
    from_on: date,
    to_on: date,
    reason: str,
    user_id: int,
    by: Who,
    at: datetime,
) -> int:
    """Declare differences of one note or of one product as known; return the id. ``up_to`` in the component's unit.

    Raises InputInvalidError and NotFoundError with what to change.
    """
    bank_required(bank_id, "Declaring a difference")
    if bool(note_id) == bool(product_code):
        raise InputInvalidError("note_id", note_id, "a note or a product, one of both")
    if not 0 < up_to <= SIZE_MAX:
        raise InputInvalidError("up_to", up_to, f"1 to {SIZE_MAX}")
    if not 0 <= (to_on - from_on).days < DECLARED_DAYS_MAX:
        raise InputInvalidError("to_on", to_on, f"from {from_on} on, at most {DECLARED_DAYS_MAX} days")
    text = _reason(reason)
    if note_id and not note_is_registered(bank_id=bank_id, note_id=note_id):
        raise NotFoundError("note", note_id)
    if product_code and all(row.code != product_code for row in product_list(bank_id=bank_id)):
        raise NotFoundError("product", product_code)
    declared = Declared.objects.create(
        bank_id=bank_id, component=component, note_id=note_id, product_code=product_code, up_to=up_to, from_on=from_on,
        to_on=to_on, reason=text, declared_by=user_id, declared_at=at,
    )  # fmt: skip
    event = DifferenceDeclared(
        component=component,
        of="note" if note_id else "product",
        up_to=up_to,
        from_on=from_on,
        to_on=to_on,
        covered=_judge(bank_id),
    )
    _append(bank_id, declared.id, "reconciliation.difference_declared", event, by, at)
    return int(declared.id)


def declaration_withdraw(
    *, bank_id: int, declaration_id: int, reason: str, user_id: int, by: Who, at: datetime
) -> None:
    """Withdraw a declaration; what it covered is open again. Raises DeclarationEndedError, NotFoundError."""
    bank_required(bank_id, "Withdrawing a declaration")
    text = _reason(reason)
    declared = declaration_locked(bank_id=bank_id, declaration_id=declaration_id)
    if declared.withdrawn_at is not None:
        raise DeclarationEndedError(declaration_id)
    Declared.objects.filter(bank_id=bank_id, id=declaration_id).update(
        withdrawn_by=user_id, withdrawn_at=at, withdrawn_reason=text
    )
    event = DeclarationWithdrawn(component=declared.component, reopened=_judge(bank_id))
    _append(bank_id, declaration_id, "reconciliation.declaration_withdrawn", event, by, at)


def _judge(bank_id: int) -> int:
    dates = published_dates(bank_id=bank_id)
    return 0 if dates is None else differences_judge(bank_id=bank_id, on=dates[1])


def _reason(reason: str) -> str:
    text = " ".join(reason.split())
    if not REASON_LENGTH[0] <= len(text) <= REASON_LENGTH[1] or personal_in_text(text):
        expected = f"{REASON_LENGTH[0]} to {REASON_LENGTH[1]} characters without numbers of persons"
        raise InputInvalidError("reason", f"{len(text)} characters", expected)
    return text


def _append(bank_id: int, declaration_id: int, name: str, payload: object, by: Who, at: datetime) -> None:
    event_append(
        bank_id=bank_id, name=name, subject_kind=DECLARATION, subject_id=str(declaration_id), payload=payload, actor=by,
        at=at,
    )  # fmt: skip
