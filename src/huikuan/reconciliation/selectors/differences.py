"""Open differences of the latest night, oldest first, in pages; and how a figure is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from django.db.models import Q, QuerySet

from huikuan.kernel.errors import InputInvalidError
from huikuan.portfolio.facts import ClassFloor
from huikuan.portfolio.selectors.publication import published_dates
from huikuan.reconciliation.facts import UNITS, Component, Unit, Verdict
from huikuan.reconciliation.models import Declared, Difference

DIFFERENCES_PER_PAGE_MAX: Final = 200
ShownUnit = Literal["minor", "days", "class", "date"]
State = Literal["open", "closed"]
_CLASSES: Final = tuple(ClassFloor)
_SHOWN: Final[dict[Unit, ShownUnit]] = {
    Unit.MINOR: "minor", Unit.DAYS: "days", Unit.GRADE: "class", Unit.AHEAD: "date",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DifferenceFilter:
    """What a person wants to see. ``closed``: found no more by the latest night."""

    state: State = "open"
    component: Component | None = None
    product_code: str = ""
    verdict: Verdict | None = None
    held: bool | None = None
    age_min: int = 0
    note_id: str = ""


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """A difference. ``ours`` and ``core`` are minor units, days, the class or a date as the unit says."""

    note_id: str
    component: Component
    party_id: str
    contract_id: str
    institution_code: str
    product_code: str
    unit: ShownUnit
    ours: int | str
    core: int | str
    difference: int
    """Core less ours; of a class in steps, of a date in days."""
    tolerance: int
    verdict: Literal["different", "declared"]
    held: bool
    first_seen_on: date
    last_seen_on: date
    """Business date of the last comparison that found it."""
    age_days: int
    closed_on: date | None
    declaration_id: int | None
    reason: str
    """Of the declaration."""


@dataclass(frozen=True, slots=True)
class DifferencePage:
    """Differences and how many there are in all."""

    items: tuple[DifferenceRow, ...]
    total: int
    next: str | None


def value_shown(component: Component, value: int, compared_on: date) -> int | str:
    """Return a figure as people read it: a class by name, a date instead of the days until it."""
    unit = UNITS[component]
    if unit is Unit.GRADE:
        return _CLASSES[value].value
    return (compared_on + timedelta(days=value)).isoformat() if unit is Unit.AHEAD else value


def unit_shown(component: Component) -> ShownUnit:
    """Return in what a figure is shown."""
    return _SHOWN[UNITS[component]]


def difference_page(
    *, bank_id: int, wanted: DifferenceFilter, after: str | None = None, limit: int = 50
) -> DifferencePage:
    """Return a page of differences, the oldest first. Raises InputInvalidError for an ``after`` of no page."""
    dates = published_dates(bank_id=bank_id)
    if dates is None:
        return DifferencePage((), 0, None)
    found = _filtered(bank_id, wanted, dates[1])
    rows = list(_after(found, after).order_by("first_seen_on", "note_id", "component")[: limit + 1])
    page = _rows(bank_id, rows[:limit], dates[1])
    last = rows[limit - 1] if len(rows) > limit else None
    following = None if last is None else f"{last.first_seen_on.isoformat()}|{last.component}|{last.note_id}"
    return DifferencePage(tuple(page), found.count(), following)


def differences_all(*, bank_id: int, wanted: DifferenceFilter, limit: int) -> list[DifferenceRow]:
    """Return all differences of a filter for a file, ``limit`` at most, the oldest first."""
    dates = published_dates(bank_id=bank_id)
    if dates is None:
        return []
    found = _filtered(bank_id, wanted, dates[1]).order_by("first_seen_on", "note_id", "component")
    return list(_rows(bank_id, list(found[:limit]), dates[1]))


def differences_count(*, bank_id: int, wanted: DifferenceFilter) -> int:
    """Return how many differences a filter finds."""
    dates = published_dates(bank_id=bank_id)
    return 0 if dates is None else _filtered(bank_id, wanted, dates[1]).count()


def _filtered(bank_id: int, wanted: DifferenceFilter, on: date) -> QuerySet[Difference]:
    found = Difference.objects.filter(bank_id=bank_id, closed_on=None if wanted.state == "open" else on)
    if wanted.component is not None:
        found = found.filter(component=wanted.component)
    if wanted.product_code:
        found = found.filter(product_code=wanted.product_code)
    if wanted.verdict is not None:
        found = found.filter(verdict=wanted.verdict)
    if wanted.held is not None:
        found = found.filter(held=wanted.held)
    if wanted.age_min:
        found = found.filter(first_seen_on__lte=on - timedelta(days=wanted.age_min))
    return found.filter(note_id=wanted.note_id) if wanted.note_id else found


def _after(found: QuerySet[Difference], after: str | None) -> QuerySet[Difference]:
    if after is None:
        return found
    try:
        text, component, note_id = after.split("|", 2)
        first = date.fromisoformat(text)
    except ValueError:
        raise InputInvalidError("after", after[:40], "the `next` of a page") from None
    same = Q(first_seen_on=first)
    return found.filter(
        Q(first_seen_on__gt=first)
        | (same & Q(note_id__gt=note_id))
        | (same & Q(note_id=note_id) & Q(component__gt=component))
    )


def _rows(bank_id: int, rows: list[Difference], on: date) -> Iterator[DifferenceRow]:
    wanted = {row.declaration_id for row in rows if row.declaration_id is not None}
    reasons = dict(Declared.objects.filter(bank_id=bank_id, id__in=wanted).values_list("id", "reason"))
    for row in rows:
        component = Component(row.component)
        yield DifferenceRow(
            note_id=row.note_id,
            component=component,
            party_id=row.party_id,
            contract_id=row.contract_id,
            institution_code=row.institution_code,
            product_code=row.product_code,
            unit=unit_shown(component),
            ours=value_shown(component, row.ours, row.last_seen_on),
            core=value_shown(component, row.core, row.last_seen_on),
            difference=row.difference,
            tolerance=row.tolerance,
            verdict="declared" if row.verdict == Verdict.DECLARED else "different",
            held=row.held,
            first_seen_on=row.first_seen_on,
            last_seen_on=row.last_seen_on,
            age_days=(on - row.first_seen_on).days,
            closed_on=row.closed_on,
            declaration_id=row.declaration_id,
            reason="" if row.declaration_id is None else reasons.get(row.declaration_id, ""),
        )
