"""The writers of conflicts: the night finds sources that contradict each other, a person decides which value counts.

Two sources contradict each other when they have no value of a field in common: a customer may have two telephones, but
the card system and the core should know one of them alike. All is compared by blind indexes; nothing is decrypted, and
no source is changed.
"""

# ruff: noqa: S608 - names in the SQL are constants of this module

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import duckdb
from django.db import connection

from huikuan.evidence.services.append import event_append
from huikuan.kernel.errors import InputInvalidError, NotFoundError
from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_required
from huikuan.portfolio.errors import ConflictChangedError
from huikuan.portfolio.events import ConflictDecided, ConflictsChanged, PartyRevealed
from huikuan.portfolio.intake.check import CheckedDelivery
from huikuan.portfolio.intake.findings import places
from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.models import Conflict, ConflictDecision, Load, PartyStatement
from huikuan.portfolio.selectors.conflicts import conflict_find, values_clear, values_of
from huikuan.portfolio.selectors.party import party_find
from huikuan.portfolio.services.findings import reason_checked
from huikuan.portfolio.services.party import RevealReason, note_checked
from huikuan.portfolio.services.rows import rows_copy

KEYS: Final = {"party": "party_id", "contact_point": "contact_id", "party_statement": "statement_id"}
"""The feeds that are compared, with the column of their key."""

_STATED = """
create temp table stated on commit drop as
with asked as (
    select distinct party_id from portfolio_party_statement where bank_id = %(bank)s and ended_on is null
)
select p.party_id, 'identity_number' as field, 'party' as feed, '' as system, p.party_id as key,
    p.identity_index as value, p.changed_on
from portfolio_party p join asked using (party_id) where p.bank_id = %(bank)s and p.identity_index <> ''
union all
select c.party_id, case when c.kind = 'address' then 'address' else 'phone' end, 'contact_point', '', c.contact_id,
    c.value_index, c.changed_on
from portfolio_contact_point c join asked using (party_id)
where c.bank_id = %(bank)s and c.ended_on is null and c.kind in ('mobile', 'phone', 'address') and c.value_index <> ''
union all
select party_id, field, 'party_statement', system, statement_id, value_index, changed_on
from portfolio_party_statement where bank_id = %(bank)s and ended_on is null
"""
# Every pair of sources of a field, less the pairs that have a value in common.
_FOUND = """
create temp table conflict_found on commit drop as
with side as (select distinct party_id, field, feed, system from stated),
apart as (
    select a.party_id, a.field, a.feed, a.system, b.feed, b.system
    from side a join side b on a.party_id = b.party_id and a.field = b.field and (a.feed, a.system) < (b.feed, b.system)
    except
    select a.party_id, a.field, a.feed, a.system, b.feed, b.system
    from stated a join stated b on a.party_id = b.party_id and a.field = b.field and a.value = b.value
        and (a.feed, a.system) < (b.feed, b.system)
)
select s.party_id, s.field,
    md5(string_agg(distinct s.feed || ':' || s.system || '=' || s.value, ','
        order by s.feed || ':' || s.system || '=' || s.value)) as values_hash,
    jsonb_agg(jsonb_build_object('feed', s.feed, 'system', s.system, 'key', s.key, 'value_index', s.value,
        'day', s.changed_on) order by s.feed, s.system, s.key) as sources
from stated s join (select distinct party_id, field from apart) a using (party_id, field)
group by s.party_id, s.field
"""
_CLOSE = """
update portfolio_conflict as c set closed_on = %(on)s where bank_id = %(bank)s and closed_on is null
and not exists (select from conflict_found f where f.party_id = c.party_id and f.field = c.field)
"""
_CHANGED = """
select f.party_id, f.field, f.values_hash, f.sources from conflict_found f
left join portfolio_conflict c on c.bank_id = %(bank)s and c.party_id = f.party_id and c.field = f.field
where c.id is null or c.closed_on is not null or c.values_hash <> f.values_hash order by f.party_id, f.field
"""
_WRITE = """
insert into portfolio_conflict (bank_id, party_id, field, values_hash, sources, first_seen_on, changed_on)
select %(bank)s, party_id, field, values_hash, sources, %(on)s, %(on)s from conflict_new order by party_id, field
on conflict (bank_id, party_id, field) do update set values_hash = excluded.values_hash, sources = excluded.sources,
    changed_on = excluded.changed_on, closed_on = null, decision_id = (
        select max(d.id) from portfolio_conflict_decision d where d.bank_id = excluded.bank_id
        and d.conflict_id = portfolio_conflict.id and d.values_hash = excluded.values_hash)
"""


