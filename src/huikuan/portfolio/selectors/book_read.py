"""Point reads of the book: what the named files of one published night say of some notes, contracts or parties.

One connection a request: it can open the named files that it was opened with and nothing else, has one thread and
little memory. Files are ordered by key, so a read by key opens one row group of a file and not the book: measured in
``docs/concepts/borrower.md``. Nothing is computed here.
"""

# ruff: noqa: S608 - names of tables and columns come from this package, values are parameters

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypedDict
from uuid import UUID

import duckdb
from django.conf import settings

from huikuan.kernel.errors import DomainError
from huikuan.kernel.selectors.users import bank_by_id
from huikuan.portfolio.book_tables import EVENT_SCHEDULE, NOTE, NOTE_CLASS, NOTE_STATE
from huikuan.portfolio.lake import Lake, LakeTable
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.selectors.lake import NamedFile, lake_histories, lake_in_force, lake_on_dates
from huikuan.portfolio.selectors.publication import published_night
from huikuan.portfolio.selectors.renumbering import FormerKeys

MEMORY: Final = "256MB"
CLOSE: Final = (NOTE, NOTE_CLASS, NOTE_STATE)
Row = dict[str, Any]


class BookNoNightError(DomainError):
    """No night was published for the date, or none was known at the moment."""

    code = "portfolio.no_night"
    status = 404

    def __init__(self, as_of: date | None, known_at: datetime | None) -> None:
        of = "" if as_of is None else f" of {as_of}"
        known = "" if known_at is None else f" known at {known_at.isoformat()}"
        super().__init__(f"There is no published night{of}{known}. Take a business date whose night is done.")


class _About(TypedDict):
    bank_id: int
    known_at: datetime


@dataclass(frozen=True, slots=True)
class BookDay:
    """A published night of a bank."""

    bank_id: int
    bank_code: str
    currency: str
    minor_digits: int
    time_zone: str
    business_date: date
    run_id: UUID
    known_at: datetime


@dataclass(frozen=True, slots=True)
class BookReader:
    """A connection to the named files of a night. ``delivered_on`` is the date of each feed in force, None if never.

    Rows are asked for by present keys and come under them, also those of a night before keys changed.
    """

    day: BookDay
    con: duckdb.DuckDBPyConnection
    lake: Lake
    paths: dict[str, list[str]]
    dated: dict[tuple[str, date], str]
    delivered_on: dict[str, date | None] = field(default_factory=dict)
    former: FormerKeys = field(default_factory=FormerKeys)

    def rows(self, table: LakeTable, key: str, values: Collection[str], *, on: date | None = None) -> list[Row]:
        """Return the rows whose ``key`` is one of ``values``; ``on`` takes the file of another date than the night's.

        On the first column of the file's order this reads one row group for each value, else one column of the file.
        """
        paths = self.paths.get(table.name, []) if on is None else self._on(table, on)
        if not paths or not values:
            return []
        asked = self.former.asked(key, values)
        places = ", ".join("?" for _ in asked)
        order = ", ".join(f'"{name}"' for name in table.key)
        select = f'select * from ({self.lake.read_sql(table, paths)}) where "{key}" in ({places}) order by {order}'
        found = self.con.execute(select, sorted(asked))
        names = [column[0] for column in found.description]
        return self.former.rows(table.key, [dict(zip(names, row, strict=True)) for row in found.fetchall()])

    def rows_latest(self, table: LakeTable, key: str, values: Collection[str]) -> list[Row]:
        """Return rows of a table whose files add to each other: of each key of the table the row of the latest file."""
        paths = self.paths.get(table.name, [])
        if not paths or not values:
            return []
        asked = self.former.asked(key, values)
        places = ", ".join("?" for _ in asked)
        parts = " union all ".join(
            f'select *, {number} as file from ({self.lake.read_sql(table, [path])}) where "{key}" in ({places})'
            for number, path in enumerate(paths)
        )
        keys = ", ".join(f'"{name}"' for name in table.key)
        select = f"select distinct on ({keys}) * exclude (file) from ({parts}) order by {keys}, file desc"
        found = self.con.execute(select, [*sorted(asked)] * len(paths))
        names = [column[0] for column in found.description]
        return self.former.rows(table.key, [dict(zip(names, row, strict=True)) for row in found.fetchall()])

    def rows_on(
        self, table: LakeTable, columns: Sequence[str], values: Collection[str], dates: Sequence[date]
    ) -> list[Row]:
        """Return columns of the rows of these notes on several dates, with the date as ``on``; one statement."""
        dated = [(on, self.dated[table.name, on]) for on in dates if (table.name, on) in self.dated]
        if not dated or not values:
            return []
        asked = self.former.asked("note_id", values)
        names, places = ", ".join(f'"{name}"' for name in columns), ", ".join("?" for _ in asked)
        parts = [
            f"select date '{on.isoformat()}' as \"on\", {names} from ({self.lake.read_sql(table, [path])}) "
            f"where note_id in ({places})"
            for on, path in dated
        ]
        found = self.con.execute(" union all ".join(parts), [*sorted(asked)] * len(parts))
        return self.former.rows((), [dict(zip(("on", *columns), row, strict=True)) for row in found.fetchall()])

    def _on(self, table: LakeTable, on: date) -> list[str]:
        path = self.dated.get((table.name, on))
        return [] if path is None else [path]


