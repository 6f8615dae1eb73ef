"""The writers of the vault of contact points, statements of other systems, and repayment accounts.

A row is sealed again when its fingerprint differs; one that the delivery no longer holds gets ``ended_on`` and stays.
"""

# ruff: noqa: S608 - names in the SQL are constants of this module

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb
from django.db import connection

from huikuan.kernel.crypto import Vault
from huikuan.kernel.vault import Place, vault_of
from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.models import ContactPoint, PartyStatement, RepaymentAccount
from huikuan.portfolio.search_token import contact_index, statement_index
from huikuan.portfolio.services.rows import rows_copy, rows_read

_NIGHT_COLUMNS = ("fingerprint", "changed_on", "ended_on", "known_at")


@dataclass(frozen=True, slots=True)
class _SealedFeed:
    """A current feed with one personal field. ``open_columns`` begin with the key, ``indexed`` follows ``personal``."""

    feed: str
    table: str
    open_columns: tuple[str, ...]
    personal: str
    indexed: str = ""
    kind: str = ""  # column that says what the personal value is
    index_of: Callable[[Vault, str, str], str] = contact_index

    @property
    def key(self) -> str:
        """Name of the key."""
        return self.open_columns[0]

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that a delivery writes, without the bank."""
        index = (self.indexed,) if self.indexed else ()
        return (*self.open_columns, self.personal, *index, *_NIGHT_COLUMNS)


_FEEDS = (
    _SealedFeed(
        "contact_point",
        ContactPoint._meta.db_table,
        (
            "contact_id",
            "party_id",
            "kind",
            "label",
            "source",
            "legal_basis",
            "service_address",
            "recorded_on",
        ),
        "value",
        "value_index",
        "kind",
    ),
    _SealedFeed(
        "party_statement",
        PartyStatement._meta.db_table,
        ("statement_id", "party_id", "system", "field", "stated_on"),
        "value",
        "value_index",
        "field",
        statement_index,
    ),
    _SealedFeed("repayment_account", RepaymentAccount._meta.db_table, ("note_id",), "account_number"),
)


def contacts_write(
    *, bank_id: int, business_date: date, known_at: datetime, feeds: Sequence[str], con: duckdb.DuckDBPyConnection
) -> tuple[int, int]:
    """Write contact points and accounts of a delivery, as far as ``feeds`` holds them, inside ``bank_scope(bank_id)``.

    Returns how many contact points and accounts were sealed, new or changed, and how many have ended.

    ``con`` holds the relations of `intake_check`, `feed_tokens` and `carried_rows`; what is carried forward stays.
    """
    vault = vault_of(bank_id)
    changed = ended = 0
    for sealed in _FEEDS:
        if sealed.feed in feeds:
            some_changed, some_ended = _feed_write(vault, sealed, bank_id, business_date, known_at, con)
            changed, ended = changed + some_changed, ended + some_ended
    return changed, ended


def _feed_write(
    vault: Vault,
    sealed: _SealedFeed,
    bank_id: int,
    business_date: date,
    known_at: datetime,
    con: duckdb.DuckDBPyConnection,
) -> tuple[int, int]:
    """Write one feed; return how many rows were sealed and how many have ended."""
    key, table = sealed.key, sealed.table
    seen = (
        f"select {key}, fingerprint from {sealed.feed}_fingerprint "
        f"union all select {key}, cast(null as varchar) from carried_{sealed.feed}"
    )
    with connection.cursor() as cursor:
        cursor.execute("create temp table sealed_seen (key text primary key, fingerprint text) on commit drop")
        rows_copy(cursor, "sealed_seen", rows_read(con, seen))
        cursor.execute(
            f"update {table} as t set ended_on = %s, known_at = %s where t.bank_id = %s and t.ended_on is null "
            f"and not exists (select 1 from sealed_seen as s where s.key = t.{key})",
            [business_date, known_at, bank_id],
        )
        ended = int(cursor.rowcount)
        cursor.execute(
            f"select s.key from sealed_seen as s left join {table} as t on t.bank_id = %s and t.{key} = s.key where "
            "s.fingerprint is not null and (t.fingerprint is distinct from s.fingerprint or t.ended_on is not null)",
            [bank_id],
        )
        wanted = cursor.fetchall()
        if wanted:
            rows_load(con, "sealed_wanted", [Column(key, "VARCHAR")], wanted)
            names = ", ".join(("bank_id", *sealed.columns))
            cursor.execute(f"create temp table sealed_new on commit drop as select {names} from {table} with no data")
            seal = _sealer(vault, sealed)
            rows = (
                (bank_id, *seal(row), row[-1], business_date, None, known_at) for row in rows_read(con, _clear(sealed))
            )
            rows_copy(cursor, "sealed_new", rows)
            assigned = ", ".join(f"{name} = excluded.{name}" for name in sealed.columns if name != key)
            cursor.execute(
                f"insert into {table} ({names}) select {names} from sealed_new "
                f"on conflict (bank_id, {key}) do update set {assigned}"
            )
        cursor.execute("drop table if exists sealed_seen, sealed_new")
    return len(wanted), ended


def _clear(sealed: _SealedFeed) -> str:
    """Return the SELECT of open columns, clear value and fingerprint of the wanted keys."""
    columns = ", ".join(f'a."{name}"' for name in (*sealed.open_columns, sealed.personal))
    key = sealed.key
    return (
        f"select {columns}, f.fingerprint from accepted_{sealed.feed} as a "
        f"join sealed_wanted as w on w.{key} = a.{key} "
        f"join {sealed.feed}_fingerprint as f on f.{key} = a.{key}"
    )


def _sealer(vault: Vault, sealed: _SealedFeed) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    def seal(row: tuple[Any, ...]) -> tuple[Any, ...]:
        *open_values, value, _ = row
        ciphertext = vault.seal(value, Place(sealed.table, sealed.personal, open_values[0]))
        if not sealed.indexed:
            return (*open_values, ciphertext)
        kind = open_values[sealed.open_columns.index(sealed.kind)]
        return (*open_values, ciphertext, sealed.index_of(vault, kind, value))

    return seal
