"""The lake: named files only, content hashes, sweep."""

import hashlib
from datetime import date
from pathlib import Path
from uuid import UUID

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.lake import Column, Lake, LakeTable, WrittenFile, content_hash, rows_load, table_hash

DAY = date(2026, 3, 31)
RUN, OTHER = UUID(int=1), UUID(int=2)
TABLE = LakeTable("t", (Column("k", "BIGINT"), Column("v", "VARCHAR"), Column("day", "DATE")), ("k",))


def written(lake: Lake, select: str, run: UUID = RUN) -> WrittenFile:
    """Write rows as a run."""
    con = lake.connect(writes=[lake.file_path("t", DAY, run)])
    return lake.write(con, TABLE, select, business_date=DAY, run_id=run)


def rows(*pairs: tuple[int, str]) -> str:
    """A SELECT of rows of the table."""
    return " union all ".join(f"select {k} as k, '{v}' as v, date '2026-03-31' as day" for k, v in pairs)


def test_file_written_is_read_back_in_key_order(tmp_path: Path) -> None:
    lake = Lake(tmp_path, "north")
    file = written(lake, rows((2, "b"), (1, "a")))
    assert file.path == f"north/t/2026-03-31/{RUN}/part-0.parquet" and file.rows == 2
    con = lake.connect(reads=[file.path])
    lake.view(con, TABLE, [file.path])
    assert con.execute("select k, v from t").fetchall() == [(1, "a"), (2, "b")]


def test_order_by_another_column_and_a_column_that_is_the_same_everywhere_give_the_file_of_the_key(
    tmp_path: Path,
) -> None:
    lake = Lake(tmp_path, "north")
    plain = written(lake, rows((2, "b"), (3, "c"), (1, "a")))
    con = lake.connect(reads=[plain.path], writes=[lake.file_path("t", DAY, OTHER)])
    select = "select k, v, 10 * k as place from (values (2, 'b'), (3, 'c'), (1, 'a')) as r(k, v)"
    same = {"day": "date '2026-03-31'"}
    file = lake.write(con, TABLE, select, business_date=DAY, run_id=OTHER, order=("place",), same=same)
    assert (file.rows, file.content_hash) == (plain.rows, plain.content_hash)
    found = [con.execute(f"select * from ({lake.read_sql(TABLE, [one.path])})").fetchall() for one in (plain, file)]
    assert found[0] == found[1] == [(1, "a", DAY), (2, "b", DAY), (3, "c", DAY)]


def test_rows_that_come_in_order_are_written_as_they_come_by_all_threads(tmp_path: Path) -> None:
    lake = Lake(tmp_path, "north")
    con = lake.connect(writes=[lake.file_path("t", DAY, RUN)], threads=4)
    con.execute(
        "create temp table r as select i as k, 'v' || i as v, date '2026-03-31' as day from range(700000) as t(i)"
    )
    file = lake.write(con, TABLE, "select * from r where k % 7 <> 0", business_date=DAY, run_id=RUN, order=())
    lake.view(con, TABLE, [file.path])
    back = "select count(*) from (select k, lag(k) over () as before from t) where before >= k"
    assert file.rows == 600_000 and con.execute(back).fetchone() == (0,)


def test_content_hash_is_the_sum_of_the_first_15_digits_of_md5_over_canonical_rows(tmp_path: Path) -> None:
    con = Lake(tmp_path, "north").connect()
    values = [(i * 977, None if i % 5 == 0 else "甲,乙" * (i % 7), DAY) for i in range(3_000)]
    rows_load(con, "t", TABLE.columns, values)

    def digits(k: int, v: str | None, day: date) -> int:
        text = "!" if v is None else f"{len(v.encode())}:{v}"
        return int(hashlib.md5(f"{day},{k},{text}".encode()).hexdigest()[:15], 16)  # noqa: S324

    assert table_hash(con, "select * from t") == (3_000, str(sum(digits(*row) for row in values)))


def test_column_that_a_file_is_too_old_for_is_null(tmp_path: Path) -> None:
    lake = Lake(tmp_path, "north")
    old = written(lake, rows((1, "a")))
    grown = LakeTable("t", (*TABLE.columns, Column("later", "BIGINT")), TABLE.key)
    con = lake.connect(reads=[old.path], writes=[lake.file_path("t", DAY, OTHER)])
    new = lake.write(con, grown, f"select *, 7 as later from ({rows((2, 'b'))})", business_date=DAY, run_id=OTHER)
    for paths, expected in (([old.path], [(1, None)]), ([old.path, new.path], [(1, None), (2, 7)])):
        lake.view(con, grown, paths)
        assert con.execute("select k, later from t order by k").fetchall() == expected
        assert [row[1] for row in con.execute("describe t").fetchall()][-1] == "BIGINT"


