"""Run the stage SQL files: one file is one SELECT, its result becomes the table of the same name.

The files stand in ``stages/``, in the subset of DuckDB's dialect that ``docs/operations/nightly.md`` lists, so that sqlglot can
turn them into Spark SQL. They take no parameters: what differs by night stands in small tables (``night``,
``class_range``, ``bucket_range``) which ``night_load`` and the stages fill.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from huikuan.portfolio.facts import DEN, Compound
from huikuan.portfolio.lake import Column, sql_text
from huikuan.portfolio.rules.engine import capitalisation_days

_NULL = r"\N"


@cache
def step_text(name: str) -> str:
    """Return the SELECT of a step; raises FileNotFoundError for a name without a file."""
    return files("huikuan.nightly").joinpath("stages", f"{name}.sql").read_text(encoding="utf-8")


def step_names() -> tuple[str, ...]:
    """Return the names of all steps, sorted."""
    folder = files("huikuan.nightly").joinpath("stages")
    return tuple(sorted(file.name.removesuffix(".sql") for file in folder.iterdir() if file.name.endswith(".sql")))


def steps_run(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    """Run steps in order; each leaves a temporary table of its own name."""
    for name in names:
        con.execute(f"create or replace temp table {name} as {step_text(name)}")


def rows_of(con: duckdb.DuckDBPyConnection, select: str) -> list[tuple[Any, ...]]:
    """Return all rows of a SELECT."""
    return con.execute(select).fetchall()


def count_of(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Return the number of rows of a table or view."""
    return int(rows_of(con, f"select count(*) from {table}")[0][0])


def rows_load(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    *,
    folder: Path,
) -> int:
    """Put rows from Python into the temporary table ``table``; return how many.

    They go through a CSV file in ``folder`` (which the connection must be allowed to read): passing them as parameters takes
    some hundred times longer.
    """
    file = folder / f"{table}.csv"
    count = 0
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        for row in rows:
            writer.writerow([_NULL if value is None else value for value in row])
            count += 1
    if count:
        types = ", ".join(f"'{column.name}': '{column.duckdb_type}'" for column in columns)
        source = (
            f"select * from read_csv({sql_text(str(file))}, header = false, auto_detect = false, delim = ',', "
            f"quote = '\"', escape = '\"', nullstr = '{_NULL}', columns = {{{types}}})"
        )
    else:
        source = "select " + ", ".join(f"cast(null as {c.duckdb_type}) as {c.name}" for c in columns) + " where false"
    con.execute(f"create or replace temp table {table} as {source}")
    file.unlink()
    return count


def night_load(con: duckdb.DuckDBPyConnection, business_date: date) -> None:
    """Fill the one-row table ``night``: the business date and what the calendar says about it."""
    yesterday = business_date - timedelta(days=1)
    flags = ", ".join(
        f"{any(capitalisation_days(compound, yesterday, business_date))} as capitalises_{compound}"
        for compound in (Compound.MONTHLY, Compound.QUARTERLY)
    )
    con.execute(
        "create or replace temp table night as "
        f"select date '{business_date.isoformat()}' as business_date, cast({DEN} as bigint) as den, {flags}"
    )
