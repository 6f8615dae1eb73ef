"""Finding customers, contracts and notes from what somebody typed, within the person's institutions.

Names are found by tokens, and identity numbers, telephones and mail addresses by blind indexes, so nothing is decrypted
to search. Only what is shown is opened, to be masked, and what a cut reading has to be compared with. Contract and
note numbers are open and are found from their beginning.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection

from huikuan.kernel.crypto import Vault
from huikuan.kernel.selectors.institution import institution_root, institution_subtree
from huikuan.kernel.tenancy import bank_required
from huikuan.kernel.vault import Place, vault_of
from huikuan.portfolio.models import Party
from huikuan.portfolio.rules.search_numbers import (
    beginning_range,
    email_possible,
    identity_possible,
    number_spellings,
    phone_possible,
)
from huikuan.portfolio.rules.search_terms import Reading, Term, name_fits, query_readings
from huikuan.portfolio.search_token import contact_index, search_tokeniser
from huikuan.portfolio.selectors.party import name_mask

SCAN_MAX: Final = 5_000  # parties in scope that one reading of a query may bring; the rest is told as "more"
COMPARED_MAX: Final = 200  # names that are opened to be compared with a cut reading
NUMBERS: Final = frozenset({"identity", "phone", "email"})

_PARTY_TABLE: Final = Party._meta.db_table
_MATCHED: Final = {Term.INITIALS: "initials", Term.PINYIN: "pinyin"}  # the others are the name itself


@dataclass(frozen=True, slots=True)
class Scope:
    """What a person may see: the codes of the institutions, and whether that is the whole bank."""

    codes: list[str]
    whole: bool


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One line of an answer; the name is masked, ``dpd`` and ``bucket`` are those of its worst delinquent note."""

    kind: str  # party | contract | note
    party_id: str
    name: str
    party_kind: str
    contract_id: str | None
    note_id: str | None
    matched: str  # name | initials | pinyin | identity | phone | email | party | former_party | contract | note
    institution_code: str | None
    dpd: int | None
    bucket: str | None


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """Customers, then contracts, then notes; ``more`` when there are others that a longer query would narrow."""

    items: list[SearchHit]
    more: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One way to find parties: a SELECT of ``party_id``, its values, and what is shown as the match."""

    matched: str
    select: str
    values: list[Any]
    reading: Reading | None = None

    @property
    def exact(self) -> bool:
        """Whether the whole of what was typed is the number or the name."""
        return self.reading is None or self.reading.kind is Term.NAME


def search_find(*, bank_id: int, query: str, limit: int, roots: Iterable[int], on: date) -> SearchAnswer:
    """Return at most ``limit`` hits of each kind, limited to what may be seen from the institutions ``roots``.

    Exact finds come first, then the customers with the most days past due. Five queries at most, whatever is found.
    """
    bank_required(bank_id, "Searching")
    scope = _scope(bank_id, frozenset(roots), on)
    vault = vault_of(bank_id)
    items, more = _parties(bank_id, vault, query.strip(), limit, scope)
    for kind in ("contract", "note"):
        found, left = _numbered(bank_id, vault, kind, query, limit, scope)
        items += found
        more = more or left
    return SearchAnswer(items, more)


def _scope(bank_id: int, roots: frozenset[int], on: date) -> Scope:
    codes = [row.code for row in institution_subtree(bank_id=bank_id, roots=roots, on=on)]
    return Scope(codes, institution_root(bank_id).id in roots)


def _ways(bank_id: int, vault: Vault, query: str) -> list[Way]:
    """All ways to find parties by a query, the most certain first."""
    by_index = "select party_id from {} where bank_id = %s and {} = %s"
    contact = by_index.format("portfolio_contact_point", "value_index") + " and ended_on is null"
    ways = []
    if identity_possible(query):
        index = vault.blind_index("identity", query)
        ways.append(Way("identity", by_index.format("portfolio_party", "identity_index"), [bank_id, index]))
    for kind, possible in (("phone", phone_possible(query)), ("email", email_possible(query))):
        if possible:
            ways.append(Way(kind, contact, [bank_id, contact_index(vault, kind, query)]))
    ways += [
        Way(matched, select, [bank_id, spelling])
        for matched, select in (("party", by_index.format("portfolio_party", "party_id")), ("former_party", _FORMER))
        for spelling in number_spellings(query)
    ]
    token = search_tokeniser(bank_id)
    for reading in query_readings(query):
        tokens = [token(reading.kind, value) for value in sorted(reading.values)]
        matched = _MATCHED.get(reading.kind, "name")
        ways.append(Way(matched, _TOKENS, [bank_id, tokens, len(tokens)], reading))
    return ways


_FORMER = (
    "select now_key as party_id from portfolio_renumbering where bank_id = %s and kind = 'party' and old_key = %s "
    "and now_key <> ''"
)
_TOKENS = (
    "select party_id from portfolio_search_token where bank_id = %s and token = any(%s::uuid[]) "
    "group by party_id having count(*) = %s order by party_id"
)
# What may not be seen is left out before the cut: customers of other branches do not hide those of one's own.
_WAY = """
(select w.party_id, {place} as way from ({select}) as w
 where not exists (select from portfolio_renumbering f where f.bank_id = %(bank)s and f.kind = 'party'
                   and f.old_key = w.party_id and f.now_key <> '')
   and (%(whole)s
    or exists (select from portfolio_note_register r
               where r.bank_id = %(bank)s and r.party_id = w.party_id and r.institution_code = any(%(codes)s))
    or exists (select from portfolio_party_role o
               join portfolio_note_register r on r.bank_id = o.bank_id and r.contract_id = o.contract_id
               where o.bank_id = %(bank)s and o.party_id = w.party_id and r.institution_code = any(%(codes)s)))
 limit {limit})
