"""Which keys of the bank are one person as of a business date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from django.db import connection
from django.db.models import Q

from huikuan.portfolio.models import Conflict, ContactPoint, Duplicate, Finding
from huikuan.portfolio.selectors.conflicts import CONFLICT_OPEN
from huikuan.portfolio.selectors.findings import FINDING_OPEN
from huikuan.portfolio.selectors.party import parties_visible, party_find

_KEYS: Final = """
with mine as (
    select coalesce((
        select person_id from portfolio_party_merge
        where bank_id = %(bank)s and party_id = %(party)s and effective_on <= %(on)s order by id desc limit 1
    ), %(party)s) as person_id
),
latest as (
    select distinct on (party_id) party_id, person_id from portfolio_party_merge
    where bank_id = %(bank)s and effective_on <= %(on)s and party_id in (
        select m.party_id from portfolio_party_merge m join mine using (person_id) where m.bank_id = %(bank)s)
    order by party_id, id desc
)
select party_id from latest join mine using (person_id) union select person_id from mine order by party_id
"""


def person_keys(*, bank_id: int, party_id: str, on: date) -> tuple[str, ...]:
    """Return all keys of the person that a key belongs to on a business date, the smallest first; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, {"bank": bank_id, "party": party_id, "on": on})
        return tuple(sorted(row[0] for row in cursor.fetchall()))


def person_keys_seen(*, bank_id: int, party_id: str, roots: Iterable[int], on: date, as_of: date) -> tuple[str, ...]:
    """Return the keys of a person as of a business date that may be seen from these institutions, this one first.

    ``on`` is the day whose tree of institutions counts. The key itself was checked by the caller (`party_find`).
    """
    others = set(person_keys(bank_id=bank_id, party_id=party_id, on=as_of)) - {party_id}
    seen = parties_visible(bank_id=bank_id, party_ids=others, roots=roots, on=on) if others else frozenset()
    return (party_id, *sorted(seen))


@dataclass(frozen=True, slots=True)
class PartyCheck:
    """Something open about a person's data: its kind and id, what it is about, the key it stands at, since when.

    ``about`` is the field of a conflict, the code of a finding, the evidence of a proposal to merge.
    """

    kind: Literal["conflict", "finding", "merge"]
    id: int
    about: str
    party_id: str
    since: date


def party_checks(*, bank_id: int, party_id: str, roots: Iterable[int], on: date, as_of: date) -> list[PartyCheck]:
    """Return what is open today about any key of a person, without a value or another customer; five queries.

    ``as_of`` is the business date of which the merges count. Raises NotFoundError for a party out of sight.
    """
    limits = frozenset(roots)
    party_find(bank_id=bank_id, party_id=party_id, roots=limits, on=on)
    keys = person_keys_seen(bank_id=bank_id, party_id=party_id, roots=limits, on=on, as_of=as_of)
    conflicts = Conflict.objects.filter(CONFLICT_OPEN, bank_id=bank_id, party_id__in=keys)
    phones = dict(
        ContactPoint.objects.filter(bank_id=bank_id, party_id__in=keys, ended_on=None, kind__in=("mobile", "phone"))
        .exclude(value_index="")
        .values_list("value_index", "party_id")
    )
    findings = Finding.objects.filter(FINDING_OPEN, bank_id=bank_id).filter(
        Q(party_id__in=keys) | Q(party_id="", value_index__in=list(phones))
    )
    pairs = Duplicate.objects.filter(bank_id=bank_id, closed_on=None, decision="").filter(
        Q(party_a__in=keys) | Q(party_b__in=keys)
    )
    found = [PartyCheck("conflict", one.id, one.field, one.party_id, one.first_seen_on) for one in conflicts]
    found += [
        PartyCheck("finding", one.id, one.code, one.party_id or phones[one.value_index], one.first_seen_on)
        for one in findings
    ]
    for pair in pairs:
        mine = pair.party_a if pair.party_a in keys else pair.party_b
        found.append(PartyCheck("merge", pair.id, pair.evidence, mine, pair.first_seen_on))
    return sorted(found, key=lambda one: (one.kind, one.id))
