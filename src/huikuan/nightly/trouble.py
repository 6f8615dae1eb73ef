"""Trouble of the machine while a night runs: a full disk, a lost connection, a clock that was moved back.

Each becomes an error that says what to do. What was committed stays, and the same command goes on from there.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import duckdb
from django.db import InterfaceError, OperationalError, connection

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.errors import NightClockError, NightConnectionError, NightDiskError
from huikuan.nightly.facts import BankFact
from huikuan.portfolio.selectors.lake import lake_known_at

_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_DATABASE_FULL: Final = "53100"
_LOST: Final = ("08", "57P")  # connection exceptions; shut down, crashed, starting
_NO_ROOM_SAID: Final = ("no space left", "file too large", "quota exceeded", "max_temp_directory_size")


@contextmanager
def trouble_named(stage: str) -> Iterator[None]:
    """Turn the errors of a full disk and a lost connection into those that a person understands."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        if _is_full(error):
            raise NightDiskError(stage) from error
        raise
    except (OperationalError, InterfaceError) as error:
        if _state(error) == _DATABASE_FULL:
            raise NightDiskError(stage) from error
        if not _is_lost(error):
            raise
        connection.close()  # the next query opens another one
        raise NightConnectionError(stage) from error


def clock_check(bank: BankFact, now: datetime) -> None:
    """Raise NightClockError if the clock stands before the moment at which the book last changed.

    What is known since when decides which run of a date counts: a run entered with an earlier moment would be hidden
    behind the one that it corrects.
    """
    with bank_scope(bank.id):
        last = lake_known_at(bank_id=bank.id)
    if last is not None and now < last:
        raise NightClockError(now, last)


def _state(error: Exception) -> str | None:
    """Return PostgreSQL's code of an error, None if the server could not send one."""
    code: str | None = getattr(error.__cause__, "sqlstate", None)
    return code


def _is_lost(error: Exception) -> bool:
    code = _state(error)
    return code is None or code.startswith(_LOST)


def _is_full(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    return any(said in str(error).lower() for said in _NO_ROOM_SAID)
