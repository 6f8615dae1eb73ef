"""Facts of the reconciliation. Amounts in minor units, days as whole numbers. No Django, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Component(StrEnum):
    """What is compared, in the order in which it is shown."""

    PRINCIPAL = "principal"  # outstanding
    OVERDUE_PRINCIPAL = "overdue_principal"
    OVERDUE_INTEREST = "overdue_interest"  # open, on and off the balance sheet
    PENALTY = "penalty"
    COMPOUND = "compound"
    COSTS_DUE = "costs_due"  # fallen due with instalments; advanced costs only the core keeps
    DAYS_PRINCIPAL = "days_principal"
    DAYS_INTEREST = "days_interest"
    CLASS = "class"  # a challenge: only a class of the core that is milder than our floor is a difference
    NEXT_DUE_ON = "next_due_on"
    NEXT_DUE_AMOUNT = "next_due_amount"


class Unit(StrEnum):
    """What a figure counts."""

    MINOR = "minor"
    DAYS = "days"
    GRADE = "grade"  # place of the class, 0 pass … 4 loss
    AHEAD = "ahead"  # days from the day of the comparison to a date


UNITS: Final[Mapping[Component, Unit]] = MappingProxyType(
    dict.fromkeys(Component, Unit.MINOR)
    | {
        Component.DAYS_PRINCIPAL: Unit.DAYS,
        Component.DAYS_INTEREST: Unit.DAYS,
        Component.CLASS: Unit.GRADE,
        Component.NEXT_DUE_ON: Unit.AHEAD,
    }
)


class Verdict(StrEnum):
    """What a comparison found."""

    EQUAL = "equal"
    TOLERATED = "tolerated"  # not more than the tolerance
    DECLARED = "declared"  # more, but a declaration in force covers it
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Tolerances:
    """In force from ``effective_on``: how far the core may be away before a difference is open.

    ``products`` holds what a product has of its own; ``holds`` are the components whose open difference puts the
    figure of the note in question.
    """

    effective_on: date
    usual: Mapping[Component, int]
    products: Mapping[str, Mapping[Component, int]]
    holds: frozenset[Component]

    def of(self, product_code: str, component: Component) -> int:
        """The largest difference that is still tolerated, in the unit of the component."""
        return self.products.get(product_code, {}).get(component, self.usual[component])


@dataclass(frozen=True, slots=True)
class Declaration:
    """A difference that is known: of one note or of all notes of a product, up to a size, from a day to a day."""

    id: int
    component: Component
    note_id: str  # or empty
    product_code: str  # or empty: exactly one of both
    up_to: int  # in the unit of the component, either way; included
    from_on: date
    to_on: date  # both days included


@dataclass(frozen=True, slots=True)
class Compared:
    """What was found for one figure of one note. ``difference`` is core less ours."""

    verdict: Verdict
    difference: int
    tolerance: int
    declaration_id: int | None
    held: bool
