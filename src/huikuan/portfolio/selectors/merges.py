"""Keys that may be one person, and what people made of them: pages, masked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, cast

from django.db import connection
from django.db.models import Count, Q

from huikuan.kernel.masking import mask_contact
from huikuan.kernel.selectors.users import display_names
from huikuan.kernel.vault import Place, vault_of
from huikuan.portfolio.models import ContactPoint, Duplicate, NoteRegister
from huikuan.portfolio.selectors.contact import CONTACT_TABLE
from huikuan.portfolio.selectors.party import parties_opened, party_mask

MERGES_PER_PAGE_MAX: Final = 200
PHONES_SHOWN: Final = 4  # of a key
State = Literal["open", "merged", "apart", "closed"]
EvidenceName = Literal["identity_number", "name_birth_phone"]

_STATES: Final[dict[State, Q]] = {
    "open": Q(decision="", closed_on=None),
    "merged": Q(decision="merged"),
    "apart": Q(decision="apart", closed_on=None),
    "closed": Q(closed_on__isnull=False) & ~Q(decision="merged"),
}


@dataclass(frozen=True, slots=True)
class MergeSide:
    """One of the two keys; ``phones`` are masked, ``shared`` those that both have; ``notes`` is how many it owes."""

    party_id: str
    party_kind: str
    name: str
    identity_kind: str
    identity_number: str
    region: str
    phones: tuple[MergePhone, ...]
    notes: int


@dataclass(frozen=True, slots=True)
class MergePhone:
    """A telephone of a key, masked; ``shared``: the other key has it too."""

    shown: str
    shared: bool


@dataclass(frozen=True, slots=True)
class MergeRow:
    """Two keys that may be one person, the smaller first. ``keys`` are all keys of the person of a merged pair.

    ``evidence`` is what speaks for it now, or did last; ``strong`` where the number of the paper is the same.
    """

    id: int
    state: State
    sides: tuple[MergeSide, ...]
    evidence: tuple[EvidenceName, ...]
    strong: bool
    keys: tuple[str, ...]
    first_seen_on: date
    changed_on: date
    closed_on: date | None
    reason: str
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class MergePage:
    """Proposals, the oldest first; ``next`` is the ``after`` of the following page."""

    items: tuple[MergeRow, ...]
    total: int
    next: int | None


def merge_page(
    *, bank_id: int, state: State = "open", evidence: EvidenceName | None = None, after: int = 0, limit: int = 50
) -> MergePage:
    """Return a page of proposals; a constant number of queries."""
    found = Duplicate.objects.filter(_STATES[state], bank_id=bank_id)
    if evidence is not None:
        found = found.filter(evidence__contains=evidence)
    rows = list(found.filter(id__gt=after).order_by("id")[: limit + 1])
    page, more = rows[:limit], len(rows) > limit
    return MergePage(_rows(bank_id, page, state), found.count(), page[-1].id if more else None)


def _rows(bank_id: int, rows: Sequence[Duplicate], state: State) -> tuple[MergeRow, ...]:
    keys = {key for row in rows for key in (row.party_a, row.party_b)}
    parties = {row.party_id: party_mask(row) for row in parties_opened(bank_id=bank_id, party_ids=keys)}
    phones = _phones(bank_id, keys)
    notes = dict(
        NoteRegister.objects.filter(bank_id=bank_id, party_id__in=keys)
        .values("party_id")
        .annotate(notes=Count("note_id"))
        .values_list("party_id", "notes")
    )
    groups = _groups(bank_id, keys) if state == "merged" else {}
    who = display_names(bank_id=bank_id, ids={row.decided_by for row in rows if row.decided_by is not None})

    def side(key: str, other: str) -> MergeSide:
        party, theirs = parties[key], phones.get(other, {})
        listed = sorted(phones.get(key, {}).items(), key=lambda one: (one[0] not in theirs, one[1]))
        return MergeSide(
            party_id=key,
            party_kind=party.party_kind,
            name=party.name,
            identity_kind=party.identity_kind,
            identity_number=party.identity_number,
            region=party.region,
            phones=tuple(MergePhone(shown, index in theirs) for index, shown in listed[:PHONES_SHOWN]),
            notes=notes.get(key, 0),
        )

    return tuple(
        MergeRow(
            id=row.id,
            state=state,
            sides=(side(row.party_a, row.party_b), side(row.party_b, row.party_a)),
            evidence=tuple(cast(EvidenceName, one) for one in row.evidence.split(",")),
            strong="identity_number" in row.evidence,
            keys=groups.get(row.party_a, ()),
            first_seen_on=row.first_seen_on,
            changed_on=row.changed_on,
            closed_on=row.closed_on,
            reason=row.decided_reason if row.decision else "",
            decided_by=who.get(row.decided_by, "") if row.decision and row.decided_by is not None else "",
            decided_at=row.decided_at if row.decision else None,
        )
        for row in rows
    )


def _phones(bank_id: int, keys: Collection[str]) -> dict[str, dict[str, str]]:
    """Return the live telephones of each key: masked, by blind index."""
    vault = vault_of(bank_id)
    found: dict[str, dict[str, str]] = {}
    points = ContactPoint.objects.filter(
        bank_id=bank_id, party_id__in=keys, ended_on=None, kind__in=("mobile", "phone")
    ).exclude(value_index="")
    for point in points:
        clear = vault.open(point.value, Place(CONTACT_TABLE, "value", point.contact_id))
        found.setdefault(point.party_id, {})[point.value_index] = mask_contact(point.kind, clear)
    return found


_GROUPS: Final = """
with latest as (
    select distinct on (party_id) party_id, person_id from portfolio_party_merge where bank_id = %(bank)s
    and party_id in (select party_id from portfolio_party_merge where bank_id = %(bank)s and person_id in (
        select person_id from portfolio_party_merge where bank_id = %(bank)s and party_id = any(%(keys)s::text[])
        union select unnest(%(keys)s::text[])))
    order by party_id, id desc
)
select party_id, person_id from latest
"""


def _groups(bank_id: int, keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return of each key all keys of its person as the map stands; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, {"bank": bank_id, "keys": sorted(keys)})
        person = dict(cursor.fetchall())
    members: dict[str, set[str]] = {}
    for key, lead in person.items():
        members.setdefault(lead, {lead}).add(key)
    return {key: tuple(sorted(members[person.get(key, key)])) for key in keys if person.get(key, key) in members}
