"""The lake: immutable Parquet files by bank, table, business date and run.

    <home>/lake/<bank code>/<table>/<business date>/<run id>/part-0.parquet

A file **exists only if a committed row of `portfolio_lake_file` names it** (`services.lake.lake_file_name`,
`selectors.lake`). Nobody lists folders to find data: a run that was killed leaves files behind that no row names, and
`sweep` removes them at the start of the next run. Nothing here touches PostgreSQL or a clock.

A `Lake` hands out DuckDB connections that can open the named files and the run's own output files **and nothing
else**: after `connect` DuckDB itself refuses every other path, wildcard or network address.

The content hash of a table is the sum of the first 15 hex digits of md5 over its canonical rows, as decimal
text. Row order, Parquet bytes, compression and the run that wrote it do not matter; one changed value does.
"""

# ruff: noqa: S608 - names in the SQL come from checked contracts, texts are quoted by sql_text

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import duckdb

PART = "part-0.parquet"
_HASH_BYTES = ((0, 7), (1, 6), (2,), (3,), (4,), (5,))
"""The first eight bytes of md5, as they are summed: two in one sum where their sums have room for 4 billion rows."""
_HASH_DIGITS = 0xF0FF_FFFF_FFFF_FFFF  # 15 hex digits: the last four bits of the eighth byte are left out
_RUN_COLUMNS = frozenset({"run_id", "known_at", "schedule_run_id"})  # who wrote it and when: not content


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a lake table with its DuckDB type."""

    name: str
    duckdb_type: str


@dataclass(frozen=True, slots=True)
class LakeTable:
    """Name, columns in file order and key of a lake table; rows are written in key order."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def empty_select(self) -> str:
        """Return a SELECT of no rows with the table's columns and types."""
        columns = ", ".join(f'cast(null as {c.duckdb_type}) as "{c.name}"' for c in self.columns)
        return f"select {columns} where false"


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that lies in the lake but is not yet named: it exists once its row is committed.

    ``path`` is relative to the lake's root, with forward slashes.
    """

    table: str
    business_date: date
    run_id: UUID
    path: str
    rows: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class Lake:
    """The lake of one bank below ``root`` (``<home>/lake``)."""

    root: Path
    bank_code: str

    def file_path(self, table: str, business_date: date, run_id: UUID) -> str:
        """Return where a run puts a table, relative to the root."""
        return f"{self.bank_code}/{table}/{business_date.isoformat()}/{run_id}/{PART}"

    def absolute(self, path: str) -> Path:
        """Return the place of a relative lake path.

        Raises ValueError if the path leaves this bank's folder.
        """
        full = (self.root / path).resolve()
        if not full.is_relative_to((self.root / self.bank_code).resolve()):
            raise ValueError(f"{path} is outside the lake of bank {self.bank_code}.")
        return full

    def connect(
        self,
        *,
        reads: Iterable[str] = (),
        writes: Iterable[str] = (),
        folders: Iterable[Path] = (),
        threads: int = 2,
        memory: str | None = None,
        spill: Path | None = None,
    ) -> duckdb.DuckDBPyConnection:
        """Open an in-memory DuckDB (zone UTC) that can open these files and folders and nothing else.

        ``reads`` are named files, ``writes`` files of the running run whose folders are made here; both relative to the
        root. ``folders`` are opened whole (a delivery). ``memory`` is DuckDB's limit ("256MB"); ``spill`` is where
        joins larger than memory go, encrypted with a key that lives in this process only: a delivery that is being
        checked holds names. The random numbers behind that key are those of DuckDB's own library, which calls them
        unsafe: the encryption hides names from a glance at the disk, and production keeps its home on an encrypted one.
        """
        targets = [self.absolute(path) for path in writes]
        for target in targets:
            target.parent.mkdir(parents=True, exist_ok=True)
        con = duckdb.connect(":memory:", config={"threads": threads})
        con.execute("set TimeZone = 'UTC'")
        con.execute("set preserve_insertion_order = true")
        con.execute("set autoinstall_known_extensions = false")
        con.execute("set allow_community_extensions = false")
        if memory is not None:
            con.execute(f"set memory_limit = {sql_text(memory)}")
        if spill is not None:
            spill.mkdir(parents=True, exist_ok=True)
            con.execute(f"set temp_directory = {sql_text(str(spill))}")
            con.execute("set force_mbedtls_unsafe = true")  # else DuckDB writes nothing encrypted without httpfs
            con.execute("set temp_file_encryption = true")
        paths = [str(self.absolute(path)) for path in reads] + [str(target) for target in targets]
        con.execute(f"set allowed_paths = {_sql_list(paths)}")
        con.execute(f"set allowed_directories = {_sql_list(str(f.resolve()) for f in folders)}")
        con.execute("set enable_external_access = false")
        con.execute("set lock_configuration = true")
        return con

    def view(self, con: duckdb.DuckDBPyConnection, table: LakeTable, paths: Sequence[str], name: str = "") -> None:
        """Create the view ``name`` (default: the table's name) over these named files; without files it is empty."""
        con.execute(f'create or replace temp view "{name or table.name}" as {self.read_sql(table, paths)}')

    def read_sql(self, table: LakeTable, paths: Sequence[str]) -> str:
        """Return the SELECT that reads these named files of a table, columns by name.

        A column that a file lacks, because it was written before the table had it, is null.
        """
        if not paths:
            return table.empty_select()
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        files = _sql_list(str(self.absolute(path)) for path in paths)
        rows = f"select * from read_parquet({files}, union_by_name = true)"
        return f"select {columns} from ({table.empty_select()} union all by name {rows})"

    def write(
        self,
        con: duckdb.DuckDBPyConnection,
        table: LakeTable,
        select: str,
        *,
        business_date: date,
        run_id: UUID,
        order: Sequence[str] | None = None,
        same: Mapping[str, str] | None = None,
    ) -> WrittenFile:
        """Write the rows of ``select`` as one file in key order, flush it to disk, and return what to name.

        ``select`` must give the table's columns, cast to its types here, but for those in ``same``: columns with one
        value in all rows, by name their SQL, which need not be sorted with the others. ``order`` are columns of
        ``select`` that give the order of the key more cheaply than the key itself; none, if its rows come in that
        order. The connection must have been opened with this path among its ``writes``.
        """
        path = self.file_path(table.name, business_date, run_id)
        target = self.absolute(path)
        con.execute(
            f"copy ({ordered_sql(table, select, order=order, same=same)}) "
            f"to {sql_text(str(target))} (format parquet, compression zstd, compression_level 1)"
        )
        flush(target)
        rows, content_hash = table_hash(con, f"select * from read_parquet({sql_text(str(target))})", table.columns)
        return WrittenFile(table.name, business_date, run_id, path, rows, content_hash)

    def sweep(self, named: Iterable[str]) -> list[str]:
        """Delete every file of this bank that is not in ``named``; return the deleted relative paths, sorted.

        Call it only while the bank's night lock is held: a file that another run is writing has no name yet.
        """
        keep = frozenset(named)
        folder = self.root / self.bank_code
        swept = []
        for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
            path = file.relative_to(self.root).as_posix()
            if file.is_file() and path not in keep:
                file.unlink()
                swept.append(path)
                _remove_empty(file.parent, folder)
        return swept


def ordered_sql(
    table: LakeTable, select: str, *, order: Sequence[str] | None = None, same: Mapping[str, str] | None = None
) -> str:
    """Return the SELECT of the rows of a file: the table's columns of its types, in order (see `Lake.write`)."""
    values = same or {}
    columns = ", ".join(
        f'cast({values.get(c.name, _quoted(c.name))} as {c.duckdb_type}) as "{c.name}"' for c in table.columns
    )
    by = ", ".join(map(_quoted, table.key if order is None else order))
    return f"select {columns} from (select * from ({select}) {by and f'order by {by}'})"


def content_hash(con: duckdb.DuckDBPyConnection, select: str) -> str:
    """Return the content hash of the rows of ``select`` (see the module's docstring); "0" without rows."""
    return table_hash(con, select)[1]


def table_hash(con: duckdb.DuckDBPyConnection, select: str, columns: Sequence[Column] | None = None) -> tuple[int, str]:
    """Return the number of rows of ``select`` and their content hash.

    The canonical row is every column but run id and known-at, in name order, joined by commas: a text as
    ``length:text``, anything else as its text (none of these has a comma), null as ``!``. Two different rows never give
    the same text. Timestamps are in UTC. ``columns`` are those of ``select`` where they are known.
    """
    if columns is None:
        columns = [Column(str(row[0]), str(row[1])) for row in con.execute(f"describe {select}").fetchall()]
    content = sorted((c for c in columns if c.name not in _RUN_COLUMNS), key=lambda c: c.name)
    texts = ", ".join(f'cast("{c.name}" as varchar) as "{c.name}"' for c in content)
    parts = ", ".join(
        f"""case when "{c.name}" is null then '!' else concat_ws(':', strlen("{c.name}"), "{c.name}") end"""
        if c.duckdb_type == "VARCHAR"
        else f"""coalesce("{c.name}", '!')"""
        for c in content
    )
    masks = (sum(0xFF << 8 * place for place in places) & _HASH_DIGITS for places in _HASH_BYTES)
    sums = ", ".join(f"coalesce(sum(md5_bytes & {mask}::ubigint), 0)" for mask in masks)
    number = f"md5_number(concat_ws(',', {parts}))"  # its lowest byte is the first one of the digest
    (rows, *totals), *_ = con.execute(
        f"select count(*), {sums} from (select cast({number} & {2**64 - 1}::uhugeint as ubigint) as md5_bytes "
        f"from (select {texts} from ({select})))"
    ).fetchall()
    return int(rows), str(_hash_total([int(total) for total in totals]))


def _hash_total(totals: Sequence[int]) -> int:
    """Return the sum of the first 15 hex digits from the sums of ``_HASH_BYTES`` over all rows."""
    found = 0
    for places, total in zip(_HASH_BYTES, totals, strict=True):
        rest = total
        for place in reversed(places):
            of_byte, rest = divmod(rest, 1 << 8 * place)
            found += of_byte << 8 * (7 - place)
    return found >> 4


def hashes_combine(hashes: Mapping[str, str]) -> str:
    """Return one hex digest over named hashes; the order of the mapping does not matter."""
    text = "\n".join(f"{name}={hashes[name]}" for name in sorted(hashes))
    return hashlib.sha256(text.encode()).hexdigest()


def sql_text(value: str) -> str:
    """Return ``value`` as an SQL string literal."""
    return "'" + value.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _sql_list(values: Iterable[str]) -> str:
    return "[" + ", ".join(sql_text(value) for value in values) + "]"


def flush(file: Path) -> None:
    """Force a file and its folder to disk, so that a committed name never outlives its file in a power failure."""
    for place in (file, file.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove_empty(folder: Path, stop: Path) -> None:
    while folder != stop and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def rows_load(
    con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[Column], rows: Sequence[Sequence[object]]
) -> None:
    """Create the temporary table ``name`` from Python rows (text, integers, booleans, dates, None).

    They pass as one JSON document: a quarter of a million rows a second, where `executemany` needs minutes.
    """
    if not rows:
        typed = ", ".join(f'"{column.name}" {column.duckdb_type}' for column in columns)
        con.execute(f'create or replace temp table "{name}" ({typed})')
        return
    values = {column.name: [_json_value(row[place]) for row in rows] for place, column in enumerate(columns)}
    shape = json.dumps({column.name: [column.duckdb_type] for column in columns})
    unnested = ", ".join(f'unnest(j."{column.name}") as "{column.name}"' for column in columns)
    con.execute(
        f'create or replace temp table "{name}" as select {unnested} '
        f"from (select from_json($1::json, {sql_text(shape)}) as j)",
        [json.dumps(values)],
    )


def _json_value(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
