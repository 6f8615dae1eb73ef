"""The register of former keys, and what the desk and the vault keep under a key: both follow the keys of the night.

Rows that the night itself writes anew come under the new keys by themselves; what people wrote (tags, declarations,
decisions on conflicts, explanations) and what is sealed under a key is moved here. Evidence stays as it was written: a
reader of events asks for the former keys too.
"""

# ruff: noqa: S608 - names of tables and columns are constants of this module

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection

from huikuan.kernel.vault import Place, vault_of
from huikuan.portfolio.models import Party, RepaymentAccount

Former = Sequence[tuple[str, str, str]]  # kind, former key, present key
COLUMNS: Final = ("kind", "old_key", "new_key", "effective_on", "now_key")
# Table, column, kind, and the columns by which a row under the present key would be the same one: it stays then.
_DESK: Final = (("portfolio_desk_note", "note_id", "note", ()),)  # its tags go with it, by their foreign key
_VAULT: Final = (
    ("portfolio_contact_point", "party_id", "party", None),
    ("portfolio_party_statement", "party_id", "party", None),
    ("portfolio_conflict", "party_id", "party", ("field",)),
    ("portfolio_finding", "party_id", "party", ("code", "value_index")),
)
_SEALED: Final = (
    (Party, "party", "party_id", ("name", "identity")),
    (RepaymentAccount, "note", "note_id", ("account_number",)),
)
_TAGS: Final = (  # of a note that is on the desk under both keys
    "insert into portfolio_note_tag (bank_id, note_id, tag_id) select t.bank_id, m.now_key, t.tag_id "
    "from portfolio_note_tag as t join renumbering_in as m on m.kind = 'note' and m.old_key = t.note_id "
    "join portfolio_desk_note as d on d.bank_id = t.bank_id and d.note_id = m.now_key "
    "where t.bank_id = %s on conflict do nothing"
)
_UNFOUND: Final = (  # the former row stays sealed as it was, and nobody is found by it or compared with it
    "update portfolio_party as p set identity_index = '', person_index = '', fingerprint = '' "
    "from renumbering_in as m where p.bank_id = %(bank)s and m.kind = 'party' and m.old_key = p.party_id"
)
_MOVED: Final = """(
    select p.id, least(k.one, k.two) as party_a, greatest(k.one, k.two) as party_b, k.one <> k.two as is_pair
    from portfolio_duplicate as p
    left join renumbering_in as a on a.kind = 'party' and a.old_key = p.party_a
    left join renumbering_in as b on b.kind = 'party' and b.old_key = p.party_b
    cross join lateral (
        select coalesce(a.now_key, p.party_a) collate "C" as one, coalesce(b.now_key, p.party_b) collate "C" as two
    ) as k
    where p.bank_id = %(bank)s and (a.now_key is not null or b.now_key is not null)
)"""
_DECISION: Final = ("decision", "decided_evidence", "decided_reason", "decided_by", "decided_at")
# Proposals follow their keys; of those that are one now the merged one, else the oldest. One that was there already
# takes the decision over, and what is left behind under former keys is of no effect.
_PAIRS: Final = (
    "update portfolio_duplicate as d set party_a = f.party_a, party_b = f.party_b from ("
    "select distinct on (m.party_a, m.party_b) m.id, m.party_a, m.party_b "
    f"from {_MOVED} as m join portfolio_duplicate as p on p.bank_id = %(bank)s and p.id = m.id where m.is_pair and not "
    "exists (select 1 from portfolio_duplicate as o where o.bank_id = %(bank)s and o.party_a = m.party_a "
    "and o.party_b = m.party_b) order by m.party_a, m.party_b, p.decision <> 'merged', m.id"
    ") as f where d.bank_id = %(bank)s and d.id = f.id",
    f"update portfolio_duplicate as t set {', '.join(f'{name} = p.{name}' for name in _DECISION)} "
    f"from {_MOVED} as m join portfolio_duplicate as p on p.bank_id = %(bank)s and p.id = m.id "
    "where t.bank_id = %(bank)s and t.party_a = m.party_a and t.party_b = m.party_b and m.is_pair "
    "and p.decision = 'merged' and t.decision <> 'merged'",
    f"update portfolio_duplicate as d set decision = '' from {_MOVED} as m "
    "where d.bank_id = %(bank)s and d.id = m.id and d.decision = 'merged'",
)
_BATCH: Final = 1_000
_COPY: Final = "copy renumbering_in (kind, old_key, new_key, effective_on, now_key) from stdin"
_TEMP: Final = (
    "create temp table renumbering_in on commit drop as select kind, old_key, new_key, effective_on, now_key "
    "from portfolio_renumbering with no data"
)


