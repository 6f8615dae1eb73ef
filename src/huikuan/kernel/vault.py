"""The vault as this process is configured: key ring from the environment, suite from the settings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from huikuan.kernel.crypto import KeyRing, Place, Vault, ring_new, ring_parse, ring_read, ring_write

__all__ = ["Place", "VaultColumn", "key_ring", "key_ring_ensure", "vault_columns", "vault_of"]

_cached: tuple[tuple[str, int], KeyRing] | None = None


def key_ring() -> KeyRing:
    """Return the ring of HUIKUAN_KEYS (JSON text) or of the key file; read again when the file changes."""
    global _cached  # noqa: PLW0603  one ring per process
    text = os.environ.get("HUIKUAN_KEYS", "")
    file = settings.KEYS_FILE
    stamp = (text, 0) if text else (str(file), file.stat().st_mtime_ns if file.exists() else 0)
    if _cached is None or _cached[0] != stamp:
        _cached = (stamp, ring_parse(text) if text else ring_read(file))
    return _cached[1]


def key_ring_ensure() -> bool:
    """Make a key ring file when there is none; return whether one was made.

    Only for a new installation: never call it where a lost ring would be replaced silently.
    """
    if os.environ.get("HUIKUAN_KEYS", "") or settings.KEYS_FILE.exists():
        return False
    ring_write(ring_new(suite=settings.CIPHER, at=timezone.now()), settings.KEYS_FILE)
    return True


def vault_of(bank_id: int) -> Vault:
    """Return the vault of one bank, with the present ring. Make one per request or batch."""
    return Vault(key_ring(), bank_id=bank_id, suite=settings.CIPHER)


@dataclass(frozen=True, slots=True)
class VaultColumn:
    """A column with ciphertexts and the column that names the row (``Place.row``)."""

    table: str
    column: str
    row_key: str

    def place(self, row: object) -> Place:
        """The place of the value of one row."""
        return Place(self.table, self.column, str(row))


_columns: dict[tuple[str, str], VaultColumn] = {}


def vault_column_register(column: VaultColumn) -> None:
    """Remember a column for rotation; ``kernel.fields.SealedField`` does it."""
    _columns[column.table, column.column] = column


def vault_columns() -> Iterator[VaultColumn]:
    """All columns of the vault in a fixed order."""
    return (_columns[key] for key in sorted(_columns))
