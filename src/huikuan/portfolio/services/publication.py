"""Publishing a night to the desk: the only writer of desk notes, the register, bucket cells and roll cells.

Rows come as CSV files (a header, empty is null) and go COPY → temporary table → INSERT: the database refuses COPY
into a protected table. Desk notes are inserted or, where a published value differs, updated; the columns named here
are the night's, any other column of the table belongs to people and is never touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, LiteralString
from uuid import UUID

from django.db import connection
from psycopg import sql

from huikuan.evidence.services.append import event_append
from huikuan.kernel.facts import Who
from huikuan.portfolio.events import BookPublished
from huikuan.portfolio.models import DeskNote, DeskStand, NoteTag, Publication

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
    "delay_minor",
    "costs_due_minor",
    "stale_since",
    "officer_code",
    "officer_name",
    "department_code",
    "matures_on",
    "core_status",
    "principal_minor",
    "overdue_minor",
    "secured",
    "core_dpd",
    "core_class",
    "account_balance_minor",
    "last_failure",
)
PARTY_COLUMNS: Final = ("party_kind", "region")  # of a desk note, from the borrower's row
NOTE_REGISTER_COLUMNS: Final = ("note_id", "contract_id", "party_id", "institution_code", "product_code")
PARTY_ROLE_COLUMNS: Final = ("party_id", "contract_id", "role", "gone")


@dataclass(frozen=True, slots=True)
class CellFiles:
    """The night's cells as CSV files with a header and the columns listed above, in any order."""

    bucket_cells: Path
    roll_cells: Path


@dataclass(frozen=True, slots=True)
class DeskFiles:
    """The night's rows for the desk as CSV files with a header and the columns listed above, in any order.

    ``register`` and ``roles`` hold what differs from the day before; with ``register_whole`` or ``roles_whole`` all
    that there is, and others are removed: a correction may find that a note never was in the book. ``gone_notes`` leave
    the desk.
    """

    notes: Path
    register: Path
    roles: Path
    register_whole: bool = False
    roles_whole: bool = False
    gone_notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeskWritten:
    """Rows of desk notes, register and roles that are new, changed or removed."""

    notes: int = 0
    register: int = 0
    roles: int = 0

    def totals(self) -> dict[str, int]:
        """Return them as totals of a stage."""
        return {"desk_notes_changed": self.notes, "register_changed": self.register, "roles_changed": self.roles}