def book_day(*, bank_id: int, as_of: date | None = None, known_at: datetime | None = None) -> BookDay:
    """Return the night of a date (default: the latest) as it was known (default: now); raises BookNoNightError."""
    night = published_night(bank_id=bank_id, as_of=as_of, known_at=known_at)
    if night is None:
        raise BookNoNightError(as_of, known_at)
    bank = bank_by_id(bank_id)
    return BookDay(
        bank_id=bank_id,
        bank_code=bank.code,
        currency=bank.currency,
        minor_digits=bank.minor_digits,
        time_zone=bank.time_zone,
        business_date=night["business_date"],
        run_id=night["run_id"],
        known_at=night["known_at"],
    )


@contextmanager
def book_open(
    day: BookDay, *, feeds: Collection[str] = (), dates: Collection[date] = (), tables: Sequence[LakeTable] = CLOSE
) -> Iterator[BookReader]:
    """Open the close of a night, the history of repayments, events and schedules, and these ``feeds`` as in force.

    A feed that only adds rows is opened with all of its files (``rows_latest``). ``dates`` are further business dates
    whose close may be read. At most five queries, however long the book.
    """
    known = feed_tables()
    added = [known["repayment"].name, known["loan_event"].name, EVENT_SCHEDULE.name]  # their files add to each other
    if "monthly_status" in feeds:
        added.append(known["monthly_status"].name)
    instalment = known["instalment"].name
    about: _About = {"bank_id": day.bank_id, "known_at": day.known_at}
    close = lake_on_dates(tables=[table.name for table in tables], dates=[day.business_date, *dates], **about)
    in_force = lake_in_force(tables=[known[feed].name for feed in feeds], until=day.business_date, **about)
    histories = lake_histories(tables=[*added, instalment], until=day.business_date, **about)
    paths: dict[str, list[str]] = {}
    for file in [*(file for file in close if file.business_date == day.business_date), *in_force.values()]:
        paths[file.table] = [file.path]
    paths |= {table: [file.path for file in histories[table]] for table in added}
    lake = Lake(settings.HOME / "lake", day.bank_code)
    dated = {(file.table, file.business_date): file.path for file in [*close, *histories[instalment]]}
    con = lake.connect(
        reads={*dated.values(), *(path for each in paths.values() for path in each)}, threads=1, memory=MEMORY
    )
    try:
        yield BookReader(day, con, lake, paths, dated, _delivered(feeds, in_force), FormerKeys.of_bank(day.bank_id))
    finally:
        con.close()


def _delivered(feeds: Collection[str], in_force: dict[str, NamedFile]) -> dict[str, date | None]:
    found = {feed: in_force.get(feed_tables()[feed].name) for feed in feeds}
    return {feed: None if file is None else file.business_date for feed, file in found.items()}
