"""The reconciliation of a day: what was compared, what was found, how old it is, who signed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Q

from huikuan.kernel.selectors.users import display_names
from huikuan.portfolio.selectors.book_read import book_day
from huikuan.portfolio.selectors.publication import published_dates, published_night, published_runs
from huikuan.reconciliation.facts import UNITS, Component, Unit
from huikuan.reconciliation.models import Difference, ReconciliationCell, SignOff
from huikuan.reconciliation.rules.sign_off import DayState
from huikuan.reconciliation.selectors.declarations import deciders_since

AGES: Final = ((0, 0), (1, 2), (3, 7), (8, 30), (31, None))
"""Days since a difference was first seen: first and last day of each step; None: no end."""
_ORDER: Final = {component.value: place for place, component in enumerate(Component)}


@dataclass(frozen=True, slots=True)
class CellSums:
    """Figures of a run by what was found."""

    compared: int
    different: int
    declared: int
    held: int


@dataclass(frozen=True, slots=True)
class CellRow:
    """One product and component. Sums of what was compared, in the unit of the component."""

    product_code: str
    component: Component
    unit: Unit
    notes: int
    compared: int
    equal: int
    tolerated: int
    declared: int
    different: int
    held: int
    carried: int
    ours: int
    core: int
    difference: int


@dataclass(frozen=True, slots=True)
class AgeStep:
    """Open differences by days since they were first seen."""

    from_days: int
    to_days: int | None
    different: int
    declared: int


@dataclass(frozen=True, slots=True)
class SignOffRow:
    """A signature."""

    run_id: UUID
    known_at: datetime
    """When the run that it is of was published."""
    compared: int
    different: int
    declared: int
    held: int
    remark: str
    signed_by: str
    signed_at: datetime
    current: bool
    """Of the run that counts now; a new run of the day asks for a new signature."""


@dataclass(frozen=True, slots=True)
class ReconciledDay:
    """The reconciliation of a business date, of the run that counts now."""

    business_date: date
    first_on: date
    last_on: date
    latest: bool
    """Whether it is the latest night: only of that the open differences are listed."""
    run_id: UUID
    known_at: datetime
    currency: str
    minor_digits: int
    cells: tuple[CellRow, ...]
    ages: tuple[AgeStep, ...]
    """Of the latest night; else empty."""
    notes_held: int | None
    """Notes whose figures are in question; None on another night than the latest."""
    opened: int
    closed: int
    """Differences that the latest night found for the first time, and found no more."""
    sign_offs: tuple[SignOffRow, ...]


def cell_sums(*, bank_id: int, run_id: UUID) -> CellSums:
    """Return the counts of a whole run as its night published them."""
    sums = Counter[str]()
    names = ("compared", "different", "declared", "held")
    for row in ReconciliationCell.objects.filter(bank_id=bank_id, run_id=run_id).values(*names):
        sums.update(row)
    return CellSums(**{name: sums[name] for name in names})


def notes_held_count(*, bank_id: int) -> int:
    """Return the number of notes whose figures are in question on the latest night."""
    held = Difference.objects.filter(bank_id=bank_id, held=True, closed_on=None)
    return held.values("note_id").distinct().count()


def reconciled_day(*, bank_id: int, as_of: date | None) -> ReconciledDay:
    """Return the reconciliation of a date (default: the latest night). Raises BookNoNightError for one without a night.

    Of the latest night what is open is counted as the declarations stand now, of an earlier one as its run found it.
    """
    day = book_day(bank_id=bank_id, as_of=as_of)
    first_on, last_on = published_dates(bank_id=bank_id) or (day.business_date, day.business_date)
    latest = day.business_date == last_on
    stands = _stands(bank_id) if latest else None
    open_rows = Difference.objects.filter(bank_id=bank_id, closed_on=None)
    return ReconciledDay(
        business_date=day.business_date,
        first_on=first_on,
        last_on=last_on,
        latest=latest,
        run_id=day.run_id,
        known_at=day.known_at,
        currency=day.currency,
        minor_digits=day.minor_digits,
        cells=_cells(bank_id, day.run_id, stands),
        ages=_ages(bank_id, day.business_date) if latest else (),
        notes_held=notes_held_count(bank_id=bank_id) if latest else None,
        opened=open_rows.filter(first_seen_on=day.business_date).count() if latest else 0,
        closed=Difference.objects.filter(bank_id=bank_id, closed_on=day.business_date).count() if latest else 0,
        sign_offs=_sign_offs(bank_id, day.business_date, day.run_id),
    )


def day_state(*, bank_id: int, business_date: date, run_id: UUID) -> DayState:
    """Return what decides whether a person may sign this run of a day."""
    now = published_night(bank_id=bank_id, as_of=business_date, known_at=None)
    before = published_night(bank_id=bank_id, as_of=business_date - timedelta(days=1), known_at=None)
    counted = day_counts(bank_id=bank_id, business_date=business_date, run_id=run_id)
    return DayState(
        latest_run=now is not None and now["run_id"] == run_id,
        signed=SignOff.objects.filter(bank_id=bank_id, run_id=run_id).exists(),
        open_differences=counted.different,
        declared_by=deciders_since(bank_id=bank_id, since=None if before is None else before["known_at"]),
    )


def day_counts(*, bank_id: int, business_date: date, run_id: UUID) -> CellSums:
    """Return what a signature is put under: of the latest night as the declarations stand now."""
    sums = cell_sums(bank_id=bank_id, run_id=run_id)
    dates = published_dates(bank_id=bank_id)
    if dates is None or business_date != dates[1]:
        return sums
    found = Difference.objects.filter(bank_id=bank_id, closed_on=None)
    stands = Counter(found.values_list("verdict", flat=True))
    return CellSums(sums.compared, stands["different"], stands["declared"], found.filter(held=True).count())


def _stands(bank_id: int) -> dict[tuple[str, str], dict[str, int]]:
    """What is open now by product and component, as the declarations stand."""
    rows = (
        Difference.objects.filter(bank_id=bank_id, closed_on=None)
        .values("product_code", "component")
        .annotate(
            different=Count("note_id", filter=Q(verdict="different")),
            declared=Count("note_id", filter=Q(verdict="declared")),
            held=Count("note_id", filter=Q(held=True)),
        )
    )
    names = ("different", "declared", "held")
    return defaultdict(
        lambda: dict.fromkeys(names, 0),
        {(row["product_code"], row["component"]): {name: row[name] for name in names} for row in rows},
    )


def _cells(bank_id: int, run_id: UUID, stands: dict[tuple[str, str], dict[str, int]] | None) -> tuple[CellRow, ...]:
    names = (
        "product_code", "component", "notes", "compared", "equal", "tolerated", "declared", "different", "held",
        "carried", "ours", "core", "difference",
    )  # fmt: skip
    found = []
    for row in ReconciliationCell.objects.filter(bank_id=bank_id, run_id=run_id).values(*names):
        now = row if stands is None else {**row, **stands[row["product_code"], row["component"]]}
        component = Component(now.pop("component"))
        found.append(CellRow(component=component, unit=UNITS[component], **now))
    return tuple(sorted(found, key=lambda cell: (cell.product_code, _ORDER[cell.component])))


def _ages(bank_id: int, on: date) -> tuple[AgeStep, ...]:
    rows = Difference.objects.filter(bank_id=bank_id, closed_on=None).values_list("first_seen_on", "verdict")
    counted = Counter((max((on - first).days, 0), verdict) for first, verdict in rows)
    steps = []
    for start, end in AGES:
        inside = [(key, n) for key, n in counted.items() if key[0] >= start and (end is None or key[0] <= end)]
        sums = {name: sum(n for (_, verdict), n in inside if verdict == name) for name in ("different", "declared")}
        steps.append(AgeStep(start, end, **sums))
    return tuple(steps)


def _sign_offs(bank_id: int, business_date: date, run_id: UUID) -> tuple[SignOffRow, ...]:
    found = list(SignOff.objects.filter(bank_id=bank_id, business_date=business_date).order_by("-signed_at"))
    names = display_names(bank_id=bank_id, ids={row.signed_by for row in found})
    known = published_runs(bank_id=bank_id, run_ids=[row.run_id for row in found])
    return tuple(
        SignOffRow(
            run_id=row.run_id,
            known_at=known[row.run_id],
            compared=row.compared,
            different=row.different,
            declared=row.declared,
            held=row.held,
            remark=row.remark,
            signed_by=names.get(row.signed_by, ""),
            signed_at=row.signed_at,
            current=row.run_id == run_id,
        )
        for row in found
    )
