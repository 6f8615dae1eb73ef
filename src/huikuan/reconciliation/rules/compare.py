"""Comparing one figure of one note: ours, the core's, the tolerance, what was declared.

The nightly stage does the same for the whole book in SQL (``nightly/stages/reconcile_*.sql``); a differential test
holds both to each other. The core system keeps the ledger: an open difference says that a figure is in question, never
that ours counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from huikuan.portfolio.facts import FactInvalid
from huikuan.reconciliation.facts import Compared, Component, Declaration, Tolerances, Verdict


def difference_of(component: Component, ours: int, core: int) -> int:
    """Core less ours. Our class is a floor: a class of the core that is as bad or worse is no difference."""
    return min(core - ours, 0) if component is Component.CLASS else core - ours


def covers(declaration: Declaration, note_id: str, product_code: str, component: Component, size: int) -> bool:
    """Whether a declaration speaks of this figure and of a difference of this size (without sign)."""
    named = declaration.note_id == note_id if declaration.note_id else declaration.product_code == product_code
    return named and declaration.component is component and size <= declaration.up_to


def in_force(declaration: Declaration, on: date) -> bool:
    """Whether a declaration counts on a business date; its first and its last day are included."""
    return declaration.from_on <= on <= declaration.to_on


def compare(
    *,
    note_id: str,
    product_code: str,
    component: Component,
    ours: int,
    core: int,
    tolerances: Tolerances,
    declarations: Iterable[Declaration] = (),
    on: date,
) -> Compared:
    """Compare one figure at the close of a business date. Of several declarations that cover it the oldest is named."""
    difference = difference_of(component, ours, core)
    tolerance = tolerances.of(product_code, component)
    if difference == 0:
        return Compared(Verdict.EQUAL, 0, tolerance, None, held=False)
    if abs(difference) <= tolerance:
        return Compared(Verdict.TOLERATED, difference, tolerance, None, held=False)
    known = [
        declaration.id
        for declaration in declarations
        if in_force(declaration, on) and covers(declaration, note_id, product_code, component, abs(difference))
    ]
    if known:
        return Compared(Verdict.DECLARED, difference, tolerance, min(known), held=False)
    return Compared(Verdict.DIFFERENT, difference, tolerance, None, held=component in tolerances.holds)


def open_since(before: date | None, verdict: Verdict, on: date) -> date | None:
    """Since when a difference above the tolerance stands without a break; None where there is none.

    ``before`` is the same of the day before. A declaration explains a difference; it does not end its age.
    """
    return before or on if verdict in (Verdict.DECLARED, Verdict.DIFFERENT) else None


def tolerances_on(policies: Sequence[Tolerances], day: date) -> Tolerances:
    """What is in force on a business date; ``policies`` are oldest first. Raises FactInvalid before the first."""
    for policy in reversed(policies):
        if policy.effective_on <= day:
            return policy
    first = policies[0].effective_on if policies else None
    raise FactInvalid("policy.not_in_force", "business_date", f"{first} or later", day)
