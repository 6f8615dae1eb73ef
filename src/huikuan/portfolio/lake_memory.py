"""Rows of named lake files in the memory of one DuckDB connection, for work that reads the same small files many times.

A small book is a few megabytes, and most of what a night of it costs is opening files: their footers are read and
planned again by every statement. Here a file is read once, when it is first asked for, and what is written stays where
it was made. The files in the lake and their content hashes are the same as those of `Lake.write`.
"""

# ruff: noqa: S608 - names in the SQL are numbered here or come from lake tables

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

import duckdb

from huikuan.portfolio.lake import Lake, LakeTable, WrittenFile, flush, ordered_sql, sql_text, table_hash

_SCHEMA: Final = "kept"
_FLUSHERS: Final = 8  # the disk joins what is forced to it at the same time


class LakeMemory:
    """Tables of the schema `kept`: one for each file in use, and one for each table that is read as a history."""

    def __init__(self, lake: Lake, con: duckdb.DuckDBPyConnection) -> None:
        self._lake, self._con = lake, con
        self._files: dict[str, str] = {}  # path → table of the schema
        self._written: dict[str, WrittenFile] = {}
        self._histories: dict[str, dict[str, int]] = {}  # lake table → path → number of the part
        self._number = 0
        self._unflushed: list[Path] = []
        self._flushers = ThreadPoolExecutor(_FLUSHERS)
        con.execute(f"create schema {_SCHEMA}")

    def read_sql(self, table: LakeTable, paths: Sequence[str]) -> str:
        """Return the SELECT of the rows of these named files, columns by name; they are read if they are not here."""
        if not paths:
            return table.empty_select()
        if len(paths) == 1 and table.name not in self._histories:
            return f"select * from {self._file(table, paths[0])}"
        return self._history(table, paths)

    def write(
        self,
        table: LakeTable,
        select: str,
        *,
        business_date: date,
        run_id: UUID,
        order: Sequence[str] | None = None,
        same: Mapping[str, str] | None = None,
    ) -> WrittenFile:
        """Write the rows of ``select`` as `Lake.write` does, and keep them; `flush` forces the file to disk."""
        path = self._lake.file_path(table.name, business_date, run_id)
        target = self._lake.absolute(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        self._forget(path)
        name = self._named(path)
        self._con.execute(f"create table {name} as {ordered_sql(table, select, order=order, same=same)}")
        self._con.execute(
            f"copy {name} to {sql_text(str(target))} (format parquet, compression zstd, compression_level 1)"
        )
        self._unflushed.append(target)
        rows, content_hash = table_hash(self._con, f"select * from {name}", table.columns)
        self._written[path] = WrittenFile(table.name, business_date, run_id, path, rows, content_hash)
        return self._written[path]

    def write_same(self, path: str, *, business_date: date, run_id: UUID) -> WrittenFile | None:
        """Give the rows of a file that was written here to another date, as a second name of the same bytes.

        None for a file that was not written here, or on a disk whose files have one name only.
        """
        former = self._written.get(path)
        if former is None or path not in self._files:
            return None
        same = self._lake.file_path(former.table, business_date, run_id)
        target = self._lake.absolute(same)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        try:
            target.hardlink_to(self._lake.absolute(path))
        except OSError:
            return None
        self._unflushed.append(target)
        self._files[same] = self._files[path]
        self._written[same] = replace(former, business_date=business_date, run_id=run_id, path=same)
        return self._written[same]

    def rows_written(self, path: str | None) -> int:
        """Return the rows of a file that was written here and is still kept; 0 of any other one."""
        file = None if path is None else self._written.get(path)
        return 0 if file is None else file.rows

    def flush(self) -> None:
        """Force all files written since the last call, and their folders, to disk: before they are named."""
        if self._unflushed:
            list(self._flushers.map(flush, self._unflushed))
        self._unflushed.clear()

    def close(self) -> None:
        """End the threads that flush."""
        self._flushers.shutdown()

    def keep_only(self, paths: Collection[str]) -> None:
        """Let go of the rows of all other files; a history keeps its parts."""
        for path in [path for path in self._files if path not in paths]:
            self._forget(path)
        self._written = {path: file for path, file in self._written.items() if path in paths}

    def _file(self, table: LakeTable, path: str) -> str:
        if path not in self._files:
            source = self._lake.read_sql(table, [path])
            self._con.execute(f"create table {self._named(path)} as {source}")
        return self._files[path]

    def _history(self, table: LakeTable, paths: Sequence[str]) -> str:
        name = f'{_SCHEMA}."{table.name}"'
        parts = self._histories.get(table.name)
        if parts is None:
            parts = self._histories[table.name] = {}
            self._con.execute(f"create table {name} as select 0 as part, * from ({table.empty_select()})")
        new = [path for path in paths if path not in parts]
        for path in new:
            parts[path] = len(parts)
        if on_disk := {path: parts[path] for path in new if path not in self._files}:
            self._load(table, name, on_disk)
        for path in [path for path in new if path not in on_disk]:
            self._con.execute(f"insert into {name} select {parts[path]}, * from {self._files[path]}")
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        # A view reads when it is asked: parts that come after it was made are none of its rows.
        wanted = (
            f"part < {len(parts)}"
            if len(paths) == len(parts)
            else f"part in ({', '.join(str(parts[path]) for path in paths)})"
        )
        return f"select {columns} from {name} where {wanted}"

    def _load(self, table: LakeTable, name: str, parts: dict[str, int]) -> None:
        """Add files to a history, all by one statement."""
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        numbers = ", ".join(f"({sql_text(str(self._lake.absolute(path)))}, {part})" for path, part in parts.items())
        files = ", ".join(sql_text(str(self._lake.absolute(path))) for path in parts)
        self._con.execute(
            f"insert into {name} select n.part, {columns} from "
            f"(select *, cast(null as varchar) as filename from ({table.empty_select()}) union all by name "
            f"select * from read_parquet([{files}], union_by_name = true, filename = true)) as f "
            f"join (values {numbers}) as n (path, part) on n.path = f.filename order by n.part"
        )

    def _named(self, path: str) -> str:
        self._number += 1
        self._files[path] = f'{_SCHEMA}."file {self._number}"'
        return self._files[path]

    def _forget(self, path: str) -> None:
        if (name := self._files.pop(path, None)) is not None and name not in self._files.values():
            self._con.execute(f"drop table if exists {name}")
