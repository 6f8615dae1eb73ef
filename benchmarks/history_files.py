"""What a history in many files costs: `python benchmarks/history_files.py [nights] [rows a night]`.

Writes the repayments of made-up nights once as a file a night and once as one file, and reads the rows of 200 notes
from both, as the stage *age* does for the notes that it replays. Prints CPU seconds, the smallest of five reads.
"""

import shutil
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import duckdb

DEFAULTS = ("365", "5000")
ROWS = (
    "select printf('N%08d', (i * 7919 + {night}) % 1000000) as note_id, printf('N%08d-D{night}', i) as core_ref, "
    "date '2024-01-01' + {night} as value_on, timestamp '2024-01-01 10:00:00' as received_at, 100 + i as amount_minor, "
    "cast(null as varchar) as reverses from range({rows}) as r(i)"
)


def main() -> None:
    nights, rows = (int(word) for word in (*sys.argv[1:3], *DEFAULTS[len(sys.argv) - 1 :]))
    folder = Path(tempfile.mkdtemp(prefix="history-"))
    try:
        with closing(duckdb.connect(config={"threads": 2})) as con:
            con.execute("create table wanted as select printf('N%08d', i * 5000) as note_id from range(200) as r(i)")
            for night in range(nights):
                select = ROWS.format(night=night, rows=rows)
                con.execute(f"copy ({select}) to '{folder}/{night}.parquet' (format parquet, compression zstd)")
            one = folder / "one" / "all.parquet"
            one.parent.mkdir()
            con.execute(f"copy (from '{folder}/*.parquet') to '{one}' (format parquet, compression zstd)")
            print(f"{nights} nights of {rows:,} rows, DuckDB {duckdb.__version__}, 2 threads")
            print(f"  {nights} files: {measure(con, f'{folder}/*.parquet'):.3f} CPU s")
            print(f"  one file: {measure(con, str(one)):.3f} CPU s")
    finally:
        shutil.rmtree(folder)


def measure(con: duckdb.DuckDBPyConnection, files: str) -> float:
    """CPU seconds of one read, the view included."""
    found = []
    for _ in range(5):
        began = time.process_time()
        con.execute(f"create or replace temp view history as from read_parquet('{files}', union_by_name = true)")
        con.execute("select count(*) from history as h join wanted as w on w.note_id = h.note_id").fetchall()
        found.append(time.process_time() - began)
    return min(found)


if __name__ == "__main__":
    main()
