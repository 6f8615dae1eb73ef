"""Which institution may stand under which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from huikuan.kernel.facts import InstitutionKind

CHILDREN: Final[Mapping[InstitutionKind, frozenset[InstitutionKind]]] = {
    InstitutionKind.BANK: frozenset({InstitutionKind.DEPARTMENT, InstitutionKind.BRANCH, InstitutionKind.OUTLET}),
    InstitutionKind.DEPARTMENT: frozenset({InstitutionKind.DEPARTMENT}),
    InstitutionKind.BRANCH: frozenset({InstitutionKind.DEPARTMENT, InstitutionKind.BRANCH, InstitutionKind.OUTLET}),
    InstitutionKind.OUTLET: frozenset(),
}


def child_allowed(*, parent: InstitutionKind, child: InstitutionKind) -> bool:
    """True when an institution of kind ``child`` may stand directly under one of kind ``parent``."""
    return child in CHILDREN[parent]
