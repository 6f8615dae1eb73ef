"""A bank's file as a table of texts with line numbers: `<table>` (src_line, src_broken, c0, c1 … by place in the file).

A text file is first copied to scratch as UTF-8 with plain line ends, a megabyte at a time: bytes of GBK may hold the
separator's byte inside a character, so it must be decoded before it is split. DuckDB then splits it. A line that cannot
be split or decoded becomes a row with ``src_broken`` set; a file that is cut off or not as the mapping says is refused.
"""

# ruff: noqa: S608 - names in the SQL are quoted, texts are quoted by sql_text

import codecs
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import duckdb

from huikuan.portfolio.errors import ColumnsError, DeliveryMissingError, FileUnreadableError
from huikuan.portfolio.lake import sql_text
from huikuan.portfolio.mapping.model import Form

_CHUNK = 1 << 20
_LINE_BYTES_MAX = 100_000
_BOM = b"\xef\xbb\xbf"
_BAD = "\udcff"  # becomes the byte 0xFF, which UTF-8 never has: DuckDB then refuses the line, and only that
_EXACT_TYPES = ("VARCHAR", "DECIMAL", "DATE", "TIMESTAMP", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT")
_EXACT_TYPES_WIDE = ("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT", "ENUM")
BROKEN = {
    "MISSING COLUMNS": "as many values as the file has columns",
    "TOO MANY COLUMNS": "as many values as the file has columns",
    "UNQUOTED VALUE": "a quoted value that ends with its quote",
    "INVALID STATE": "a quoted value that ends with its quote",
    "INVALID ENCODING": "text in the encoding of the mapping",
    "LINE SIZE OVER MAXIMUM": f"at most {_LINE_BYTES_MAX} bytes",
}

codecs.register_error("huikuan_bad_byte", lambda error: (_BAD, getattr(error, "end", 0)))


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A file that was read: its name, columns, rows (``broken`` among them)."""

    file: str
    table: str
    columns: tuple[str, ...]
    rows: int
    broken: int

    def place(self, column: str) -> str:
        """Return the name of a column of the file in the table."""
        return f"c{self.columns.index(column)}"


def source_read(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    form: Form,
    *,
    table: str,
    scratch: Path,
    limit: int | None = None,
    wanted: Sequence[str] | None = None,
) -> SourceTable:
    """Read a file into ``table``; ``src_broken`` is what was expected of a broken line, else null.

    ``limit`` reads the first rows only. ``wanted`` are the columns that the mapping uses: the table has them alone.
    Raises DeliveryMissingError, ColumnsError, FileUnreadableError.
    """
    if not path.is_file():
        raise DeliveryMissingError(f"File {path.name}", path)
    if form.format == "parquet":
        return _parquet_read(con, path, form, table, limit, wanted)
    copy = scratch / f"{table}.utf8"
    try:
        text = _copy_plain(path, copy, form, limit)
        return _csv_read(con, path, copy, form, table, text, wanted)
    finally:
        copy.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Text:
    lines: int
    header: str


def _copy_plain(path: Path, copy: Path, form: Form, limit: int | None) -> _Text:
    """Copy a text file as UTF-8 with plain line ends; return its lines and the first of them."""
    lines, tail = 0, b""
    decoder = codecs.getincrementaldecoder(form.encoding)("huikuan_bad_byte")
    most = None if limit is None else limit + form.header
    with path.open("rb") as source, copy.open("wb") as target:
        while chunk := source.read(_CHUNK):
            lines, tail = _write(target, _plain(chunk, decoder, tail), lines, tail)
            if most is not None and lines >= most:
                break
        rest = tail + decoder.decode(b"", final=True).encode("utf-8", "surrogateescape")
        if rest and (most is None or lines < most):
            if not form.last_line_open:
                raise FileUnreadableError(
                    path.name,
                    "the last line does not end",
                    "a line feed at the end (the file may be cut off), or `last_line_open: true` in its mapping",
                )
            target.write(rest + b"\n")
            lines += 1
    if lines == 0 and form.header:
        raise FileUnreadableError(path.name, "the file is empty", "a header line")
    with copy.open("rb") as first:
        start = first.readline(_LINE_BYTES_MAX).decode("utf-8", "replace").rstrip("\n")
    return _Text(lines, start)


def _plain(chunk: bytes, decoder: codecs.IncrementalDecoder, before: bytes) -> bytes:
    return before + decoder.decode(chunk).encode("utf-8", "surrogateescape")


def _write(target: BinaryIO, data: bytes, lines: int, before: bytes) -> tuple[int, bytes]:
    """Write whole lines of ``data``; return lines so far and what is left of the last."""
    if lines == 0 and not before:
        data = data.removeprefix(_BOM)
    end = data.rfind(b"\n") + 1
    whole = data[:end].replace(b"\r\n", b"\n")
    target.write(whole)
    return lines + whole.count(b"\n"), data[end:]


def _names(path: Path, form: Form, header: str) -> tuple[str, ...]:
    """Return the columns of a text file from its header or its mapping."""
    if not form.header:
        return tuple(form.columns or ())
    found = _split(header, form)
    if form.trailing_delimiter and found and found[-1] == "":
        found = found[:-1]
    names = tuple(name.strip() if form.trim else name for name in found)
    if len(set(names)) != len(names) or "" in names:
        raise FileUnreadableError(path.name, "a column of the header is empty or stands twice", "each column once")
    if form.columns is not None and names != form.columns:
        missing = [name for name in form.columns if name not in names]
        unknown = [name for name in names if name not in form.columns]
        raise ColumnsError(path.name, missing, unknown or ["another order"], form.columns)
    return names


def _split(line: str, form: Form) -> list[str]:
    if form.quote == "none" or len(form.delimiter) > 1:
        return [part.strip('"') if form.quote == "double" else part for part in line.split(form.delimiter)]
    return next(csv.reader([line], delimiter=form.delimiter), [])


def _csv_read(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    copy: Path,
    form: Form,
    table: str,
    text: _Text,
    wanted: Sequence[str] | None,
) -> SourceTable:
    names = _names(path, form, text.header)
    used = _used(path, names, wanted)
    listed = [f"c{place}" for place in range(len(names))] + (["c_end"] if form.trailing_delimiter else [])
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in listed)
    quote = "'\"'" if form.quote == "double" else "''"
    source = (
        f"read_csv({sql_text(str(copy))}, auto_detect = false, header = {str(form.header).lower()}, "
        f"delim = {sql_text(form.delimiter)}, quote = {quote}, escape = {quote}, "
        f"columns = {{{columns}}}, strict_mode = true, encoding = 'utf-8', "
        f"max_line_size = {_LINE_BYTES_MAX}, store_rejects = true, rejects_limit = 0, "
        f"rejects_table = '{table}_error', rejects_scan = '{table}_scan')"
    )
    values = ", ".join(f"{_value(name, form)} as {name}" for name in used)
    try:
        con.execute(
            f"create or replace temp table {table}_good as "
            f"select row_number() over () as src_line, cast(null as varchar) as src_broken, {values} from {source}"
        )
    except duckdb.Error as error:
        raise FileUnreadableError(path.name, str(error).splitlines()[0], "text as the mapping describes it") from error
    broken = _broken(con, table)
    good = _count(con, f"{table}_good")
    below = text.lines - form.header
    if good + broken != below:
        raise FileUnreadableError(
            path.name, f"{below} lines, but {good + broken} rows", "one row a line: no blank line, every quote closed"
        )
    head = int(form.header)
    shifted = f"select * replace (src_line + {head} as src_line) from {table}_good"
    if broken:  # a broken line takes no row number: rows behind it move down by one each
        earlier = f"(select count(*) from {table}_broken where src_line - {head} - place <= g.src_line)"
        shifted = (
            f"select * replace (src_line + {head} + {earlier} as src_line) from {table}_good as g "
            f"union all by name select src_line, expected as src_broken from {table}_broken"
        )
    con.execute(f"create or replace temp view {table} as {shifted}")
    return SourceTable(path.name, table, names, below, broken)


def _used(path: Path, names: Sequence[str], wanted: Sequence[str] | None) -> list[str]:
    if wanted is None:
        return [f"c{place}" for place in range(len(names))]
    if missing := [name for name in wanted if name not in names]:
        raise ColumnsError(path.name, missing, [], names)
    return [f"c{place}" for place, name in enumerate(names) if name in wanted]


def _value(sql: str, form: Form) -> str:
    """Return SQL of a source value: trimmed, null where its text means none."""
    value = f"trim({sql}, ' \u3000')" if form.trim else sql
    listed = ", ".join(sql_text(text) for text in dict.fromkeys(("", *form.null)))
    return f"case when {value} not in ({listed}) then {value} end"


def _broken(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Create `<table>_broken` (src_line, place among these from 0, expected) from DuckDB's list; return its rows."""
    cases = " ".join(f"when '{kind}' then {sql_text(expected)}" for kind, expected in BROKEN.items())
    con.execute(
        f"create or replace temp table {table}_broken as select line as src_line, "
        "row_number() over (order by line) - 1 as place, expected from (select line, "
        f"any_value(case error_type {cases} else 'a line of the form of the mapping' end) as expected "
        f"from {table}_error group by line)"
    )
    con.execute(f"drop table {table}_error; drop table {table}_scan")
    return _count(con, f"{table}_broken")


def _parquet_read(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    form: Form,
    table: str,
    limit: int | None,
    wanted: Sequence[str] | None,
) -> SourceTable:
    source = f"read_parquet({sql_text(str(path))}, file_row_number = true)"
    try:
        described = con.execute(f"describe select * from {source}").fetchall()
    except duckdb.Error as error:
        raise FileUnreadableError(path.name, str(error).splitlines()[0], "a Parquet file") from error
    types = {str(row[0]): str(row[1]) for row in described if row[0] != "file_row_number"}
    names = {f"c{place}": name for place, name in enumerate(types)}
    used = {place: names[place] for place in _used(path, tuple(types), wanted)}
    for name in used.values():
        if not types[name].startswith(_EXACT_TYPES + _EXACT_TYPES_WIDE):
            raise FileUnreadableError(
                path.name,
                f"column {name} is {types[name]}",
                "text, DECIMAL, DATE, TIMESTAMP, BOOLEAN or whole numbers: a binary fraction is not exact",
            )
    values = ", ".join(f"{_value(_cast(name), form)} as {place}" for place, name in used.items())
    rows = "" if limit is None else f" limit {limit}"
    try:
        con.execute(
            f"create or replace temp table {table} as select file_row_number + 1 as src_line, "
            f"cast(null as varchar) as src_broken, {values} from {source}{rows}"
        )
    except duckdb.Error as error:
        raise FileUnreadableError(path.name, str(error).splitlines()[0], "a Parquet file that is whole") from error
    return SourceTable(path.name, table, tuple(types), _count(con, table), 0)


def _cast(name: str) -> str:
    """Return SQL of a typed column as text."""
    return 'cast("' + name.replace('"', '""') + '" as varchar)'


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"select count(*) from {table}").fetchone()
    return 0 if row is None else int(row[0])
