"""The list of loans: pages by key, sums and the values of the filter pickers, within the institutions of a person.

Names are opened for the rows of one page only, and leave this module masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from django.db import connection

from huikuan.kernel.crypto import Vault
from huikuan.kernel.errors import InputInvalidError, NotFoundError
from huikuan.kernel.selectors.institution import institution_root, institution_subtree
from huikuan.kernel.tenancy import bank_required
from huikuan.kernel.vault import Place, vault_of
from huikuan.portfolio.models import Party
from huikuan.portfolio.rules.loan_query import LoanCursor, LoanFilter, LoanQuery, LoanSort, SortValue
from huikuan.portfolio.selectors.lists import TagRow, tag_list
from huikuan.portfolio.selectors.loan_sql import FACETS, NOTE_COLUMNS, OVERDUE, SUMMARY, conditions, segments
from huikuan.portfolio.selectors.party import name_mask

LOANS_PER_PAGE_MAX: Final = 200
LOANS_PER_CHUNK_MAX: Final = 10_000
FACET_VALUES_MAX: Final = 500
BucketName = Literal["M0", "M1", "M2", "M3", "M4", "M5", "M6", "M7+", "charged_off", "settled"]
ClassName = Literal["pass", "special_mention", "substandard", "doubtful", "loss"]
_PARTY_TABLE: Final = Party._meta.db_table


@dataclass(frozen=True, slots=True)
class LoanRow:
    """A note of the list; ``name`` is masked, amounts in minor units.

    ``arrears_minor`` is the sum of overdue principal, overdue interest and costs due; ``overdue_minor`` that with
    penalty, compound and delay interest; ``overdue_since`` the business date less days past due.
    Empty texts and None: the core system did not deliver it.
    """

    note_id: str
    contract_id: str
    party_id: str
    party_kind: str
    institution_code: str
    product_code: str
    officer_code: str
    officer_name: str
    department_code: str
    dpd: int
    dpd_principal: int
    dpd_interest: int
    bucket: BucketName
    class_floor: ClassName
    core_class: str
    core_dpd: int | None
    balance_minor: int
    principal_minor: int
    overdue_minor: int
    arrears_minor: int
    overdue_principal_minor: int
    overdue_interest_minor: int
    penalty_minor: int
    compound_minor: int
    delay_minor: int
    costs_due_minor: int
    matures_on: date | None
    region: str
    secured: str
    account_balance_minor: int | None
    last_failure: str
    overdue_since: date | None
    stale_since: date | None
    name: str
    tags: tuple[TagRow, ...]


@dataclass(frozen=True, slots=True)
class LoanPage:
    """Rows in order, and the place after the last one; None where nothing follows."""

    rows: list[LoanRow]
    next: LoanCursor | None


@dataclass(frozen=True, slots=True)
class LoanSummary:
    """How much the filter finds: notes, distinct borrowers, sums in minor units.

    ``overdue_notes`` are past due and neither settled nor charged off, as the overview counts them; of the notes also
    ``charged_off_notes`` are in arrears.
    """

    notes: int
    overdue_notes: int
    charged_off_notes: int
    parties: int
    overdue_minor: int
    balance_minor: int


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value that a filter can have, its name where it has one of its own, and how many notes in arrears have it."""

    value: str
    name: str
    notes: int


@dataclass(frozen=True, slots=True)
class LoanFacets:
    """The values of the filter pickers, the most frequent first, FACET_VALUES_MAX at most of each; tags by name."""

    officers: list[FacetValue]
    departments: list[FacetValue]
    regions: list[FacetValue]
    products: list[FacetValue]
    tags: list[TagRow]


def loan_scope(*, bank_id: int, roots: Iterable[int], wanted: LoanFilter, on: date) -> list[str] | None:
    """Return the codes of the institutions that are allowed (``roots`` and below) and asked for; None: whole bank.

    Raises NotFoundError for an institution that is asked for and may not be seen.
    """
    allowed_roots = frozenset(roots)
    if not wanted.institution and institution_root(bank_id).id in allowed_roots:
        return None
    allowed = {node.id: node.code for node in institution_subtree(bank_id=bank_id, roots=allowed_roots, on=on)}
    if not wanted.institution:
        return sorted(allowed.values())
    for institution_id in wanted.institution:
        if institution_id not in allowed:
            raise NotFoundError("institution", institution_id)
    below = institution_subtree(bank_id=bank_id, roots=wanted.institution, on=on)
    return sorted({node.code for node in below})


