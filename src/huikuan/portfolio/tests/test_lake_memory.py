"""Lake files in memory: the same rows, hashes and files as without, and a file read once only."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pytest

from huikuan.portfolio.lake import Column, Lake, LakeTable, WrittenFile
from huikuan.portfolio.lake_memory import LakeMemory

DAY = date(2026, 3, 31)
RUN = UUID(int=1)
TABLE = LakeTable("t", (Column("k", "BIGINT"), Column("v", "VARCHAR")), ("k",))
DAYS = [DAY + timedelta(days=number) for number in range(4)]


def _select(*values: int) -> str:
    return " union all ".join(f"select {k} as v, {k} as k" for k in values)


def _opened(lake: Lake, *, reads: list[str] | None = None) -> tuple[duckdb.DuckDBPyConnection, LakeMemory]:
    con = lake.connect(reads=reads or [], writes=[lake.file_path("t", day, RUN) for day in DAYS], threads=1)
    return con, LakeMemory(lake, con)


def _rows(con: duckdb.DuckDBPyConnection, select: str) -> list[tuple[Any, ...]]:
    return con.execute(select).fetchall()


def _plain(root: Path, select: str) -> tuple[Lake, WrittenFile]:
    lake = Lake(root, "north")
    con = lake.connect(writes=[lake.file_path("t", DAY, RUN)], threads=1)
    return lake, lake.write(con, TABLE, select, business_date=DAY, run_id=RUN)


def test_a_file_is_written_as_without_memory(tmp_path: Path) -> None:
    plain_lake, plain = _plain(tmp_path / "plain", _select(3, 1, 2))
    lake = Lake(tmp_path / "kept", "north")
    con, memory = _opened(lake)
    file = memory.write(TABLE, _select(3, 1, 2), business_date=DAY, run_id=RUN)
    memory.flush()
    assert file == plain
    assert _rows(con, memory.read_sql(TABLE, [file.path])) == [(1, "1"), (2, "2"), (3, "3")]
    fresh = lake.connect(reads=[file.path])
    assert _rows(fresh, lake.read_sql(TABLE, [file.path])) == [(1, "1"), (2, "2"), (3, "3")]
    assert plain_lake.absolute(plain.path).is_file()
    memory.close()


def test_a_file_is_read_once_and_let_go_when_it_is_no_longer_needed(tmp_path: Path) -> None:
    lake, file = _plain(tmp_path, _select(1, 2))
    con, memory = _opened(lake, reads=[file.path])
    assert len(_rows(con, memory.read_sql(TABLE, [file.path]))) == 2
    lake.absolute(file.path).unlink()
    assert len(_rows(con, memory.read_sql(TABLE, [file.path]))) == 2
    memory.keep_only([])
    with pytest.raises(duckdb.Error):
        memory.read_sql(TABLE, [file.path])


def test_a_history_grows_by_its_new_parts_and_can_be_read_in_part(tmp_path: Path) -> None:
    lake, first = _plain(tmp_path, _select(1))
    con, memory = _opened(lake, reads=[first.path])
    paths = [first.path]
    assert memory.read_sql(TABLE, []) == TABLE.empty_select()
    before = ""
    for number, day in enumerate(DAYS[1:], start=2):
        paths.append(memory.write(TABLE, _select(number), business_date=day, run_id=RUN).path)
        select = memory.read_sql(TABLE, paths)
        assert _rows(con, select) == [(k, str(k)) for k in range(1, number + 1)]
        assert not before or len(_rows(con, before)) == number - 1, "what was asked before has no later part"
        before = select
    memory.keep_only([])
    assert _rows(con, memory.read_sql(TABLE, paths[1:3])) == [(2, "2"), (3, "3")]
    assert _rows(con, memory.read_sql(TABLE, paths[:1])) == [(1, "1")]


def test_unchanged_rows_get_a_second_name_without_being_written_again(tmp_path: Path) -> None:
    lake = Lake(tmp_path, "north")
    con, memory = _opened(lake)
    first = memory.write(TABLE, _select(1, 2), business_date=DAY, run_id=RUN)
    second = memory.write_same(first.path, business_date=DAYS[1], run_id=RUN)
    memory.flush()
    assert second is not None
    assert (second.rows, second.content_hash, second.business_date) == (2, first.content_hash, DAYS[1])
    assert lake.absolute(first.path).samefile(lake.absolute(second.path))
    memory.keep_only([second.path])
    assert _rows(con, memory.read_sql(TABLE, [second.path])) == [(1, "1"), (2, "2")]
    assert memory.write_same(first.path, business_date=DAYS[2], run_id=RUN) is None, "it is not here any more"
    swept = lake.sweep([second.path])
    assert swept == [first.path] and lake.absolute(second.path).is_file()
