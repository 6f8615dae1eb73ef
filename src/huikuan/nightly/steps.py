"""Run the stage SQL files: one file is one SELECT, its result becomes the table of the same name.

The files stand in ``stages/``, in the subset of DuckDB's dialect that ``docs/operations/nightly.md`` lists, so that
sqlglot can turn them into Spark SQL. They take no parameters: what differs by night stands in small tables
(``night``, ``day_class``, ``convention``) which ``night_load`` and the stages fill.
"""

# ruff: noqa: S608 - names in the SQL are names of stage files

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb

from huikuan.portfolio.facts import Compound
from huikuan.portfolio.rules.engine import capitalisation_days


@cache
def step_text(name: str) -> str:
    """Return the SELECT of a step; raises FileNotFoundError for a name without a file."""
    return files("huikuan.nightly").joinpath("stages", f"{name}.sql").read_text(encoding="utf-8")


def steps_run(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    """Run steps in order; each leaves a temporary table of its own name."""
    for name in names:
        con.execute(f"create or replace temp table {name} as {step_text(name)}")


def steps_view(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    """Leave a temporary view for each step instead of a table: for one that a single later step reads."""
    for name in names:
        con.execute(f"create or replace temp view {name} as {step_text(name)}")


def relations_drop(con: duckdb.DuckDBPyConnection) -> None:
    """Drop all temporary tables and views: what a stage leaves behind in memory is of no use to the next."""
    found = [
        f'drop {kind} "{name}"'
        for kind in ("view", "table")
        for (name,) in rows_of(con, f"select {kind}_name from duckdb_{kind}s() where temporary and not internal")
    ]
    if found:  # one transaction: a hundred of them would take as long as a step
        con.execute("; ".join(["begin", *found, "commit"]))


def rows_of(con: duckdb.DuckDBPyConnection, select: str) -> list[tuple[Any, ...]]:
    """Return all rows of a SELECT."""
    return con.execute(select).fetchall()


def rows_named(con: duckdb.DuckDBPyConnection, select: str) -> list[dict[str, Any]]:
    """Return all rows of a SELECT, each by column name."""
    rows = rows_of(con, select)
    names = [column[0] for column in con.description or ()]
    return [dict(zip(names, row, strict=True)) for row in rows]


def count_of(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Return the number of rows of a table or view."""
    return int(rows_of(con, f"select count(*) from {table}")[0][0])


def night_load(con: duckdb.DuckDBPyConnection, business_date: date) -> None:
    """Fill the one-row table ``night``: the business date and what the calendar says about it."""
    yesterday = business_date - timedelta(days=1)
    flags = ", ".join(
        f"{any(capitalisation_days(compound, yesterday, business_date))} as capitalises_{compound}"
        for compound in (Compound.MONTHLY, Compound.QUARTERLY)
    )
    con.execute(
        f"create or replace temp table night as select date '{business_date.isoformat()}' as business_date, {flags}"
    )
