"""Point reads of the book: one note, a few notes and a whole column, from files of the size of a bank.

    .venv/bin/python benchmarks/point_reads.py --notes 1000000

Writes a file of notes as a night does (ordered by note, the same columns, zstd) into a temporary folder, opens it as
`portfolio.selectors.book_read` does (named file only, one thread, 256 MB) and prints for each kind of read the best of
several in milliseconds of processor time and how many of the file's row groups it had to open.
"""

# ruff: noqa: S608 - the SQL is made of constants of this file

import argparse
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import duckdb

from huikuan.portfolio.book_tables import NOTE_CLASS
from huikuan.portfolio.lake import Lake
from huikuan.portfolio.lake_tables import feed_tables

MEMORY, REPEATS = "256MB", 7
RUN, DAY = UUID(int=1), date(2026, 1, 31)


def book_write(lake: Lake, notes: int) -> str:
    """Write note_class for so many notes; return its path in the lake."""
    path = lake.file_path(NOTE_CLASS.name, DAY, RUN)
    with lake.connect(writes=[path]) as con:
        amounts = [column.name for column in NOTE_CLASS.columns if column.name.endswith("_minor")]
        sums = ", ".join(f"(i * {number} % 9999991) as {name}" for number, name in enumerate(amounts, 3))
        select = (
            "select 'N' || lpad(i::varchar, 9, '0') as note_id, 'C' || (i // 2) as contract_id, "
            "'P' || (i * 7919 % 700000) as party_id, 'I' || i % 40 as institution_code, 'X' || i % 6 as product_code, "
            "'M' || i % 7 as bucket, 'pass' as class_floor, (i * 31 % 90)::int as dpd, null as stale_since, "
            f"{sums}, 0 as dpd_principal, 0 as dpd_interest from range({notes}) t(i)"
        )
        return lake.write(con, NOTE_CLASS, select, business_date=DAY, run_id=RUN).path


def repayments_write(lake: Lake, notes: int, days: int) -> list[str]:
    """Write the repayments of so many days, of one note in forty each day; return the paths."""
    table, paths = feed_tables()["repayment"], []
    for number in range(days):
        on = DAY - timedelta(days=number)
        path = lake.file_path(table.name, on, RUN)
        with lake.connect(writes=[path]) as con:
            select = (
                f"select 'N' || lpad((i * 40 % {notes})::varchar, 9, '0') as note_id, 'R{number}-' || i as core_ref, "
                f"date '{on}' as value_on, timestamp '{on} 09:00:00' as received_at, i as amount_minor, "
                f"null as reverses from range({notes // 40}) t(i)"
            )
            paths.append(lake.write(con, table, select, business_date=on, run_id=RUN).path)
    return paths


def row_groups(con: duckdb.DuckDBPyConnection, file: str, low: str, high: str) -> tuple[int, int]:
    """Row groups whose smallest and largest note leave a place for the keys, and all of them."""
    found = con.execute(
        "select count(*) filter (where stats_max_value >= $1 and stats_min_value <= $2), count(*) "
        "from parquet_metadata($3) where path_in_schema = 'note_id'",
        [low, high, file],
    ).fetchall()
    return int(found[0][0]), int(found[0][1])


def milliseconds(con: duckdb.DuckDBPyConnection, select: str, values: list[str]) -> float:
    """Best of several, in processor time: other work on the machine does not count."""
    best = float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        con.execute(select, values).fetchall()
        best = min(best, time.process_time() - start)
    return best * 1000


def main() -> None:
    """Print a line for each kind of read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=60, help="days of repayments, a file each")
    given = parser.parse_args()
    notes, days = given.notes, given.days
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder), "bench")
        path = book_write(lake, notes)
        con = lake.connect(reads=[path], threads=1, memory=MEMORY)
        file, source = str(lake.absolute(path)), lake.read_sql(NOTE_CLASS, [path])
        keys = [f"N{notes * part // 20:09d}" for part in range(20)]
        reads = [
            ("one note", "note_id in (?)", [keys[10]]),
            ("three notes side by side", "note_id in (?, ?, ?)", [f"N{notes // 2 + n:09d}" for n in range(3)]),
            ("twenty notes all over the book", f"note_id in ({', '.join('?' * 20)})", keys),
            ("by a column that is not the order", "party_id in (?)", ["P7919"]),
        ]
        print(f"{notes:,} notes, {Path(file).stat().st_size / 1e6:.0f} MB, one thread, {MEMORY}")
        for name, where, values in reads:
            best = milliseconds(con, f"select * from ({source}) where {where}", values)
            opened, of = row_groups(con, file, min(values), max(values)) if "note_id" in where else (0, 0)
            groups = f"row groups {opened} of {of}" if of else "one column of all row groups"
            print(f"  {name:<36} {best:7.1f} ms   {groups}")
        con.close()
        table, paths = feed_tables()["repayment"], repayments_write(lake, notes, days)
        with lake.connect(reads=paths, threads=1, memory=MEMORY) as con:
            select = f"select * from ({lake.read_sql(table, paths)}) where note_id in (?)"
            best = milliseconds(con, select, [f"N{0:09d}"])
        print(f"  {'repayments of a note':<36} {best:7.1f} ms   {days} files, {days * (notes // 40):,} repayments")


if __name__ == "__main__":
    main()