def book_publish(
    *,
    bank_id: int,
    run_id: UUID,
    business_date: date,
    notes: int,
    stale_notes: int,
    roll_from: date | None,
    cells: CellFiles,
    desk: DeskFiles | None,
    at: datetime,
) -> DeskWritten:
    """Publish a night of the open ``bank_scope``; ``at`` becomes the moment from which its figures are known.

    Without files for the ``desk`` (a night that is not the latest, or whose desk comes later) it stays as it is.
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
    _append("portfolio_bucket_cell", BUCKET_CELL_COLUMNS, cells.bucket_cells, night)
    _append("portfolio_roll_cell", ROLL_CELL_COLUMNS, cells.roll_cells, night)
    if desk is None:
        _published(night, notes, stale_notes, 0, at)
        return DeskWritten()
    return desk_publish(
        bank_id=bank_id,
        run_id=run_id,
        business_date=business_date,
        notes=notes,
        stale_notes=stale_notes,
        files=desk,
        at=at,
    )


def desk_publish(
    *,
    bank_id: int,
    run_id: UUID,
    business_date: date,
    notes: int,
    stale_notes: int,
    files: DeskFiles,
    at: datetime,
) -> DeskWritten:
    """Bring the desk of the open ``bank_scope`` to a night; ``notes`` and ``stale_notes`` are those of its book.

    A desk note keeps ``business_date`` and ``run_id`` of the night that last changed one of its published values, or
    the day since which it is past due.
    """
    night = (bank_id, run_id, business_date)
    written = DeskWritten(
        notes=_desk_notes(files.notes, night),
        register=_note_register(bank_id, files.register, whole=files.register_whole),
        roles=_party_roles(bank_id, files.roles, whole=files.roles_whole),
    )
    _notes_remove(bank_id, files.gone_notes)
    DeskStand.objects.bulk_create(
        [DeskStand(bank_id=bank_id, run_id=run_id, business_date=business_date)],
        update_conflicts=True,
        unique_fields=["bank_id"],
        update_fields=["run_id", "business_date"],
    )
    _published(night, notes, stale_notes, written.notes, at)
    return written


def _published(night: tuple[int, UUID, date], notes: int, stale_notes: int, desk_notes: int, at: datetime) -> None:
    bank_id, run_id, business_date = night
    event_append(
        bank_id=bank_id,
        name="portfolio.book_published",
        subject_kind="book",
        subject_id=business_date.isoformat(),
        payload=BookPublished(run_id, notes, stale_notes, desk_notes),
        actor=WHO,
        at=at,
    )


def _append(table: str, columns: Sequence[str], file: Path, night: tuple[int, UUID, date]) -> int:
    """Copy a file into an append-only table; return the number of rows."""
    with connection.cursor() as cursor:
        stage = _staged(cursor, table, columns, file)
        written = _execute(
            cursor,
            "insert into {table} (bank_id, run_id, business_date, {names}) select %s, %s, %s, {names} from {stage}",
            night,
            table=sql.Identifier(table),
            names=_names(columns),
            stage=stage,
        )
        _execute(cursor, "drop table {stage}", (), stage=stage)
        return written


def _desk_notes(file: Path, night: tuple[int, UUID, date]) -> int:
    """Insert desk notes, or update where a published value differs; kind and region come from the borrower's row.

    Since when a note is past due follows from its date: that is written too where it moves and nothing else does.
    """
    published = (*DESK_NOTE_COLUMNS, *PARTY_COLUMNS)
    with connection.cursor() as cursor:
        stage = _staged(cursor, "portfolio_desk_note", DESK_NOTE_COLUMNS, file)
        written = _execute(
            cursor,
            "insert into portfolio_desk_note as t (bank_id, run_id, business_date, {names}, {party}) "
            "select %s, %s, %s, {staged}, {of_party} from {stage} as s "
            "join portfolio_party as p on p.bank_id = %s and p.party_id = s.party_id "
            "on conflict (bank_id, note_id) do update set run_id = excluded.run_id, "
            "business_date = excluded.business_date, {assigned} where ({old}) is distinct from ({new}) "
            "or (excluded.dpd > 0 and t.business_date - t.dpd <> excluded.business_date - excluded.dpd)",
            (*night, night[0]),
            stage=stage,
            names=_names(DESK_NOTE_COLUMNS),
            party=_names(PARTY_COLUMNS),
            staged=_names(DESK_NOTE_COLUMNS, "s"),
            of_party=_names(PARTY_COLUMNS, "p"),
            **_changes(published, key="note_id"),
        )
        _execute(cursor, "drop table {stage}", (), stage=stage)
        return written


def _note_register(bank_id: int, file: Path, *, whole: bool) -> int:
    """Insert notes into the register, or update those that stand elsewhere now; with ``whole`` remove all others."""
    with connection.cursor() as cursor:
        stage = _staged(cursor, "portfolio_note_register", NOTE_REGISTER_COLUMNS, file)
        written = _execute(
            cursor,
            "insert into portfolio_note_register as t (bank_id, {names}) select %s, {names} from {stage} "
            "on conflict (bank_id, note_id) do update set {assigned} where ({old}) is distinct from ({new})",
            (bank_id,),
            stage=stage,
            names=_names(NOTE_REGISTER_COLUMNS),
            **_changes(NOTE_REGISTER_COLUMNS, key="note_id"),
        )
        if whole:
            written += _execute(
                cursor,
                "delete from portfolio_note_register as t where t.bank_id = %s "
                "and not exists (select 1 from {stage} as s where s.note_id = t.note_id)",
                (bank_id,),
                stage=stage,
            )
        _execute(cursor, "drop table {stage}", (), stage=stage)
        return written


def _party_roles(bank_id: int, file: Path, *, whole: bool) -> int:
    """Remove roles that are gone, or with ``whole`` all that are not in the file, and insert the others."""
    same = "s.party_id = t.party_id and s.contract_id = t.contract_id and s.role = t.role"
    listed = "not exists" if whole else "exists"
    gone = f"{listed} (select 1 from {{stage}} as s where {same} and s.gone = {not whole})"  # noqa: S608
    with connection.cursor() as cursor:
        stage = _staged(cursor, "portfolio_party_role", PARTY_ROLE_COLUMNS, file, extra="false as gone")
        removed = _execute(
            cursor,
            f"delete from portfolio_party_role as t where t.bank_id = %s and {gone}",  # noqa: S608
            (bank_id,),
            stage=stage,
        )
        added = _execute(
            cursor,
            "insert into portfolio_party_role (bank_id, party_id, contract_id, role) "
            "select %s, party_id, contract_id, role from {stage} where not gone on conflict do nothing",
            (bank_id,),
            stage=stage,
        )
        _execute(cursor, "drop table {stage}", (), stage=stage)
        return removed + added


def _notes_remove(bank_id: int, note_ids: Sequence[str]) -> None:
    """Take notes off the desk, with the tags that people put on them."""
    if note_ids:
        for model in (NoteTag, DeskNote):
            model.objects.filter(bank_id=bank_id, note_id__in=note_ids).delete()


def _staged(cursor: Any, table: str, columns: Sequence[str], file: Path, *, extra: str = "") -> sql.Identifier:
    """Copy a file into a temporary table with these columns of ``table`` and ``extra``; return its name."""
    stage = sql.Identifier(f"{table}_in")
    own = [name for name in columns if not extra.endswith(f" {name}")]
    with file.open("rb") as stream:
        header = stream.readline().decode().strip().split(",")
        if sorted(header) != sorted(columns):
            raise ValueError(f"{file.name} has the columns {header}, expected {list(columns)} in any order.")
        _execute(
            cursor,
            "create temp table {stage} on commit drop as select {names}{extra} from {table} where false",
            (),
            stage=stage,
            names=_names(own),
            extra=sql.SQL(f", {extra}" if extra else ""),
            table=sql.Identifier(table),
        )
        copy_in = sql.SQL("copy {} ({}) from stdin with (format csv)").format(stage, _names(header))
        with cursor.copy(copy_in) as copy:
            while data := stream.read(_READ_BYTES):
                copy.write(data)
    return stage


def _execute(cursor: Any, statement: LiteralString, values: Sequence[object], **parts: sql.Composable) -> int:
    """Run a statement with names put in; return the number of rows."""
    cursor.execute(sql.SQL(statement).format(**parts), values)
    return int(cursor.rowcount)


def _names(columns: Sequence[str], table: str = "") -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(table, name) if table else sql.Identifier(name) for name in columns)


def _changes(columns: Sequence[str], *, key: str) -> dict[str, sql.Composable]:
    """Return the parts of an upsert that touches only rows of the table ``t`` that differ."""
    values = [name for name in columns if name != key]
    return {
        "assigned": sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in values),
        "old": _names(values, "t"),
        "new": _names(values, "excluded"),
    }