"""
_PARTIES = """
with hit as materialized ({ways}),
best as (select party_id, min(way) as way from hit group by party_id),
ranked as (
    select s.party_id, s.way, d.dpd, d.bucket, d.institution_code,
        row_number() over (order by s.way >= %(exact)s, d.dpd desc nulls last, s.way, s.party_id) as place
    from best s left join lateral (
        select dpd, bucket, institution_code from portfolio_desk_note n
        where n.bank_id = %(bank)s and n.party_id = s.party_id and n.institution_code = any(%(codes)s)
        order by dpd desc, note_id limit 1
    ) d on true
    order by place limit %(limit)s
)
select r.party_id, p.party_kind, p.name, r.way, coalesce(r.institution_code, b.institution_code), r.dpd, r.bucket,
    c.most
from (select max(found) as most from (select count(*) as found from hit group by way) as counts) c
left join ranked r on true
left join portfolio_party p on p.bank_id = %(bank)s and p.party_id = r.party_id
left join lateral (
    select institution_code from portfolio_note_register n
    where n.bank_id = %(bank)s and n.party_id = r.party_id and n.institution_code = any(%(codes)s)
    order by note_id limit 1
) b on true
order by r.place
"""


def parties_sql(ways: list[Way]) -> tuple[str, dict[str, Any]]:
    """Return the statement over all ways and its parameters of the ways; the scope is added by the caller."""
    selects, values = [], {}
    for place, way in enumerate(ways):
        names = {f"w{place}_{number}": value for number, value in enumerate(way.values)}
        select = way.select % tuple(f"%({name})s" for name in names)
        selects.append(_WAY.format(place=place, select=select, limit=SCAN_MAX))
        values.update(names)
    return _PARTIES.format(ways=" union all ".join(selects)), values


def _parties(bank_id: int, vault: Vault, query: str, limit: int, scope: Scope) -> tuple[list[SearchHit], bool]:
    ways = _ways(bank_id, vault, query)
    if not ways:
        return [], False
    sql, values = parties_sql(ways)
    compared = any(way.reading is not None and way.reading.cut for way in ways)
    fetched = COMPARED_MAX if compared else limit + 1
    values |= {
        "bank": bank_id,
        "whole": scope.whole,
        "codes": scope.codes,
        "exact": sum(way.exact for way in ways),
        "limit": fetched,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchall()  # one row at least: how much the ways have brought
    rows, cut = [row for row in found if row[0] is not None], found[0][-1] == SCAN_MAX
    hits: list[SearchHit] = []
    for party_id, party_kind, sealed, place, institution, dpd, bucket, _ in rows:
        name, way = vault.open(sealed, Place(_PARTY_TABLE, "name", party_id)), ways[place]
        if way.reading is None or name_fits(name, way.reading, query, enterprise=party_kind == "enterprise"):
            shown = name_mask(party_kind, name)
            hits.append(
                SearchHit("party", party_id, shown, party_kind, None, None, way.matched, institution, dpd, bucket)
            )
        if len(hits) > limit:
            break
    more = len(hits) > limit or len(rows) == fetched or cut
    return hits[:limit], more


# Each range is read in the order of an index and stops; what is shown beside the numbers is added to those few.
_NUMBERED = """
with found as (
    select number, contract_id, party_id, institution_code
    from ({ranges}) as ranges order by number limit %(limit)s
)
select f.number, f.contract_id, f.party_id, p.party_kind, p.name, f.institution_code, d.dpd, d.bucket
from found f
join portfolio_party p on p.bank_id = %(bank)s and p.party_id = f.party_id
left join lateral (
    select n.dpd, n.bucket from portfolio_note_register r
    join portfolio_desk_note n on n.bank_id = r.bank_id and n.note_id = r.note_id
    where r.bank_id = %(bank)s and r.contract_id = f.contract_id and ({every} or r.note_id = f.number)
      and (%(whole)s or n.institution_code = any(%(codes)s))
    order by n.dpd desc limit 1
) d on true
order by f.number
"""
_RANGE = """
(select distinct on ({column} collate "C") {column} collate "C" as number, contract_id, party_id, institution_code
from portfolio_note_register
where bank_id = %(bank)s and {column} collate "C" >= %(from{n})s and {column} collate "C" < %(to{n})s
  and (%(whole)s or institution_code = any(%(codes)s))
order by {column} collate "C" limit %(limit)s)
"""
_FORMER_RANGE = """
(select r.note_id collate "C" as number, r.contract_id, r.party_id, r.institution_code
from portfolio_renumbering f
join portfolio_note_register r on r.bank_id = f.bank_id and r.note_id = f.now_key
where f.bank_id = %(bank)s and f.kind = 'note' and f.old_key collate "C" >= %(from{n})s
  and f.old_key collate "C" < %(to{n})s and (%(whole)s or r.institution_code = any(%(codes)s))
order by f.old_key collate "C" limit %(limit)s)
"""


def numbered_sql(kind: str, spellings: int) -> str:
    """Return the statement that finds contracts or notes by the beginning of their number."""
    ranges = " union ".join(_RANGE.format(column=f"{kind}_id", n=n) for n in range(spellings))
    if kind == "note":
        ranges += "".join(f" union {_FORMER_RANGE.format(n=n)}" for n in range(spellings))
    return _NUMBERED.format(ranges=ranges, every="true" if kind == "contract" else "false")


def _numbered(
    bank_id: int, vault: Vault, kind: str, query: str, limit: int, scope: Scope
) -> tuple[list[SearchHit], bool]:
    spellings = number_spellings(query)
    if not spellings:
        return [], False
    values: dict[str, Any] = {"bank": bank_id, "whole": scope.whole, "codes": scope.codes, "limit": limit + 1}
    for n, spelling in enumerate(spellings):
        values[f"from{n}"], values[f"to{n}"] = beginning_range(spelling)
    with connection.cursor() as cursor:
        cursor.execute(numbered_sql(kind, len(spellings)), values)
        rows = cursor.fetchall()
    hits = [
        SearchHit(
            kind,
            party_id,
            name_mask(party_kind, vault.open(name, Place(_PARTY_TABLE, "name", party_id))),
            party_kind,
            contract_id,
            number if kind == "note" else None,
            kind,
            institution,
            dpd,
            bucket,
        )
        for number, contract_id, party_id, party_kind, name, institution, dpd, bucket in rows[:limit]
    ]
    return hits, len(rows) > limit
