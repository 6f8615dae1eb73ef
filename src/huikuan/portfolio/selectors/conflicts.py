"""What sources of a customer say differently, in pages, masked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, cast

from django.db.models import Q, QuerySet

from huikuan.kernel.errors import NotFoundError
from huikuan.kernel.masking import MASK, mask_contact, mask_identity
from huikuan.kernel.selectors.users import display_names
from huikuan.kernel.vault import Place, vault_of
from huikuan.portfolio.models import Conflict, ConflictDecision, ContactPoint, Party, PartyStatement
from huikuan.portfolio.selectors.findings import CustomerShown
from huikuan.portfolio.selectors.party import TABLE, name_mask

CONFLICTS_PER_PAGE_MAX: Final = 200
State = Literal["open", "decided", "closed"]
ConflictField = Literal["identity_number", "phone", "address", "monthly_income"]

CONFLICT_OPEN: Final = Q(closed_on=None, decision_id=None)
_STATES: Final[dict[State, Q]] = {
    "open": CONFLICT_OPEN,
    "decided": Q(closed_on=None, decision_id__isnull=False),
    "closed": Q(closed_on__isnull=False),
}


@dataclass(frozen=True, slots=True)
class ConflictSource:
    """Who says a value: the row of a feed, its place in the file, and the day of that file."""

    feed: Literal["party", "contact_point", "party_statement"]
    system: str
    key: str
    file: str
    line: int | None
    day: date


@dataclass(frozen=True, slots=True)
class ConflictValue:
    """One of the contradicting values. ``shown`` is masked, and empty where the vault holds another one by now."""

    number: int
    shown: str
    sources: tuple[ConflictSource, ...]


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What a person decided; ``value`` is the number of the value, 0 where no source has the right one."""

    value: int
    reason: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """Sources of a customer that contradict each other in a field. ``values_hash`` goes with a decision."""

    id: int
    state: State
    customer: CustomerShown
    field: ConflictField
    values_hash: str
    values: tuple[ConflictValue, ...]
    first_seen_on: date
    changed_on: date
    closed_on: date | None
    decision: DecisionRow | None


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """Conflicts, the oldest first; ``next`` is the ``after`` of the following page."""

    items: tuple[ConflictRow, ...]
    total: int
    next: int | None


def conflict_page(
    *, bank_id: int, state: State = "open", field: ConflictField | None = None, after: int = 0, limit: int = 50
) -> ConflictPage:
    """Return a page of conflicts; a constant number of queries."""
    found: QuerySet[Conflict] = Conflict.objects.filter(_STATES[state], bank_id=bank_id)
    if field is not None:
        found = found.filter(field=field)
    rows = list(found.filter(id__gt=after).order_by("id")[: limit + 1])
    page, more = rows[:limit], len(rows) > limit
    return ConflictPage(_rows(bank_id, page, state), found.count(), page[-1].id if more else None)


def conflict_find(*, bank_id: int, conflict_id: int) -> Conflict:
    """Return a conflict; raises NotFoundError."""
    found = Conflict.objects.filter(bank_id=bank_id, id=conflict_id).first()
    if found is None:
        raise NotFoundError("conflict", conflict_id)
    return found


def values_of(conflict: Conflict) -> list[str]:
    """Return the blind indexes of the different values in the order in which they are shown and chosen."""
    return sorted({str(source["value_index"]) for source in conflict.sources})


def values_clear(bank_id: int, conflicts: Sequence[Conflict]) -> dict[str, str]:
    """Open the values of conflicts, by blind index. Only for masking, and for the service that logs a reveal.

    A value that the vault does not hold any more is not in the result. Three queries.
    """
    vault = vault_of(bank_id)
    keys: dict[str, set[str]] = {"party": set(), "contact_point": set(), "party_statement": set()}
    for conflict in conflicts:
        for source in conflict.sources:
            keys[source["feed"]].add(source["key"])
    clear: dict[str, str] = {}
    for party in Party.objects.filter(bank_id=bank_id, party_id__in=keys["party"]):
        if party.identity:
            clear[party.identity_index] = vault.open(party.identity, Place(TABLE, "identity", party.party_id))
    for point in ContactPoint.objects.filter(bank_id=bank_id, contact_id__in=keys["contact_point"]):
        place = Place(ContactPoint._meta.db_table, "value", point.contact_id)
        clear[point.value_index] = vault.open(point.value, place)
    for said in PartyStatement.objects.filter(bank_id=bank_id, statement_id__in=keys["party_statement"]):
        place = Place(PartyStatement._meta.db_table, "value", said.statement_id)
        clear[said.value_index] = vault.open(said.value, place)
    return clear


def value_mask(field: str, value: str) -> str:
    """Mask a value by its field; of an income only the number of digits stays."""
    if field == "identity_number":
        return mask_identity(value)
    if field == "monthly_income":
        return MASK * len(value.partition(".")[0])
    return mask_contact("mobile" if field == "phone" else "address", value)


def _rows(bank_id: int, conflicts: Sequence[Conflict], state: State) -> tuple[ConflictRow, ...]:
    clear = values_clear(bank_id, conflicts)
    customers = _customers(bank_id, {row.party_id for row in conflicts})
    decisions = {
        row.id: row
        for row in ConflictDecision.objects.filter(
            bank_id=bank_id, id__in=[row.decision_id for row in conflicts if row.decision_id is not None]
        )
    }
    who = display_names(bank_id=bank_id, ids={row.decided_by for row in decisions.values()})

    def decision(conflict: Conflict) -> DecisionRow | None:
        row = decisions.get(conflict.decision_id or 0)
        if row is None:
            return None
        place = values_of(conflict).index(row.value_index) + 1 if row.value_index else 0
        return DecisionRow(place, row.reason, who.get(row.decided_by, ""), row.decided_at)

    def value(conflict: Conflict, number: int, index: str) -> ConflictValue:
        shown = value_mask(conflict.field, clear[index]) if index in clear else ""
        said = [source for source in conflict.sources if source["value_index"] == index]
        return ConflictValue(number, shown, tuple(_source(source) for source in said))

    return tuple(
        ConflictRow(
            id=row.id,
            state=state,
            customer=customers[row.party_id],
            field=cast(ConflictField, row.field),
            values_hash=row.values_hash,
            values=tuple(value(row, number, index) for number, index in enumerate(values_of(row), start=1)),
            first_seen_on=row.first_seen_on,
            changed_on=row.changed_on,
            closed_on=row.closed_on,
            decision=decision(row),
        )
        for row in conflicts
    )


def _source(source: dict[str, object]) -> ConflictSource:
    line = source["line"]
    return ConflictSource(
        feed=source["feed"],  # type: ignore[arg-type]  # written by services.conflicts from its KEYS
        system=str(source["system"]),
        key=str(source["key"]),
        file=str(source["file"]),
        line=None if line is None else int(str(line)),
        day=date.fromisoformat(str(source["day"])),
    )


def _customers(bank_id: int, party_ids: Iterable[str]) -> dict[str, CustomerShown]:
    vault = vault_of(bank_id)
    found = Party.objects.filter(bank_id=bank_id, party_id__in=list(party_ids))
    return {
        party_id: CustomerShown(party_id, kind, name_mask(kind, vault.open(name, Place(TABLE, "name", party_id))))
        for party_id, kind, name in found.values_list("party_id", "party_kind", "name")
    }
