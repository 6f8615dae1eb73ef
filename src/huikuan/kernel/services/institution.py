"""Writers of the institution tree."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.db.models import Q

from huikuan.kernel.errors import ConflictError, InputInvalidError, NotFoundError
from huikuan.kernel.events import InstitutionAdded, InstitutionClosed, InstitutionMoved
from huikuan.kernel.facts import InstitutionKind, Who
from huikuan.kernel.models import Institution, InstitutionMove
from huikuan.kernel.rules.institution import child_allowed
from huikuan.kernel.selectors.institution import subtree_ids
from huikuan.kernel.services.record import record
from huikuan.kernel.tenancy import bank_scope

_CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")


class InstitutionConflictError(ConflictError):
    """The change does not fit the tree."""

    code = "kernel.institution_conflict"


def institution_add(
    *,
    bank_id: int,
    code: str,
    kind: InstitutionKind,
    parent_id: int | None,
    name_zh: str,
    name_en: str,
    valid_from: date,
    by: Who,
    at: datetime,
) -> int:
    """Add a node that exists from ``valid_from`` on; return its id. Only the root has no parent."""
    if not _CODE.fullmatch(code):
        raise InputInvalidError("code", code, "1 to 32 characters A–Z, a–z, 0–9, dot, - and _")
    if not name_zh.strip() or not name_en.strip():
        raise InputInvalidError("name", f"{name_zh} / {name_en}", "a Chinese and an English name")
    with bank_scope(bank_id):
        if Institution.objects.filter(bank_id=bank_id, code=code).exists():
            raise InstitutionConflictError(f"There is already an institution {code!r}. Choose another code.")
        _parent_check(bank_id, kind, parent_id, valid_from)
        node = Institution.objects.create(
            bank_id=bank_id, code=code, kind=kind, parent_id=parent_id, name_zh=name_zh.strip(),
            name_en=name_en.strip(), valid_from=valid_from,
        )  # fmt: skip
        record(
            bank_id=bank_id, subject_kind="institution", subject_id=node.id, by=by, at=at,
            payload=InstitutionAdded(code, kind, parent_id, valid_from),
        )  # fmt: skip
    return node.id


def _locked(bank_id: int, institution_id: int) -> Institution:
    """Return a node, locked against other changes."""
    node = Institution.objects.select_for_update().filter(bank_id=bank_id, id=institution_id).first()
    if node is None:
        raise NotFoundError("institution", institution_id)
    return node


def _parent_check(bank_id: int, kind: InstitutionKind, parent_id: int | None, on: date) -> None:
    """Refuse a second root, a wrong kind of parent and a parent that does not exist on the day."""
    if parent_id is None:
        if kind is not InstitutionKind.BANK:
            raise InstitutionConflictError(f"A {kind} needs a parent; only the bank itself has none.")
        if Institution.objects.filter(bank_id=bank_id, parent_id=None).exists():
            raise InstitutionConflictError("The bank already has a root. Give the new institution a parent.")
        return
    parent = _locked(bank_id, parent_id)
    if not child_allowed(parent=InstitutionKind(parent.kind), child=kind):
        raise InstitutionConflictError(f"A {kind} cannot stand under a {parent.kind}. Choose another parent.")
    if parent.valid_from > on or (parent.valid_to is not None and parent.valid_to <= on):
        raise InstitutionConflictError(
            f"The parent {parent.code!r} does not exist on {on}. Choose another day or parent."
        )


def institution_move(
    *, bank_id: int, institution_id: int, parent_id: int, moved_on: date, by: Who, at: datetime, today: date
) -> None:
    """Put a node under another parent from ``moved_on`` (not in the future) on; earlier days keep the old parent."""
    if moved_on > today:
        raise InputInvalidError("moved_on", moved_on.isoformat(), f"a day up to today, {today}")
    with bank_scope(bank_id):
        node = _locked(bank_id, institution_id)
        if node.parent_id is None:
            raise InstitutionConflictError("The root cannot be moved.")
        last = InstitutionMove.objects.filter(bank_id=bank_id, institution_id=node.id).order_by("-moved_on").first()
        if moved_on <= max(node.valid_from, last.moved_on if last else node.valid_from):
            raise InstitutionConflictError(
                f"{node.code!r} was added or moved on or after {moved_on}. Choose a later day."
            )
        if parent_id in subtree_ids(bank_id=bank_id, roots=[node.id], on=today):
            raise InstitutionConflictError(f"{node.code!r} cannot stand under itself. Choose a parent outside of it.")
        _parent_check(bank_id, InstitutionKind(node.kind), parent_id, moved_on)
        InstitutionMove.objects.create(
            bank_id=bank_id,
            institution_id=node.id,
            moved_on=moved_on,
            from_parent_id=node.parent_id,
            to_parent_id=parent_id,
        )
        payload = InstitutionMoved(node.parent_id, parent_id, moved_on)
        Institution.objects.filter(bank_id=bank_id, id=node.id).update(parent_id=parent_id)
        record(bank_id=bank_id, subject_kind="institution", subject_id=node.id, by=by, at=at, payload=payload)


def institution_close(*, bank_id: int, institution_id: int, valid_to: date, by: Who, at: datetime) -> None:
    """End a node: ``valid_to`` is the first day on which it does not exist. Its children must have ended before."""
    with bank_scope(bank_id):
        node = _locked(bank_id, institution_id)
        if node.valid_to is not None or valid_to <= node.valid_from:
            raise InstitutionConflictError(f"{node.code!r} is closed already, or begins on {node.valid_from}.")
        open_children = Institution.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=valid_to), bank_id=bank_id, parent_id=node.id
        ).values_list("code", flat=True)
        if open_children:
            raise InstitutionConflictError(
                f"{node.code!r} still has {', '.join(sorted(open_children))} on {valid_to}. Move or close them first."
            )
        Institution.objects.filter(bank_id=bank_id, id=node.id).update(valid_to=valid_to)
        record(
            bank_id=bank_id, subject_kind="institution", subject_id=node.id, by=by, at=at,
            payload=InstitutionClosed(valid_to),
        )  # fmt: skip
