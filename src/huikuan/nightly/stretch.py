"""A stretch of nights that one catch-up runs one after the other over one connection.

Of a small book the rows stay in memory from night to night (`portfolio.lake_memory`): what a night reads of the night
before is what that night has just written, and the history of a table grows by a part a night instead of being read
anew. The connection can open what the nights of the stretch may read and write and their deliveries, and nothing else;
so the runs of a stretch get their ids before the first of them begins. A large book has a connection a night.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import duckdb

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.delivery import DeliveryPlace, delivery_place
from huikuan.nightly.facts import BankFact, RunFact
from huikuan.nightly.night import Night
from huikuan.nightly.opening import (
    HISTORY,
    NightPlaces,
    book_is_small,
    lake_connect,
    named_files,
    named_files_check,
    night_open,
    notes_are_few,
    scratch_of,
)
from huikuan.nightly.stages.migrate import roll_start
from huikuan.portfolio.book_tables import NOTE, NOTE_CLASS
from huikuan.portfolio.lake import Lake
from huikuan.portfolio.lake_memory import LakeMemory
from huikuan.portfolio.lake_tables import current_tables, full_tables
from huikuan.portfolio.selectors.lake import NamedFile

NIGHTS_MAX: Final = 100
"""Of one connection: then another one takes its place, so that neither its list of files nor its memory grows on."""
HISTORY_ROWS_MAX: Final = 4_000_000
"""Of schedules, repayments and events together, that stay in memory: some 300 MiB."""
_ONE_DAY: Final = timedelta(days=1)

Named = dict[tuple[str, date], str]


@dataclass(slots=True)
class _Open:
    """What the nights share while the connection is open."""

    con: duckdb.DuckDBPyConnection
    memory: LakeMemory
    scratch: Path
    named: Named
    last: date  # the last night of the connection
    folders: frozenset[Path]
    history_rows: int
    night: date | None = None  # the night that ``named`` stands after


@dataclass(slots=True)
class Stretch:
    """The nights of a catch-up; ``dates`` are those that are due, in order.

    With ``desk_later`` the desk comes after the last of them (`nightly.desk`); it stands at ``desk_on`` now.
    """

    bank: BankFact
    places: NightPlaces
    dates: Sequence[date]
    desk_later: bool = False
    desk_on: date | None = date.max
    run_ids: dict[date, UUID] = field(default_factory=dict)
    _open: _Open | None = None

    def run_id(self, business_date: date) -> UUID:
        """Return the id that the run of a date gets if it is a new one."""
        return self.run_ids.setdefault(business_date, uuid4())

    @contextmanager
    def night(self, run: RunFact) -> Iterator[Night]:
        """Open a night: over the connection of the stretch, or over one of its own where the book is not small."""
        self.run_ids[run.business_date] = run.run_id
        delivery = delivery_place(self.places.inbox, self.bank.code, run.business_date)
        opened = self._opened(run, delivery)
        if opened is None:
            with night_open(self.bank, run, self.places, desk_on=self.desk_on) as night:
                night.desk, night.desk_later = not self.desk_later, self.desk_later
                yield night
            return
        roll_from = roll_start(run.business_date)
        opened.memory.keep_only(
            {path for (table, on), path in opened.named.items() if table != NOTE_CLASS.name or on == roll_from}
        )
        scratch = opened.scratch / str(run.run_id)
        scratch.mkdir(parents=True, exist_ok=True)  # a killed run leaves it
        night = Night(
            bank=self.bank,
            business_date=run.business_date,
            run_id=run.run_id,
            lake=Lake(self.places.lake, self.bank.code),
            con=opened.con,
            scratch=scratch,
            delivery=delivery,
            roll_from=roll_from if (NOTE_CLASS.name, roll_from) in opened.named else None,
            named=opened.named,
            desk=not self.desk_later,
            desk_later=self.desk_later,
            memory=opened.memory,
        )
        try:
            yield night
        except BaseException:
            self.close()
            raise
        shutil.rmtree(scratch, ignore_errors=True)
        if _outgrown(opened, run.business_date):
            self.close()
            return
        opened.named = _named_next(opened.named, run.business_date + _ONE_DAY, self.desk_on)
        opened.night = run.business_date

    def close(self) -> None:
        """Close the connection and remove its scratch folder."""
        if self._open is not None:
            self._open.memory.close()
            self._open.con.close()
            shutil.rmtree(self._open.scratch, ignore_errors=True)
            self._open = None

    def _opened(self, run: RunFact, delivery: DeliveryPlace) -> _Open | None:
        """Return the connection for a night; a new one where there is none or it cannot open what the night needs."""
        at = self._open
        if at is not None and (
            at.night != run.business_date - _ONE_DAY or run.business_date > at.last or delivery.folder not in at.folders
        ):
            self.close()
        if self._open is None:
            self._open = self._begin(run, delivery)
        return self._open

    def _begin(self, run: RunFact, delivery: DeliveryPlace) -> _Open | None:
        lake = Lake(self.places.lake, self.bank.code)
        with bank_scope(self.bank.id):
            named = named_files(self.bank, run.business_date, roll_start(run.business_date), desk_on=self.desk_on)
        history_rows = _history_rows(named)
        if not book_is_small(named) or history_rows > HISTORY_ROWS_MAX:
            return None
        named_files_check(lake, named)
        dates = [day for day in self.dates if day >= run.business_date][:NIGHTS_MAX]
        others = (delivery_place(self.places.inbox, self.bank.code, day).folder for day in dates[1:])
        folders = frozenset([delivery.folder, *others])
        scratch = scratch_of(self.places, self.bank, run)
        con = lake_connect(
            lake,
            named=[file.path for file in named],
            runs=[(day, self.run_id(day)) for day in dates or [run.business_date]],
            folders=[*folders, scratch],
            scratch=scratch,
            threads=1,
        )
        paths = {(file.table, file.business_date): file.path for file in named}
        last = dates[-1] if dates else run.business_date
        memory, yesterday = LakeMemory(lake, con), run.business_date - _ONE_DAY
        return _Open(con, memory, scratch, paths, last, folders, history_rows, yesterday)


def _history_rows(named: Sequence[NamedFile]) -> int:
    return sum(file.rows for file in named if file.table in HISTORY)


def _outgrown(opened: _Open, business_date: date) -> bool:
    """Count what the night of a date has written; tell whether the book is no small one any more."""
    rows = {
        table: opened.memory.rows_written(opened.named.get((table, business_date))) for table in (NOTE.name, *HISTORY)
    }
    opened.history_rows += sum(rows[table] for table in HISTORY)
    return not notes_are_few(rows[NOTE.name]) or opened.history_rows > HISTORY_ROWS_MAX


def _named_next(named: Named, business_date: date, desk_on: date | None) -> Named:
    """Return what the night of a date may read, of what the night before could read and has written.

    The same as `opening.named_files` finds in the list of the lake: nobody else names files under the bank's lock.
    """
    lasting = {*current_tables(), *full_tables()}
    in_force: dict[str, date] = {}
    for table, on in named:
        if table in lasting:
            in_force[table] = max(on, in_force.get(table, on))
    roll_from, yesterday = roll_start(business_date), business_date - _ONE_DAY
    return {
        (table, on): path
        for (table, on), path in named.items()
        if table in HISTORY
        or on == in_force.get(table)
        or on == yesterday
        or (table == NOTE_CLASS.name and (on == roll_from or desk_on is None or on > desk_on))
    }
