"""One night at a time for each bank: an advisory lock of the database session.

It is held for the whole catch-up, on the connection of this process, and vanishes with it: a killed night leaves no
lock behind. The same lock tells a reader whether a run that is entered as running is alive.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

from huikuan.nightly.errors import NightBusyError

LOCK_CLASS: Final = 0x6E69  # "ni"; the second key is the bank
WAIT_SECONDS: Final = 3.0  # the server needs a moment to notice that a killed process is gone
_POLL_SECONDS: Final = 0.05


@contextmanager
def night_lock(bank_id: int, bank_code: str) -> Iterator[None]:
    """Hold the bank's lock; raises NightBusyError if another process keeps it longer than WAIT_SECONDS."""
    until = time.monotonic() + WAIT_SECONDS
    while not _ask("select pg_try_advisory_lock(%s, %s)", bank_id):
        if time.monotonic() > until:
            raise NightBusyError(bank_code)
        time.sleep(_POLL_SECONDS)
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            _ask("select pg_advisory_unlock(%s, %s)", bank_id)


def night_is_locked(bank_id: int) -> bool:
    """Tell whether some process is running a night of this bank now."""
    return _ask(
        "select exists (select 1 from pg_locks where locktype = 'advisory' and granted and objsubid = 2 "
        "and classid = %s and objid = %s "
        "and database = (select oid from pg_database where datname = current_database()))",
        bank_id,
    )


def _ask(statement: str, bank_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [LOCK_CLASS, bank_id])
        row = cursor.fetchone()
    return bool(row and row[0])
