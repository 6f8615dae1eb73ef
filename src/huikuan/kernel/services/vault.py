"""New keys and the rotation of ciphertexts to the newest key and suite."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import connection
from psycopg import sql

from huikuan.kernel.crypto import SUITES, Vault, ciphertext_header, ring_with_new_key, ring_without_key, ring_write
from huikuan.kernel.errors import ConflictError
from huikuan.kernel.events import VaultKeyAdded, VaultKeyRetired, VaultRotated
from huikuan.kernel.facts import Who
from huikuan.kernel.models import Bank
from huikuan.kernel.services.record import record
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.vault import VaultColumn, key_ring, key_ring_ensure, vault_columns, vault_of

ROTATE_BATCH_ROWS: Final = 2_000

RowKey = int | str


class KeyRingInEnvironmentError(ConflictError):
    """The ring comes from HUIKUAN_KEYS and cannot be written by a command."""

    code = "kernel.key_ring_in_environment"

    def __init__(self) -> None:
        super().__init__(
            "The key ring comes from the variable HUIKUAN_KEYS, which a command cannot change. "
            "Add the key where the variable is kept (a JSON text as in the documentation of the vault)."
        )


class KeyInUseError(ConflictError):
    """Ciphertexts of the key are left."""

    code = "kernel.key_in_use"

    def __init__(self, key_id: str, rows: int, where: str) -> None:
        super().__init__(
            f"The key {key_id} still seals {rows} values of {where}; without it they are lost. "
            "Run `huikuan vault rotate` for all banks, then retire the key."
        )


@dataclass(frozen=True, slots=True)
class ColumnRotated:
    """What a rotation did to one column of one bank."""

    column: VaultColumn
    rows: int


def vault_key_add(*, by: Who, at: datetime) -> str:
    """Add a key for all new ciphertexts and return its id; makes the ring of a new installation.

    The file is written before the events: without the file the key does not exist.
    """
    if os.environ.get("HUIKUAN_KEYS", ""):
        raise KeyRingInEnvironmentError()
    if not key_ring_ensure():
        ring_write(ring_with_new_key(key_ring(), at=at), settings.KEYS_FILE)
    key_id = key_ring().primary
    for bank_id in Bank.objects.order_by("id").values_list("id", flat=True):
        with bank_scope(bank_id):
            record(
                bank_id=bank_id, subject_kind="vault", subject_id="keys", payload=VaultKeyAdded(key_id), by=by, at=at
            )
    return key_id


def vault_key_retire(*, key_id: str, by: Who, at: datetime) -> None:
    """Take an old key out of the ring, if no ciphertext of any bank is made with it.

    Raises KeyInUseError, or KeyRingError for an unknown key and for that of new ciphertexts. No night may be running:
    a process that has begun with the old ring could still seal with the key. Backups of the database from
    before the rotation need a copy of the old ring.
    """
    if os.environ.get("HUIKUAN_KEYS", ""):
        raise KeyRingInEnvironmentError()
    kept = ring_without_key(key_ring(), key_id)
    banks = list(Bank.objects.order_by("id"))
    for bank in banks:
        for column in vault_columns():
            with bank_scope(bank.id):
                rows = _sealed_with(column, key_id)
            if rows:
                raise KeyInUseError(key_id, rows, f"{column.table}.{column.column} of the bank {bank.code}")
    ring_write(kept, settings.KEYS_FILE)
    for bank in banks:
        with bank_scope(bank.id):
            record(
                bank_id=bank.id, subject_kind="vault", subject_id="keys", payload=VaultKeyRetired(key_id), by=by, at=at
            )


def _sealed_with(column: VaultColumn, key_id: str) -> int:
    """Return the number of ciphertexts of the open bank that name a key, in either suite."""
    headers = [ciphertext_header(suite, key_id) for suite in SUITES]
    count = sql.SQL("select count(*) from {table} where substring({value} from 1 for %s) = any(%s::bytea[])").format(
        table=sql.Identifier(column.table), value=sql.Identifier(column.column)
    )
    with connection.cursor() as cursor:
        cursor.execute(count, [len(headers[0]), headers])
        row = cursor.fetchone()
    return 0 if row is None else int(row[0])


def vault_rotate(
    *, bank_id: int, by: Who, at: datetime, progress: Callable[[VaultColumn, int], None] | None = None
) -> list[ColumnRotated]:
    """Seal every ciphertext of the bank that does not have the newest key and suite anew.

    Works in batches of ROTATE_BATCH_ROWS, one transaction and one event each; stopped and started again it goes on
    with what is left. ``progress`` is told the rows done so far. Raises CiphertextError at the first bad row.
    """
    vault = vault_of(bank_id)
    result = []
    for column in vault_columns():
        done, last = 0, None
        while True:
            with bank_scope(bank_id):
                keys = _rotate_batch(vault, column, last)
                if keys:
                    payload = VaultRotated(column.table, column.column, len(keys), key_ring().primary, settings.CIPHER)
                    record(
                        bank_id=bank_id, subject_kind="vault", subject_id=column.table, payload=payload, by=by, at=at
                    )
            done += len(keys)
            if progress is not None and keys:
                progress(column, done)
            if len(keys) < ROTATE_BATCH_ROWS:
                break
            last = keys[-1]
        result.append(ColumnRotated(column, done))
    return result


def _rotate_batch(vault: Vault, column: VaultColumn, last: RowKey | None) -> list[RowKey]:
    """Rotate up to one batch of rows after ``last`` inside the open bank scope and return their keys in order."""
    names = {
        "table": sql.Identifier(column.table),
        "value": sql.Identifier(column.column),
        "key": sql.Identifier(column.row_key),
    }
    after = sql.SQL("") if last is None else sql.SQL("and {key} > {last}").format(last=sql.Literal(last), **names)
    select = sql.SQL(
        "select {key}, {value} from {table} where {value} is not null "
        "and substring({value} from 1 for %s) <> %s {after} order by {key} limit %s for update"
    ).format(after=after, **names)
    header = vault.header
    with connection.cursor() as cursor:
        cursor.execute(select, [len(header), header, ROTATE_BATCH_ROWS])
        found: list[tuple[RowKey, memoryview]] = cursor.fetchall()
        if not found:
            return []
        keys = [key for key, _ in found]
        sealed = [vault.seal(vault.open(value, column.place(key)), column.place(key)) for key, value in found]
        update = sql.SQL(
            "update {table} t set {value} = d.v from unnest(%s::{kind}[], %s::bytea[]) as d (k, v) where t.{key} = d.k"
        ).format(kind=sql.SQL("bigint" if isinstance(keys[0], int) else "text"), **names)
        cursor.execute(update, [keys, sealed])
    return keys