def test_view_without_files_is_empty_with_its_types(tmp_path: Path) -> None:
    con = Lake(tmp_path, "north").connect()
    Lake(tmp_path, "north").view(con, TABLE, [])
    assert con.execute("select count(*) from t").fetchone() == (0,)
    assert [row[1] for row in con.execute("describe t").fetchall()] == ["BIGINT", "VARCHAR", "DATE"]


def test_connection_cannot_open_a_file_that_was_not_named(tmp_path: Path) -> None:
    lake = Lake(tmp_path, "north")
    named, unnamed = written(lake, rows((1, "a"))), written(lake, rows((2, "b")), OTHER)
    con = lake.connect(reads=[named.path])
    for statement in (
        f"select * from read_parquet('{tmp_path / unnamed.path}')",
        f"select * from read_parquet('{tmp_path}/north/t/*/*/*.parquet')",
        f"copy (select 1) to '{tmp_path}/x.csv'",
        "select * from read_csv('/etc/passwd')",
        "set enable_external_access = true",
        "install httpfs",
    ):
        with pytest.raises(duckdb.Error):
            con.execute(statement).fetchall()


def test_path_outside_the_bank_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="outside the lake of bank north"):
        Lake(tmp_path, "north").absolute("south/t/x.parquet")
    with pytest.raises(ValueError, match="outside"):
        Lake(tmp_path, "north").absolute("north/../../x")


def test_sweep_removes_what_no_row_names_and_nothing_of_another_bank(tmp_path: Path) -> None:
    lake, south = Lake(tmp_path, "north"), Lake(tmp_path, "south")
    named, unnamed = written(lake, rows((1, "a"))), written(lake, rows((1, "a")), OTHER)
    other = written(south, rows((1, "a")))
    assert lake.sweep([named.path]) == [unnamed.path]
    assert (tmp_path / named.path).exists() and (tmp_path / other.path).exists()
    assert not (tmp_path / unnamed.path).parent.exists()
    assert lake.sweep([named.path]) == []


def test_hash_does_not_depend_on_row_order_or_run(tmp_path: Path) -> None:
    lake = Lake(tmp_path, "north")
    one, two = written(lake, rows((1, "a"), (2, "b"))), written(lake, rows((2, "b"), (1, "a")), OTHER)
    assert one.content_hash == two.content_hash
    con = duckdb.connect()
    with_run = "select 1 as k, 'r1' as run_id, now() as known_at"
    assert content_hash(con, with_run) == content_hash(con, "select 1 as k, 'r2' as run_id, now() as known_at")


def test_hash_of_nothing_is_zero() -> None:
    assert table_hash(duckdb.connect(), "select 1 as k where false") == (0, "0")


PAIR = st.tuples(st.one_of(st.none(), st.text(max_size=6)), st.one_of(st.none(), st.text(max_size=6)))


@given(left=PAIR, right=PAIR)
def test_hash_differs_whenever_a_value_differs(
    left: tuple[str | None, str | None], right: tuple[str | None, str | None]
) -> None:
    con = duckdb.connect()
    hashes = []
    for name, row in (("l", left), ("r", right)):
        clean = tuple(None if value is None else value.replace("\x00", "") for value in row)
        rows_load(con, name, [Column("a", "VARCHAR"), Column("b", "VARCHAR")], [clean])
        hashes.append((clean, content_hash(con, f"select * from {name}")))
    assert (hashes[0][0] == hashes[1][0]) == (hashes[0][1] == hashes[1][1])


def test_rows_beyond_memory_are_spilled_and_the_result_is_whole(tmp_path: Path) -> None:
    spill = tmp_path / "spill"
    con = Lake(tmp_path, "north").connect(threads=1, memory="60MB", spill=spill)
    con.execute("create temp table t as select i, md5(cast(i as varchar)) as h from range(1500000) as r(i)")
    assert list(spill.iterdir())
    assert con.execute("select count(*), min(strlen(h)), max(i) from t").fetchone() == (1_500_000, 32, 1_499_999)