def renumberings_write(*, bank_id: int, rows: Sequence[tuple[Any, ...]]) -> int:
    """Make ``rows`` (COLUMNS) the register of the bank and move desk notes and tags; return how many rows differ.

    Runs in the open ``bank_scope``, inside the transaction that publishes a night and before its rows are written.
    """
    with connection.cursor() as cursor:
        _staged(cursor, rows)
        cursor.execute(
            "delete from portfolio_renumbering as t where t.bank_id = %s and not exists "
            "(select 1 from renumbering_in as s where s.kind = t.kind and s.old_key = t.old_key)",
            [bank_id],
        )
        changed = int(cursor.rowcount)
        cursor.execute(
            "insert into portfolio_renumbering as t (bank_id, kind, old_key, new_key, effective_on, now_key) "
            "select %s, kind, old_key, new_key, effective_on, now_key from renumbering_in "
            "on conflict (bank_id, kind, old_key) do update set new_key = excluded.new_key, "
            "effective_on = excluded.effective_on, now_key = excluded.now_key "
            "where (t.new_key, t.effective_on, t.now_key) is distinct from "
            "(excluded.new_key, excluded.effective_on, excluded.now_key)",
            [bank_id],
        )
        changed += int(cursor.rowcount)
        if changed:
            _keys_move(cursor, bank_id, _DESK)
            cursor.execute(_TAGS, [bank_id])
        cursor.execute("drop table renumbering_in")
    return changed


def vault_renumber(*, bank_id: int, former: Former, at: datetime) -> None:
    """Move what the vault and the queues of findings keep to present keys, and seal anew what is sealed under a key.

    Runs in the transaction of *ingest*, before the rows of the delivery are written under the new keys.
    """
    with connection.cursor() as cursor:
        _staged(cursor, [(kind, old, now, at.date(), now) for kind, old, now in former])
        for model, kind, key, sealed in _SEALED:
            _reseal(cursor, bank_id, model, kind, key, sealed)
        cursor.execute(_UNFOUND, {"bank": bank_id})
        _keys_move(cursor, bank_id, _VAULT)
        for statement in _PAIRS:
            cursor.execute(statement, {"bank": bank_id})
        cursor.execute(
            "insert into portfolio_search_token (bank_id, token, party_id, kind) "
            "select t.bank_id, t.token, m.now_key, t.kind from portfolio_search_token as t "
            "join renumbering_in as m on m.kind = 'party' and m.old_key = t.party_id "
            "where t.bank_id = %s on conflict do nothing",
            [bank_id],
        )
        cursor.execute("drop table renumbering_in")


def _keys_move(cursor: Any, bank_id: int, moved: Sequence[tuple[str, str, str, tuple[str, ...] | None]]) -> None:
    """Give rows of the desk the key that `renumbering_in` has for theirs.

    Of rows that would be the same one under the present key the one that is there stays, else the first is moved.
    """
    for table, column, kind, same in moved:
        source = f"{table} as r join renumbering_in as m on m.kind = '{kind}' and m.old_key = r.{column} "
        source += "and m.now_key <> '' where r.bank_id = %(bank)s"
        place = "m.old_key"
        if same is not None:
            equal = "".join(f" and o.{name} = r.{name}" for name in same)
            source += f" and not exists (select 1 from {table} as o where o.bank_id = r.bank_id "
            source += f"and o.{column} = m.now_key{equal})"
            names = "".join(f", r.{name}" for name in same)
            source = f"(select distinct on (m.now_key{names}) r.ctid as place, m.now_key from {source} "
            source += f"order by m.now_key{names}, {place}) as f"
        else:
            source = f"(select r.ctid as place, m.now_key from {source}) as f"
        cursor.execute(
            f"update {table} as t set {column} = f.now_key from {source} where t.ctid = f.place", {"bank": bank_id}
        )


def _staged(cursor: Any, rows: Sequence[tuple[Any, ...]]) -> None:
    cursor.execute(_TEMP)
    with cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(row)


def _reseal(cursor: Any, bank_id: int, model: Any, kind: str, key: str, sealed: tuple[str, ...]) -> None:
    """Seal rows of a former key under the present one, where there is none yet; the former row stays as it was."""
    vault, table = vault_of(bank_id), model._meta.db_table
    cursor.execute(
        f"select distinct on (m.now_key) m.now_key, t.{key} from {table} as t join renumbering_in as m "
        f"on m.kind = %s and m.old_key = t.{key} where t.bank_id = %s and not exists (select 1 from {table} as o "
        f"where o.bank_id = t.bank_id and o.{key} = m.now_key) order by m.now_key, t.{key}",
        [kind, bank_id],
    )
    found = cursor.fetchall()
    for first in range(0, len(found), _BATCH):
        now_by_old = {old: now for now, old in found[first : first + _BATCH]}
        rows = list(model.objects.filter(**{"bank_id": bank_id, f"{key}__in": list(now_by_old)}))
        for row in rows:
            old = getattr(row, key)
            for name in sealed:
                if (value := getattr(row, name)) is not None:
                    clear = vault.open(value, Place(table, name, old))
                    setattr(row, name, vault.seal(clear, Place(table, name, now_by_old[old])))
            setattr(row, key, now_by_old[old])
        model.objects.bulk_create(rows)
