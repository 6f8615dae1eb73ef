"""Odd values of customers, in pages, masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, cast

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from huikuan.kernel.masking import mask_contact, mask_identity
from huikuan.kernel.selectors.users import display_names
from huikuan.kernel.vault import Place, vault_of
from huikuan.portfolio.models import ContactPoint, Finding, Party
from huikuan.portfolio.selectors.party import TABLE, name_mask

FINDINGS_PER_PAGE_MAX: Final = 200
CUSTOMERS_SHOWN: Final = 6  # of a telephone; the rest is counted
State = Literal["open", "explained", "closed"]
FindingCode = Literal[
    "identity.form", "identity.checksum", "identity.birth_date", "credit_code.form", "credit_code.checksum",
    "phone.shared",
]  # fmt: skip

FINDING_OPEN: Final = Q(closed_on=None) & (Q(explained_at=None) | Q(customers__gt=F("explained_customers")))
_STATES: Final[dict[State, Q]] = {
    "open": FINDING_OPEN,
    "explained": Q(closed_on=None, explained_at__isnull=False, customers__lte=F("explained_customers")),
    "closed": Q(closed_on__isnull=False),
}


@dataclass(frozen=True, slots=True)
class CustomerShown:
    """A customer by its key, name masked."""

    party_id: str
    party_kind: str
    name: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """An odd value. ``value`` is masked, and empty where the vault holds another one by now."""

    id: int
    code: FindingCode
    state: State
    value: str
    customers: int
    shown: tuple[CustomerShown, ...]
    source_file: str
    source_line: int | None
    first_seen_on: date
    closed_on: date | None
    explained_by: str
    explained_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class FindingPage:
    """Findings, the oldest first; ``next`` is the ``after`` of the following page."""

    items: tuple[FindingRow, ...]
    total: int
    next: int | None


@dataclass(frozen=True, slots=True)
class FindingCount:
    """How many findings of a kind a state has."""

    code: FindingCode
    count: int


def finding_counts(*, bank_id: int, state: State = "open") -> list[FindingCount]:
    """Return counts by kind; one query."""
    found = _found(bank_id, state).values("code").annotate(count=Count("id")).order_by("code")
    return [FindingCount(row["code"], row["count"]) for row in found]


def finding_page(
    *, bank_id: int, state: State = "open", code: FindingCode | None = None, after: int = 0, limit: int = 50
) -> FindingPage:
    """Return a page of findings; a constant number of queries."""
    found = _found(bank_id, state)
    if code is not None:
        found = found.filter(code=code)
    rows = list(found.filter(id__gt=after).order_by("id")[: limit + 1])
    page, more = rows[:limit], len(rows) > limit
    return FindingPage(_rows(bank_id, page, state), found.count(), page[-1].id if more else None)


def _found(bank_id: int, state: State) -> QuerySet[Finding]:
    return Finding.objects.filter(_STATES[state], bank_id=bank_id)


def _rows(bank_id: int, rows: list[Finding], state: State) -> tuple[FindingRow, ...]:
    vault = vault_of(bank_id)
    sharing, phones = _phones(bank_id, [row.value_index for row in rows if not row.party_id])
    ids = {row.party_id for row in rows if row.party_id} | {one for ones in sharing.values() for one in ones}
    parties = {row.party_id: row for row in Party.objects.filter(bank_id=bank_id, party_id__in=ids)}
    who = display_names(bank_id=bank_id, ids={row.explained_by for row in rows if row.explained_by is not None})

    def shown(party_id: str) -> CustomerShown:
        party = parties[party_id]
        name = vault.open(party.name, Place(TABLE, "name", party_id))
        return CustomerShown(party_id, party.party_kind, name_mask(party.party_kind, name))

    def value(row: Finding) -> str:
        if not row.party_id:
            return phones.get(row.value_index, "")
        party = parties.get(row.party_id)
        if party is None or not party.identity or party.identity_index != row.value_index:
            return ""
        return mask_identity(vault.open(party.identity, Place(TABLE, "identity", row.party_id)))

    return tuple(
        FindingRow(
            id=row.id,
            code=cast(FindingCode, row.code),
            state=state,
            value=value(row),
            customers=row.customers,
            shown=tuple(
                shown(one)
                for one in ([row.party_id] if row.party_id else sharing.get(row.value_index, ()))
                if one in parties
            ),
            source_file=row.source_file,
            source_line=row.source_line,
            first_seen_on=row.first_seen_on,
            closed_on=row.closed_on,
            explained_by="" if row.explained_by is None else who.get(row.explained_by, ""),
            explained_at=row.explained_at,
            reason=row.explained_reason,
        )
        for row in rows
    )


_SHARING = (
    "select value_index, party_id, contact_id, kind, value from ("
    "select value_index, party_id, contact_id, kind, value, "
    "row_number() over (partition by value_index order by party_id) as place from ("
    "select distinct on (value_index, party_id) value_index, party_id, contact_id, kind, value "
    "from portfolio_contact_point where bank_id = %s and value_index = any(%s) and ended_on is null "
    "order by value_index, party_id, contact_id) as one) as ranked where place <= %s order by value_index, party_id"
)


def _phones(bank_id: int, indexes: list[str]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return the first customers of each number, and the number masked."""
    sharing: dict[str, list[str]] = {}
    masked: dict[str, str] = {}
    if not indexes:
        return sharing, masked
    vault, table = vault_of(bank_id), ContactPoint._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(_SHARING, [bank_id, indexes, CUSTOMERS_SHOWN])
        for index, party_id, contact_id, kind, value in cursor.fetchall():
            sharing.setdefault(index, []).append(party_id)
            if index not in masked:
                masked[index] = mask_contact(kind, vault.open(value, Place(table, "value", contact_id)))
    return sharing, masked
