"""Rows from DuckDB into temporary tables of PostgreSQL, a batch at a time.

Row-level security refuses COPY into a protected table, so writers copy into a temporary one and go on from there by one
statement.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import duckdb

BATCH_ROWS: Final = 5_000


def rows_copy(cursor: Any, target: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows by COPY; ``target`` is a constant of the caller: a table, with its columns if they are not all."""
    with cursor.copy(f"copy {target} from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def rows_read(con: duckdb.DuckDBPyConnection, select: str) -> Iterator[tuple[Any, ...]]:
    """Yield rows of a SELECT, BATCH_ROWS at a time; nothing else may use the connection meanwhile."""
    found = con.execute(select)
    while batch := found.fetchmany(BATCH_ROWS):
        yield from batch