def conflicts_write(
    *,
    bank_id: int,
    checked: CheckedDelivery,
    con: duckdb.DuckDBPyConnection,
    known_at: datetime,
    by: Who,
    skip: Collection[str] = (),
) -> None:
    """Write contradictions that are new or other than before, close what agrees, append an event if anything changed.

    Inside the transaction of *ingest*, after the vaults. ``skip`` are feeds whose later rows are known already: then
    nothing is compared. A decision counts again when exactly the values that it was taken on come back.
    """
    bank_required(bank_id, "Writing conflicts")
    if set(KEYS) & set(skip) or not set(KEYS) & set(checked.feeds) or not _comparable(bank_id):
        return
    values: dict[str, Any] = {"bank": bank_id, "on": checked.business_date}
    with connection.cursor() as cursor:
        cursor.execute(_STATED, values)
        cursor.execute("analyze stated")
        cursor.execute(_FOUND, values)
        cursor.execute(_CLOSE, values)
        closed = int(cursor.rowcount)
        cursor.execute(_CHANGED, values)
        found = [(party, field, hash_, _listed(sources)) for party, field, hash_, sources in cursor.fetchall()]
        if found:
            _placed(bank_id, checked, con, [source for *_, sources in found for source in sources])
            cursor.execute(
                "create temp table conflict_new (party_id text, field text, values_hash text, sources jsonb) "
                "on commit drop"
            )
            rows_copy(cursor, "conflict_new", ((*row, json.dumps(sources)) for *row, sources in found))
            cursor.execute(_WRITE, values)
        cursor.execute("drop table if exists stated, conflict_found, conflict_new")
    if found or closed:
        event_append(
            bank_id=bank_id,
            name="portfolio.conflicts_changed",
            subject_kind="delivery",
            subject_id=checked.business_date.isoformat(),
            payload=ConflictsChanged(len(found), closed),
            actor=by,
            at=known_at,
        )


def _comparable(bank_id: int) -> bool:
    """Tell whether any other system says anything, or did when a conflict was found: without one nothing can differ."""
    said = PartyStatement.objects.filter(bank_id=bank_id, ended_on=None)
    return said.exists() or Conflict.objects.filter(bank_id=bank_id, closed_on=None).exists()


def _listed(sources: Any) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(sources) if isinstance(sources, str) else sources
    return listed


def _placed(
    bank_id: int, checked: CheckedDelivery, con: duckdb.DuckDBPyConnection, sources: list[dict[str, Any]]
) -> None:
    """Add file and line to sources: of today's delivery, else the file of the day on which the value last changed."""
    for feed, key in KEYS.items():
        mine = [source for source in sources if source["feed"] == feed]
        if not mine:
            continue
        today: dict[str, tuple[str, int]] = {}
        if feed in checked.feeds:
            rows_load(con, "asked_key", [Column("key", "VARCHAR")], [(source["key"],) for source in mine])
            found = con.execute(
                f"select c.{key}, p.source_file, p.source_line from checked_{feed} as c "
                f"join ({places(con, feed, checked.feeds[feed].file_name)}) as p on p.line = c.line "
                f"where len(c.reasons) = 0 and c.{key} in (select key from asked_key)"
            ).fetchall()
            today = {row[0]: (row[1], row[2]) for row in found}
        files = _files(bank_id, feed, {source["day"] for source in mine if source["key"] not in today})
        for source in mine:
            if source["key"] in today:
                source["file"], source["line"] = today[source["key"]]
                source["day"] = checked.business_date.isoformat()
            else:
                source["file"], source["line"] = files.get(source["day"], ""), None


