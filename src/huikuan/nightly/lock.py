"""One night at a time for each bank: an advisory lock of the database session.

It is held for the whole catch-up, on the connection of this process, and vanishes with it: a killed night leaves no
lock behind. The same lock tells a reader whether a run that is entered as running is alive. Who holds it and since when
stands in the name of that connection (``application_name``), so that this vanishes with it too.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db import connection

from huikuan.kernel.facts import Who
from huikuan.nightly.errors import NightBusyError

LOCK_CLASS: Final = 0x6E69  # "ni"; the second key is the bank
WAIT_SECONDS: Final = 3.0  # the server needs a moment to notice that a killed process is gone
_POLL_SECONDS: Final = 0.05
_HELD_BY: Final = (
    "select pid from pg_locks where locktype = 'advisory' and granted and objsubid = 2 and classid = %s and objid = %s "
    "and database = (select oid from pg_database where datname = current_database())"
)
_NAMED: Final = "night "  # of the connection: this, who, a blank, seconds since 1970
_REF_LENGTH_MAX: Final = 36  # PostgreSQL cuts the name of a connection at 63 bytes


@dataclass(frozen=True, slots=True)
class LockHolder:
    """Who runs a night, and since when (UTC)."""

    by: Who
    since: datetime


@contextmanager
def night_lock(bank_id: int, bank_code: str, by: Who) -> Iterator[None]:
    """Hold the bank's lock; raises NightBusyError, which names the holder, if another process keeps it longer than
    WAIT_SECONDS.
    """
    until = time.monotonic() + WAIT_SECONDS
    while not _ask("select pg_try_advisory_lock(%s, %s)", bank_id):
        if time.monotonic() > until:
            holder = lock_holder(bank_id)
            if holder is None:
                raise NightBusyError(bank_code)
            raise NightBusyError(bank_code, f"{holder.by.kind} {holder.by.ref}", holder.since)
        time.sleep(_POLL_SECONDS)
    former = _named(f"{_NAMED}{by.kind}:{by.ref[:_REF_LENGTH_MAX].replace(' ', '_')} {int(time.time())}")
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            _named(former)
            _ask("select pg_advisory_unlock(%s, %s)", bank_id)


def lock_holder(bank_id: int) -> LockHolder | None:
    """Return who holds the bank's lock; None where nobody does, or whoever does has not said yet who it is."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select application_name from pg_stat_activity where pid in ({_HELD_BY})",  # noqa: S608
            [LOCK_CLASS, bank_id],
        )
        row = cursor.fetchone()
    parts = (row[0] or "").removeprefix(_NAMED).split(" ") if row else []
    if len(parts) != 2 or ":" not in parts[0] or not parts[1].isdecimal():
        return None
    kind, _, ref = parts[0].partition(":")
    return LockHolder(Who(kind, ref), datetime.fromtimestamp(int(parts[1]), UTC))


def night_is_locked(bank_id: int) -> bool:
    """Tell whether some process is running a night of this bank now."""
    return _ask(f"select exists ({_HELD_BY})", bank_id)


def _named(name: str) -> str:
    """Give this connection a name; return the former one."""
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('application_name'), set_config('application_name', %s, false)", [name])
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _ask(statement: str, bank_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [LOCK_CLASS, bank_id])
        row = cursor.fetchone()
    return bool(row and row[0])
