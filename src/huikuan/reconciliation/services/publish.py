"""Publishing the comparison of a night: its cells, and on the latest night the differences as the desk sees them.

Rows come as CSV files with a header, in the columns named here, and go COPY → temporary table → one statement: the
database refuses COPY into a protected table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, LiteralString
from uuid import UUID

from django.db import connection

from huikuan.evidence.services.append import event_append
from huikuan.kernel.facts import Who
from huikuan.reconciliation.events import DayCompared
from huikuan.reconciliation.selectors.day import cell_sums

WHO: Final = Who.program("nightly")
DAY: Final = "reconciliation_day"
CELL_COLUMNS: Final = (
    "product_code", "component", "notes", "compared", "equal", "tolerated", "declared", "different", "held", "carried",
    "ours", "core", "difference",
)  # fmt: skip
DIFFERENCE_COLUMNS: Final = (
    "note_id", "component", "party_id", "contract_id", "institution_code", "product_code", "ours", "core", "difference",
    "tolerance", "holds", "verdict", "declaration_id", "held", "first_seen_on", "last_seen_on",
)  # fmt: skip
_READ_BYTES: Final = 1 << 20

_CELLS: Final = """
    insert into reconciliation_cell (bank_id, run_id, business_date, product_code, component, notes, compared, equal,
        tolerated, declared, different, held, carried, ours, core, difference)
    select %s, %s, %s, product_code, component, notes, compared, equal, tolerated, declared, different, held, carried,
        ours, core, difference
    from reconciliation_cell_in"""
_UPSERT: Final = """
    insert into reconciliation_difference as t (bank_id, run_id, note_id, component, party_id, contract_id,
        institution_code, product_code, ours, core, difference, tolerance, holds, verdict, declaration_id, held,
        first_seen_on, last_seen_on, closed_on)
    select %s, %s, note_id, component, party_id, contract_id, institution_code, product_code, ours, core, difference,
        tolerance, holds, verdict, declaration_id, held, first_seen_on, last_seen_on, null
    from reconciliation_difference_in
    on conflict (bank_id, note_id, component) do update set run_id = excluded.run_id, party_id = excluded.party_id,
        contract_id = excluded.contract_id, institution_code = excluded.institution_code,
        product_code = excluded.product_code, ours = excluded.ours, core = excluded.core,
        difference = excluded.difference, tolerance = excluded.tolerance, holds = excluded.holds,
        verdict = excluded.verdict, declaration_id = excluded.declaration_id, held = excluded.held,
        first_seen_on = excluded.first_seen_on, last_seen_on = excluded.last_seen_on, closed_on = null"""
_OPENED: Final = """
    select count(*) from reconciliation_difference_in as s where not exists (
        select 1 from reconciliation_difference as t
        where t.bank_id = %s and t.note_id = s.note_id and t.component = s.component and t.closed_on is null)"""
_CLOSE: Final = """
    update reconciliation_difference as t set closed_on = %s, held = false, run_id = %s
    where t.bank_id = %s and t.closed_on is null and not exists (
        select 1 from reconciliation_difference_in as s where s.note_id = t.note_id and s.component = t.component)"""
_JUDGE: Final = """
    update reconciliation_difference as t
    set verdict = case when k.declaration_id is null then 'different' else 'declared' end,
        held = t.holds and k.declaration_id is null, declaration_id = k.declaration_id
    from (
        select o.note_id, o.component, min(d.id) as declaration_id
        from reconciliation_difference as o
        left join reconciliation_declaration as d
            on d.bank_id = o.bank_id and d.component = o.component and abs(o.difference) <= d.up_to
            and d.withdrawn_at is null and %s between d.from_on and d.to_on
            and (d.note_id = o.note_id or (d.note_id = '' and d.product_code = o.product_code))
        where o.bank_id = %s and o.closed_on is null
        group by o.note_id, o.component
    ) as k
    where t.bank_id = %s and t.note_id = k.note_id and t.component = k.component
        and t.declaration_id is distinct from k.declaration_id"""


@dataclass(frozen=True, slots=True)
class DifferenceFiles:
    """Rows of a night as CSV files. Without ``differences`` (a corrected night, not the latest) the desk stays."""

    cells: Path
    differences: Path | None


def differences_publish(
    *, bank_id: int, run_id: UUID, business_date: date, files: DifferenceFiles, at: datetime
) -> int:
    """Publish the comparison of a night inside the open ``bank_scope``; return the number of rows written."""
    opened = closed = written = 0
    with connection.cursor() as cursor:
        _staged(cursor, "reconciliation_cell", CELL_COLUMNS, files.cells)
        cells = _rows(cursor, _CELLS, (bank_id, run_id, business_date))
        cursor.execute("drop table reconciliation_cell_in")
        if files.differences is not None:
            _staged(cursor, "reconciliation_difference", DIFFERENCE_COLUMNS, files.differences)
            cursor.execute(_OPENED, (bank_id,))
            opened = int(cursor.fetchone()[0])
            written = _rows(cursor, _UPSERT, (bank_id, run_id))
            closed = _rows(cursor, _CLOSE, (business_date, run_id, bank_id))
            cursor.execute("drop table reconciliation_difference_in")
    if files.differences is not None:
        differences_judge(bank_id=bank_id, on=business_date)
    sums = cell_sums(bank_id=bank_id, run_id=run_id)
    if sums.compared or sums.different or sums.declared or closed:
        event_append(
            bank_id=bank_id,
            name="reconciliation.compared",
            subject_kind=DAY,
            subject_id=business_date.isoformat(),
            payload=DayCompared(run_id, sums.compared, sums.different, sums.declared, opened, closed, sums.held),
            actor=WHO,
            at=at,
        )
    return cells + written + closed


def differences_judge(*, bank_id: int, on: date) -> int:
    """Apply the declarations in force on a business date to what is open; return how many rows changed."""
    with connection.cursor() as cursor:
        return _rows(cursor, _JUDGE, (on, bank_id, bank_id))


def _staged(cursor: Any, table: str, columns: Sequence[str], file: Path) -> None:
    """Copy a file into the temporary table ``<table>_in``."""
    names = ", ".join(columns)
    with file.open("rb") as stream:
        header = stream.readline().decode().strip().split(",")
        if header != list(columns):
            raise ValueError(f"{file.name} has the columns {header}, expected {list(columns)}.")
        cursor.execute(f"create temp table {table}_in on commit drop as select {names} from {table} where false")  # noqa: S608
        with cursor.copy(f"copy {table}_in ({names}) from stdin with (format csv)") as copy:
            while data := stream.read(_READ_BYTES):
                copy.write(data)


def _rows(cursor: Any, statement: LiteralString, values: Sequence[object]) -> int:
    cursor.execute(statement, values)
    return int(cursor.rowcount)