def _files(bank_id: int, feed: str, days: Iterable[str]) -> dict[str, str]:
    loads = Load.objects.filter(bank_id=bank_id, feed=feed, business_date__in=[date.fromisoformat(day) for day in days])
    return {row.business_date.isoformat(): row.file_name for row in loads.order_by("known_at")}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose: the place of a value among those shown, from 1; 0: none of them is right."""

    values_hash: str
    value: int


def conflict_decide(
    *, bank_id: int, conflict_id: int, choice: Choice, reason: str, user_id: int, by: Who, at: datetime
) -> None:
    """Enter which of the contradicting values counts, and why. Sources stay as they are.

    Raises NotFoundError, InputInvalidError, and ConflictChangedError when the values are not those that were looked at.
    """
    bank_required(bank_id, "Deciding a conflict")
    text = reason_checked(reason)
    conflict = Conflict.objects.select_for_update().filter(bank_id=bank_id, id=conflict_id).first()
    if conflict is None:
        raise NotFoundError("conflict", conflict_id)
    if conflict.closed_on is not None or conflict.values_hash != choice.values_hash:
        raise ConflictChangedError(conflict_id)
    values = values_of(conflict)
    if not 0 <= choice.value <= len(values):
        raise InputInvalidError("value", choice.value, f"0 (none of them) to {len(values)}")
    index = values[choice.value - 1] if choice.value else ""
    decision = ConflictDecision.objects.create(
        bank_id=bank_id,
        conflict_id=conflict_id,
        values_hash=conflict.values_hash,
        sources=conflict.sources,
        value_index=index,
        reason=text,
        decided_by=user_id,
        decided_at=at,
    )
    Conflict.objects.filter(bank_id=bank_id, id=conflict_id).update(decision_id=decision.id)
    chosen = [source for source in conflict.sources if source["value_index"] == index]
    event_append(
        bank_id=bank_id,
        name="portfolio.conflict_decided",
        subject_kind="conflict",
        subject_id=str(conflict_id),
        payload=ConflictDecided(
            party_id=conflict.party_id,
            field=conflict.field,
            counts=tuple(f"{source['feed']}:{source['key']}" for source in chosen),
            sources=len(conflict.sources),
            reason=text,
        ),
        actor=by,
        at=at,
    )


@dataclass(frozen=True, slots=True)
class ClearValue:
    """One of the contradicting values in clear, by the number under which it is shown."""

    number: int
    value: str


def conflict_reveal(
    *,
    bank_id: int,
    conflict_id: int,
    reason: RevealReason,
    note: str,
    roots: Iterable[int],
    on: date,
    by: Who,
    at: datetime,
) -> list[ClearValue]:
    """Return the values of a conflict in clear and append the event that says who saw what of whom, and why.

    Raises NotFoundError, also where the party may not be seen from ``roots``, and InputInvalidError for the note.
    """
    bank_required(bank_id, "Revealing personal data")
    note_checked(note)
    conflict = conflict_find(bank_id=bank_id, conflict_id=conflict_id)
    party_find(bank_id=bank_id, party_id=conflict.party_id, roots=roots, on=on)
    event_append(
        bank_id=bank_id,
        name="portfolio.party_revealed",
        subject_kind="party",
        subject_id=conflict.party_id,
        payload=PartyRevealed(reason, note, (f"conflict_{conflict.field}",)),
        actor=by,
        at=at,
    )
    clear = values_clear(bank_id, [conflict])
    numbered = enumerate(values_of(conflict), start=1)
    return [ClearValue(number, clear[index]) for number, index in numbered if index in clear]
