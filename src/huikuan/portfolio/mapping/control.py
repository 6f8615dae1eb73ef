"""What the sender counted, compared with what is in its file."""

# ruff: noqa: S608 - names in the SQL are places of columns

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import duckdb

from huikuan.portfolio.mapping.errors import ControlFileError
from huikuan.portfolio.mapping.functions import NUMBER_PATTERN, NUMBER_SCALE
from huikuan.portfolio.mapping.model import Control
from huikuan.portfolio.mapping.source import SourceTable


@dataclass(frozen=True, slots=True)
class SenderControl:
    """A total as the sender states it and as counted here, exact decimal text."""

    name: str
    stated: str
    counted: str


def control_columns(control: Control) -> list[str]:
    """Return the columns of the control file that a mapping reads."""
    return [name for name in (control.name, control.rows, *control.sums.values()) if name is not None]


def control_totals(
    con: duckdb.DuckDBPyConnection, control: Control, stated: SourceTable, source: SourceTable
) -> list[SenderControl]:
    """Return the totals that the control file states of a source file. Raises ControlFileError."""
    wanted = [name for name in (control.rows, *control.sums.values()) if name is not None]
    listed = ", ".join(stated.place(name) for name in wanted)
    named = f" and list_contains($1, {stated.place(control.name)})" if control.name is not None else ""
    rows = con.execute(
        f"select {listed or '1'} from {stated.table} where src_broken is null{named}",
        [source.called] if named else [],
    ).fetchall()
    if len(rows) != 1:
        what = f"one row about {source.file}" if named else "one row"
        raise ControlFileError(stated.file, what, f"{len(rows)} rows")
    values = dict(zip(wanted, rows[0], strict=True)) if wanted else {}
    found = []
    if control.rows is not None:
        found.append(_compared(stated.file, f"rows of {source.file}", values[control.rows], Decimal(source.rows)))
    for column, name in control.sums.items():
        found.append(_compared(stated.file, f"sum of {column}", values[name], _sum(con, source, column)))
    return found


def _sum(con: duckdb.DuckDBPyConnection, source: SourceTable, column: str) -> Decimal:
    """Return the sum of a column over every row whose value is a decimal number."""
    text = source.place(column)
    number = f"cast({text} as decimal(38,{NUMBER_SCALE}))"
    row = con.execute(
        f"select sum(case when regexp_full_match({text}, '{NUMBER_PATTERN}') then {number} end) from {source.table}"
    ).fetchone()
    return Decimal(0) if row is None or row[0] is None else Decimal(row[0])


def _compared(file: str, name: str, stated: str | None, counted: Decimal) -> SenderControl:
    try:
        total = Decimal(stated or "")
    except InvalidOperation as error:
        raise ControlFileError(file, f"a number as {name}", stated or "nothing") from error
    right = total == counted
    return SenderControl(name, stated or "", (stated or "") if right else f"{counted.normalize():f}")
