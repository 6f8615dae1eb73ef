"""Reading the tree of institutions, also as it was on an earlier day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from huikuan.kernel.errors import NotFoundError
from huikuan.kernel.models import Institution
from huikuan.kernel.tenancy import bank_required


@dataclass(frozen=True, slots=True)
class InstitutionRow:
    """A node as it is on the day asked for."""

    id: int
    parent_id: int | None
    code: str
    kind: str
    name_zh: str
    name_en: str


# The parent on a day is the origin of the first move after it, or else the present parent.
_SUBTREE = """
with recursive later as (
    select distinct on (institution_id) institution_id, from_parent_id
    from kernel_institution_move
    where bank_id = %(bank)s and moved_on > %(on)s
    order by institution_id, moved_on
), node as (
    select i.id, coalesce(l.from_parent_id, i.parent_id) as parent_id, i.code, i.kind, i.name_zh, i.name_en
    from kernel_institution i left join later l on l.institution_id = i.id
    where i.bank_id = %(bank)s and i.valid_from <= %(on)s and (i.valid_to is null or i.valid_to > %(on)s)
), tree as (
    select * from node where id = any(%(roots)s)
    union
    select n.* from node n join tree t on n.parent_id = t.id
)
select id, parent_id, code, kind, name_zh, name_en from tree order by code
"""


def institution_subtree(*, bank_id: int, roots: Iterable[int], on: date) -> list[InstitutionRow]:
    """Return ``roots`` and everything below them as on the day ``on``, ordered by code; one query."""
    bank_required(bank_id, "Reading the institutions")
    with connection.cursor() as cursor:
        cursor.execute(_SUBTREE, {"bank": bank_id, "on": on, "roots": list(roots)})
        return [InstitutionRow(*row) for row in cursor.fetchall()]


def subtree_ids(*, bank_id: int, roots: Iterable[int], on: date) -> frozenset[int]:
    """Return the ids of ``roots`` and everything below them as on the day ``on``."""
    return frozenset(row.id for row in institution_subtree(bank_id=bank_id, roots=roots, on=on))


def institution_root(bank_id: int) -> InstitutionRow:
    """Return the root of the bank's tree; raises NotFoundError."""
    return _row(Institution.objects.filter(bank_id=bank_id, parent_id=None).first(), "root")


def institution_by_code(bank_id: int, code: str) -> InstitutionRow:
    """Return a node by its code; raises NotFoundError."""
    return _row(Institution.objects.filter(bank_id=bank_id, code=code).first(), code)


def institution_by_id(bank_id: int, institution_id: int) -> InstitutionRow:
    """Return a node by its id; raises NotFoundError."""
    return _row(Institution.objects.filter(bank_id=bank_id, id=institution_id).first(), institution_id)


def _row(node: Institution | None, key: object) -> InstitutionRow:
    if node is None:
        raise NotFoundError("institution", key)
    return InstitutionRow(node.id, node.parent_id, node.code, node.kind, node.name_zh, node.name_en)
