"""Notes whose figures are in question: what every later stage and page asks before it demands an amount.

The latest night is answered as the declarations stand now; an earlier one as its run found it, from the lake. Stages of
a night read the lake table ``difference`` (``held``) of the same night.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from huikuan.portfolio.book_tables import DIFFERENCE
from huikuan.portfolio.selectors.book_read import BookDay, book_day, book_open
from huikuan.portfolio.selectors.note import institution_codes
from huikuan.portfolio.selectors.party import party_find
from huikuan.portfolio.selectors.person import person_keys_seen
from huikuan.portfolio.selectors.publication import published_dates
from huikuan.portfolio.selectors.register import note_ids_of_parties
from huikuan.reconciliation.facts import Component
from huikuan.reconciliation.models import Difference
from huikuan.reconciliation.selectors.differences import ShownUnit, unit_shown, value_shown


@dataclass(frozen=True, slots=True)
class HeldFigure:
    """A figure in question. ``ours`` and ``core`` as ``DifferenceRow`` has them."""

    note_id: str
    component: Component
    unit: ShownUnit
    ours: int | str
    core: int | str
    difference: int
    tolerance: int
    since: date
    compared_on: date


def notes_held(*, bank_id: int, note_ids: Collection[str]) -> dict[str, list[HeldFigure]]:
    """Return of these notes those that are held as of the latest night, with the figures in question; one query."""
    return _grouped(_latest(bank_id, note_ids, None))


def party_held(*, bank_id: int, party_id: str, roots: Iterable[int], on: date, as_of: date | None) -> list[HeldFigure]:
    """Return the figures in question of a person's notes, all keys together, limited to institutions below ``roots``.

    Raises NotFoundError for a party out of sight and BookNoNightError for a date without a night.
    """
    limits = frozenset(roots)
    party_id = party_find(
        bank_id=bank_id, party_id=party_id, roots=limits, on=on
    ).party_id  # of a former key the present
    day = book_day(bank_id=bank_id, as_of=as_of)
    codes = institution_codes(bank_id=bank_id, roots=limits, on=on)
    keys = person_keys_seen(bank_id=bank_id, party_id=party_id, roots=limits, on=on, as_of=day.business_date)
    note_ids = note_ids_of_parties(bank_id=bank_id, party_ids=keys)
    dates = published_dates(bank_id=bank_id)
    if dates is not None and day.business_date == dates[1]:
        return _latest(bank_id, note_ids, codes)
    return _earlier(day, note_ids, codes)


def _latest(bank_id: int, note_ids: Collection[str], codes: frozenset[str] | None) -> list[HeldFigure]:
    found = Difference.objects.filter(bank_id=bank_id, note_id__in=list(note_ids), held=True, closed_on=None)
    if codes is not None:
        found = found.filter(institution_code__in=codes)
    return [
        _figure(row.note_id, row.component, row.ours, row.core, row.difference, row.tolerance, row.first_seen_on,
                row.last_seen_on)
        for row in found.order_by("note_id", "component")
    ]  # fmt: skip


def _earlier(day: BookDay, note_ids: Collection[str], codes: frozenset[str] | None) -> list[HeldFigure]:
    with book_open(day, tables=(DIFFERENCE,)) as reader:
        rows = reader.rows(DIFFERENCE, "note_id", note_ids)
    return [
        _figure(row["note_id"], row["component"], row["ours"], row["core"], row["difference"], row["tolerance"],
                row["open_since"], row["compared_on"])
        for row in rows
        if row["held"] and (codes is None or row["institution_code"] in codes)
    ]  # fmt: skip


def _figure(
    note_id: str, name: str, ours: int, core: int, difference: int, tolerance: int, since: date, compared_on: date
) -> HeldFigure:
    component = Component(name)
    return HeldFigure(
        note_id=note_id,
        component=component,
        unit=unit_shown(component),
        ours=value_shown(component, ours, compared_on),
        core=value_shown(component, core, compared_on),
        difference=difference,
        tolerance=tolerance,
        since=since,
        compared_on=compared_on,
    )


def _grouped(figures: Iterable[HeldFigure]) -> dict[str, list[HeldFigure]]:
    found: dict[str, list[HeldFigure]] = {}
    for figure in figures:
        found.setdefault(figure.note_id, []).append(figure)
    return found
