"""Publishing a night to the desk: the only writer of desk notes, bucket cells and roll cells.

Rows come as CSV files (a header, empty is null) and go COPY → temporary table → INSERT: the database refuses COPY
into a protected table. Desk notes are inserted or, where a published value differs, updated; the columns named here
are the night's, any other column of the table belongs to people and is never touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import connection
from psycopg import sql

from huikuan.evidence.services.append import event_append
from huikuan.kernel.facts import Who
from huikuan.portfolio.events import BookPublished
from huikuan.portfolio.models import Publication

WHO: Final = Who.program("nightly")
_READ_BYTES: Final = 1 << 20

BUCKET_CELL_COLUMNS: Final = (
    "institution_code",
    "product_code",
    "bucket",
    "class_floor",
    "notes",
    "overdue_notes",
    "stale_notes",
    "balance_minor",
    "overdue_principal_minor",
    "overdue_interest_minor",
    "penalty_minor",
    "management_minor",
    "regulatory_minor",
    "denominator_minor",
)
ROLL_CELL_COLUMNS: Final = (
    "from_date",
    "institution_code",
    "product_code",
    "from_bucket",
    "to_bucket",
    "notes",
    "amount_minor",
)
DESK_NOTE_COLUMNS: Final = (
    "note_id",
    "contract_id",
    "party_id",
    "institution_code",
    "product_code",
    "dpd",
    "dpd_principal",
    "dpd_interest",
    "bucket",
    "class_floor",
    "balance_minor",
    "overdue_principal_minor",
    "overdue_interest_minor",
    "penalty_minor",
    "compound_minor",
    "costs_due_minor",
    "stale_since",
)


@dataclass(frozen=True, slots=True)
class BookFiles:
    """The night's rows for the desk as CSV files with a header and the columns listed above, in any order."""

    bucket_cells: Path
    roll_cells: Path
    desk_notes: Path


@dataclass(frozen=True, slots=True)
class PublishedRows:
    """Rows written to each table; ``desk_notes`` counts new and changed ones."""

    bucket_cells: int
    roll_cells: int
    desk_notes: int


def book_publish(
    *,
    bank_id: int,
    run_id: UUID,
    business_date: date,
    notes: int,
    stale_notes: int,
    roll_from: date | None,
    files: BookFiles,
    at: datetime,
) -> PublishedRows:
    """Publish a night of the open ``bank_scope``; ``at`` becomes the moment from which its figures are known.

    A desk note keeps ``business_date`` and ``run_id`` of the night that last changed one of its published values.
    """
    Publication.objects.create(
        bank_id=bank_id,
        run_id=run_id,
        business_date=business_date,
        known_at=at,
        notes=notes,
        stale_notes=stale_notes,
        roll_from=roll_from,
    )
    night = (bank_id, run_id, business_date)
    rows = PublishedRows(
        bucket_cells=_load("portfolio_bucket_cell", BUCKET_CELL_COLUMNS, files.bucket_cells, night),
        roll_cells=_load("portfolio_roll_cell", ROLL_CELL_COLUMNS, files.roll_cells, night),
        desk_notes=_load("portfolio_desk_note", DESK_NOTE_COLUMNS, files.desk_notes, night, key="note_id"),
    )
    event_append(
        bank_id=bank_id,
        name="portfolio.book_published",
        subject_kind="book",
        subject_id=business_date.isoformat(),
        payload=BookPublished(run_id, notes, stale_notes, rows.desk_notes),
        actor=WHO,
        at=at,
    )
    return rows


def _load(table: str, columns: Sequence[str], file: Path, night: tuple[int, UUID, date], *, key: str = "") -> int:
    """Copy a file into a table; with ``key`` rows that exist are updated if a value differs. Returns rows written."""
    stage = sql.Identifier(f"{table}_in")
    with file.open("rb") as stream:
        header = stream.readline().decode().strip().split(",")
        if sorted(header) != sorted(columns):
            raise ValueError(f"{file.name} has the columns {header}, expected {list(columns)} in any order.")
        names = sql.SQL(", ").join(map(sql.Identifier, header))
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("create temp table {} on commit drop as select {} from {} where false").format(
                    stage, names, sql.Identifier(table)
                )
            )
            with cursor.copy(sql.SQL("copy {} ({}) from stdin with (format csv)").format(stage, names)) as copy:
                while data := stream.read(_READ_BYTES):
                    copy.write(data)
            cursor.execute(
                sql.SQL(
                    "insert into {table} as t (bank_id, run_id, business_date, {names}) "
                    "select %s, %s, %s, {names} from {stage}{conflict}"
                ).format(table=sql.Identifier(table), names=names, stage=stage, conflict=_upsert(key, header)),
                night,
            )
            written = int(cursor.rowcount)
            cursor.execute(sql.SQL("drop table {}").format(stage))
            return written


def _upsert(key: str, columns: Sequence[str]) -> sql.Composable:
    if not key:
        return sql.SQL("")
    published = [sql.Identifier(name) for name in columns if name != key]
    return sql.SQL(
        " on conflict (bank_id, {key}) do update set run_id = excluded.run_id, business_date = excluded.business_date, "
        "{assigned} where ({old}) is distinct from ({new})"
    ).format(
        key=sql.Identifier(key),
        assigned=sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(name) for name in published),
        old=sql.SQL(", ").join(sql.SQL("t.{}").format(name) for name in published),
        new=sql.SQL(", ").join(sql.SQL("excluded.{}").format(name) for name in published),
    )