def loan_page(
    *, bank_id: int, institution_codes: Sequence[str] | None, query: LoanQuery, after: LoanCursor | None, limit: int
) -> LoanPage:
    """Return ``limit`` notes (LOANS_PER_PAGE_MAX at most) after a place in the order; one query.

    Two where the order is by a date and notes without one are reached. ``institution_codes`` as ``loan_scope``
    gives them.
    """
    if not 1 <= limit <= LOANS_PER_PAGE_MAX:
        raise InputInvalidError("limit", limit, f"1 to {LOANS_PER_PAGE_MAX}")
    return _page(bank_id, institution_codes, query, after, limit)


def loan_rows(
    *, bank_id: int, institution_codes: Sequence[str] | None, query: LoanQuery, chunk: int
) -> Iterator[list[LoanRow]]:
    """Yield all notes of a question in order, ``chunk`` (LOANS_PER_CHUNK_MAX at most) at a time, names masked.

    One query a chunk; runs inside ``bank_scope(bank_id)``. For one state of the book open a transaction that reads
    one snapshot (repeatable read).
    """
    if not 1 <= chunk <= LOANS_PER_CHUNK_MAX:
        raise InputInvalidError("chunk", chunk, f"1 to {LOANS_PER_CHUNK_MAX}")
    after: LoanCursor | None = None
    while True:
        page = _page(bank_id, institution_codes, query, after, chunk)
        if page.rows:
            yield page.rows
        if page.next is None:
            return
        after = page.next


def _page(
    bank_id: int, institution_codes: Sequence[str] | None, query: LoanQuery, after: LoanCursor | None, limit: int
) -> LoanPage:
    bank_required(bank_id, "Reading the list of loans")
    base = conditions(bank_id=bank_id, institution_codes=institution_codes, wanted=query.filter)
    found: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for text, parameters in segments(query, base, after):
            cursor.execute(text, {**parameters, "limit": limit + 1 - len(found)})
            found += cursor.fetchall()
            if len(found) > limit:
                break
    vault = vault_of(bank_id)
    rows = [_row(vault, values) for values in found[:limit]]
    return LoanPage(rows, _place(query.sort, rows[-1]) if len(found) > limit else None)


def _row(vault: Vault, values: tuple[Any, ...]) -> LoanRow:
    *plain, sealed, tag_ids, tag_names = values
    facts = dict(zip(NOTE_COLUMNS, plain, strict=True))
    name = vault.open(sealed, Place(_PARTY_TABLE, "name", facts["party_id"]))
    tags = tuple(TagRow(*tag) for tag in zip(tag_ids, tag_names, strict=True))
    return LoanRow(**facts, name=name_mask(facts["party_kind"], name), tags=tags)


def _place(sort: LoanSort, row: LoanRow) -> LoanCursor:
    values: dict[LoanSort, SortValue] = {
        LoanSort.DPD: row.overdue_since,
        LoanSort.ARREARS: row.arrears_minor,
        LoanSort.BALANCE: row.balance_minor,
        LoanSort.MATURES: row.matures_on,
    }
    return LoanCursor(values.get(sort), row.note_id)


def loan_summary(*, bank_id: int, institution_codes: Sequence[str] | None, wanted: LoanFilter) -> LoanSummary:
    """Return counts and sums of what a filter finds; one query."""
    bank_required(bank_id, "Reading the list of loans")
    base = conditions(bank_id=bank_id, institution_codes=institution_codes, wanted=wanted)
    with connection.cursor() as cursor:
        cursor.execute(SUMMARY.format(where=base.text, overdue=OVERDUE), base.parameters)
        return LoanSummary(*cursor.fetchone())


def loan_facets(*, bank_id: int, institution_codes: Sequence[str] | None) -> LoanFacets:
    """Return what officers, departments, regions and products the notes in arrears have, and the bank's tags."""
    bank_required(bank_id, "Reading the list of loans")
    base = conditions(bank_id=bank_id, institution_codes=institution_codes, wanted=LoanFilter())
    found: dict[str, list[FacetValue]] = {"officer": [], "department": [], "region": [], "product": []}
    with connection.cursor() as cursor:
        cursor.execute(FACETS.format(where=base.text), base.parameters)
        for kind, value, name, notes in cursor.fetchall():
            found[kind].append(FacetValue(value, name if kind == "officer" and value else "", notes))
    ordered = {
        kind: sorted(values, key=lambda value: (-value.notes, value.value))[:FACET_VALUES_MAX]
        for kind, values in found.items()
    }
    return LoanFacets(
        officers=ordered["officer"],
        departments=ordered["department"],
        regions=ordered["region"],
        products=ordered["product"],
        tags=tag_list(bank_id=bank_id),
    )
