"""Opening a night: which files it may read, and the connection that can open these and nothing else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import duckdb

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.delivery import delivery_place
from huikuan.nightly.facts import BankFact, RunFact
from huikuan.nightly.night import Night
from huikuan.nightly.stages.migrate import roll_start
from huikuan.portfolio.book_tables import (
    ALL_TABLES,
    DIFFERENCE,
    EVENT_SCHEDULE,
    NOTE,
    NOTE_CLASS,
    NOTE_STATE,
    OPEN_INSTALMENT,
    SCHEDULE,
)
from huikuan.portfolio.errors import LakeFileMissingError
from huikuan.portfolio.lake import Lake
from huikuan.portfolio.lake_tables import current_tables, feed_tables, full_tables
from huikuan.portfolio.selectors.lake import NamedFile, lake_files, lake_in_force, lake_latest

_ONE_DAY = timedelta(days=1)
_SCRATCH = "_scratch"
SMALL_BOOK_NOTES = 50_000
HISTORY: Final = (
    SCHEDULE.name,
    EVENT_SCHEDULE.name,
    *(feed_tables()[feed].name for feed in ("repayment", "loan_event", "renumbering")),
)
"""Tables of which a night reads the files of all nights."""


@dataclass(frozen=True, slots=True)
class NightPlaces:
    """Folders of the night: the lake's root and the inbox."""

    lake: Path
    inbox: Path

    @classmethod
    def of(cls, home: Path) -> NightPlaces:
        """Return the folders of an installation."""
        return cls(home / "lake", home / "inbox")


@dataclass(frozen=True, slots=True)
class CorrectionFiles:
    """The first corrected date, and the files that the correction has made so far; they are not published yet.

    ``former`` are files of the run whose place is taken, which may be read besides.
    """

    first: date
    files: tuple[NamedFile, ...]
    former: tuple[NamedFile, ...] = ()


@contextmanager
def night_open(
    bank: BankFact,
    run: RunFact,
    places: NightPlaces,
    *,
    correction: CorrectionFiles | None = None,
    desk_on: date | None = date.max,
) -> Iterator[Night]:
    """Open the connection that sees the named files of the night and a scratch folder that vanishes with it.

    A night of a ``correction`` sees the book as it was before the first corrected date, and what the correction itself
    has made since. The classes of the nights after ``desk_on`` can be read too, None: of all nights.
    """
    lake = Lake(places.lake, bank.code)
    roll_from = roll_start(run.business_date)
    with bank_scope(bank.id):
        if correction is None:
            named = named_files(bank, run.business_date, roll_from, desk_on=desk_on)
        else:
            before = named_files(bank, run.business_date, roll_from, first=correction.first)
            named = lake_latest([*before, *correction.files])
    named_files_check(lake, named)
    delivery = delivery_place(places.inbox, bank.code, run.business_date)
    scratch = scratch_of(places, bank, run)
    con = lake_connect(
        lake,
        named=[file.path for file in (*named, *(correction.former if correction else ()))],
        runs=[(run.business_date, run.run_id)],
        folders=[delivery.folder, scratch],
        scratch=scratch,
        threads=1 if book_is_small(named) else os.cpu_count() or 1,
    )
    paths = {(file.table, file.business_date): file.path for file in named}
    try:
        yield Night(
            bank=bank,
            business_date=run.business_date,
            run_id=run.run_id,
            lake=lake,
            con=con,
            scratch=scratch,
            delivery=delivery,
            roll_from=roll_from if (NOTE_CLASS.name, roll_from) in paths else None,
            named=paths,
        )
    finally:
        con.close()
        shutil.rmtree(scratch, ignore_errors=True)


def lake_connect(
    lake: Lake,
    *,
    named: Sequence[str],
    runs: Sequence[tuple[date, UUID]],
    folders: Sequence[Path],
    scratch: Path,
    threads: int,
) -> duckdb.DuckDBPyConnection:
    """Open the connection of nights: it reads these named files and folders, and writes what these runs make."""
    scratch.mkdir(parents=True, exist_ok=True)
    tables = (*feed_tables().values(), *ALL_TABLES)
    return lake.connect(
        reads=named,
        writes=[lake.file_path(table.name, on, run_id) for on, run_id in runs for table in tables],
        folders=folders,
        threads=threads,
        memory=_memory(),
        spill=scratch,
    )


def scratch_of(places: NightPlaces, bank: BankFact, run: RunFact) -> Path:
    """Return the scratch folder of a connection that is opened for a run."""
    return places.lake / bank.code / _SCRATCH / str(run.run_id)


def named_files_check(lake: Lake, named: Sequence[NamedFile]) -> None:
    """Raise LakeFileMissingError for a named file that does not lie where its row says."""
    for file in named:
        if not lake.absolute(file.path).is_file():
            raise LakeFileMissingError(file.path)


def book_is_small(named: Sequence[NamedFile]) -> bool:
    """Tell whether one thread serves the book best: a second one costs more in waiting than it brings."""
    notes = [file.rows for file in named if file.table == NOTE.name]
    return bool(notes) and notes_are_few(max(notes))


def notes_are_few(notes: int) -> bool:
    """Tell whether a book of that many notes is a small one."""
    return notes < SMALL_BOOK_NOTES


def _memory() -> str:
    """Half of the machine's memory for DuckDB; the rest is for PostgreSQL, Python and the files' pages."""
    return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') // 2**21}MiB"


def named_files(
    bank: BankFact,
    business_date: date,
    roll_from: date,
    *,
    first: date = date.max,
    desk_on: date | None = date.max,
) -> list[NamedFile]:
    """Return what a night may read: yesterday's close, schedules, repayments and events of all nights, the last
    month-end, all renumberings, what is in force of the feeds that need not come every day or not as a whole, its own.
    Only those of dates before ``first``. Also the classes of the nights after ``desk_on``, at which the desk stands.
    """
    yesterday = (NOTE.name, NOTE_STATE.name, OPEN_INSTALMENT.name, DIFFERENCE.name)
    lasting = (*current_tables(), *full_tables())
    in_force = lake_in_force(bank_id=bank.id, tables=lasting, until=min(business_date, first) - _ONE_DAY)
    classes = (
        [
            file
            for file in lake_files(bank_id=bank.id, tables=(NOTE_CLASS.name,), until=business_date - _ONE_DAY)
            if desk_on is None or file.business_date > desk_on
        ]
        if desk_on != date.max
        else []
    )
    found = lake_latest(
        [
            *in_force.values(),
            *lake_files(bank_id=bank.id, tables=yesterday, on=business_date - _ONE_DAY),
            *lake_files(bank_id=bank.id, tables=HISTORY, until=business_date - _ONE_DAY),
            *lake_files(bank_id=bank.id, tables=(NOTE_CLASS.name,), on=roll_from),
            *lake_files(bank_id=bank.id, on=business_date),
            *classes,
        ]
    )
    return [file for file in found if file.business_date < first]
