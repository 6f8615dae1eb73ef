"""Delivered files as rows. A file is opened (`given_<feed>`: the texts of its rows in their order) and read once, by
the SELECT that the caller makes of it (`text_<feed>`: its columns with the line of each row). Texts are not kept: those
of a few rows are read from the file again (`raw_<feed>`: every value as it was written, with its line).

CSV is UTF-8, comma, double quotes doubled inside quotes, a header line, a line feed at the end of every line. A
file that is not like this at all is refused; a single broken line is kept in `ragged_<feed>` as a reject. Parquet
columns may be typed exactly (text, whole numbers, DECIMAL, DATE, TIMESTAMP, BOOLEAN) and are turned into the same
text; binary fractions (FLOAT, DOUBLE) are refused, because 0.1 does not exist in them.
"""

# ruff: noqa: S608 - names in the SQL come from checked contracts, texts are quoted by sql_text

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from huikuan.portfolio.errors import ColumnsError, FileUnreadableError, HeaderError, reader_said
from huikuan.portfolio.feed_contract import FeedContract
from huikuan.portfolio.intake.lines import LINE_BYTES_MAX, LineScan, blank_line, delivered_file_check, longer_lines
from huikuan.portfolio.intake.manifest import Origin
from huikuan.portfolio.lake import sql_text

_CHUNK = 1 << 20
_NAMES_MAX = 200
MAPPED_COLUMNS = ("src_file", "src_line", "mapped_reasons")
_BOM = b"\xef\xbb\xbf"
_HEADER_BYTES_MAX = 10_000
_OTHER_DELIMITERS = (";", "\t", "|", "|@|", "|+|", "\x1b", "\x01")
_ABSENT = "cast(null as varchar)"  # a column that the file may lack and lacks
_PARQUET_TYPES = (
    "VARCHAR",
    "DECIMAL",
    "DATE",
    "TIMESTAMP",
    "BOOLEAN",
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "ENUM",
)
_NOT_OF_FILES = (
    duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.OutOfMemoryException,
    duckdb.InterruptException,
)  # fmt: skip
_RAGGED = {
    "MISSING COLUMNS": ("row.columns", "as many values as the header has columns"),
    "TOO MANY COLUMNS": ("row.columns", "as many values as the header has columns"),
    "UNQUOTED VALUE": ("row.quotes", "a quoted value that ends with its quote"),
    "INVALID STATE": ("row.quotes", "a quoted value that ends with its quote"),
    "INVALID ENCODING": ("row.encoding", "text in UTF-8"),
    "LINE SIZE OVER MAXIMUM": ("row.length", f"at most {LINE_BYTES_MAX} bytes"),
}


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read: hash of its bytes; rows below the header, of which ``ragged`` are broken lines."""

    name: str
    sha256: str
    rows: int
    ragged: int


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that was opened: `given_<feed>` has its texts, and its columns that are not text as ``exact <field>``.

    ``types`` are the DuckDB types of the latter, which only Parquet has. ``lines`` is what was seen of a CSV file.
    """

    name: str
    path: Path
    sha256: str
    types: Mapping[str, str] = field(default_factory=dict)
    header: tuple[str, ...] = ()
    lines: LineScan | None = None


def mapped_open(
    con: duckdb.DuckDBPyConnection, folder: Path, name: str, contract: FeedContract, origin: Origin
) -> GivenFile:
    """Open a file that a mapping made, and create `mapped_<feed>`.

    The latter has, by line, the place of a row in the bank's own files (source_file, source_line) and what could not be
    mapped (mapped_reasons). The result names and hashes the bank's files.
    """
    path = folder / name
    types = _parquet_open(con, path, contract, MAPPED_COLUMNS)
    con.execute(
        f"create or replace temp view mapped_{contract.feed} as select file_row_number + 2 as line, "
        f"src_file as source_file, src_line as source_line, mapped_reasons "
        f"from read_parquet({sql_text(str(path))}, file_row_number = true)"
    )
    return GivenFile(_names_shown(origin.files), path, origin.sha256, types)


def _names_shown(names: Sequence[str]) -> str:
    """Return names of files as one text that fits a load: the first ones, and how many more there are."""
    shown = ", ".join(names)
    return shown if len(shown) <= _NAMES_MAX else f"{names[0][: _NAMES_MAX - 20]} +{len(names) - 1}"


def file_open(con: duckdb.DuckDBPyConnection, folder: Path, name: str, contract: FeedContract) -> GivenFile:
    """Open a delivered file. Raises DeliveryMissingError, ColumnsError, FileUnreadableError."""
    path = folder / name
    delivered_file_check(path)
    if name.endswith(".parquet"):
        types = _parquet_open(con, path, contract)
        with path.open("rb") as file:
            return GivenFile(name, path, hashlib.file_digest(file, "sha256").hexdigest(), types)
    header = _header(path)
    if not set(header) & set(contract.columns):
        other = next((one for one in _OTHER_DELIMITERS if set(_split(header, one)) >= set(contract.columns_needed)), "")
        raise HeaderError(name, len(header), other, contract.columns)
    _columns_check(name, header, contract)
    sha256, lines = _scan(path)
    feed = contract.feed
    rejects = f"rejects_limit = 0, rejects_table = 'csv_error_{feed}', rejects_scan = 'csv_scan_{feed}'"
    con.execute(f"create or replace temp view given_{feed} as {_csv_select(path, contract, header, rejects)}")
    return GivenFile(name, path, sha256, header=tuple(header), lines=lines)


def file_read(con: duckdb.DuckDBPyConnection, contract: FeedContract, given: GivenFile, select: str) -> ReadFile:
    """Create `text_<feed>` (line, columns of ``select``), `raw_<feed>` (line, texts) and `ragged_<feed>`.

    ``select`` gives a row for each of `given_<feed>`, in their order, and takes all columns: DuckDB 1.5 fails at broken
    lines of which it reads some values only. `ragged_<feed>` has line, code and expected of broken lines. Raises
    FileUnreadableError.
    """
    feed = contract.feed
    expected = "a file that is whole" if given.lines is None else "CSV as docs/reference/feeds.md says"
    try:
        con.execute(f"create or replace temp table row_{feed} as {select}")
    except duckdb.Error as error:  # Parquet: the end whole, its pages not; DuckDB says so in many ways
        if isinstance(error, _NOT_OF_FILES):
            raise
        raise FileUnreadableError(given.name, reader_said(error), expected) from error
    if given.lines is not None:
        rows, ragged = _csv_lines(con, contract, given, given.lines)
        return ReadFile(given.name, given.sha256, rows, ragged)
    con.execute(
        f"create or replace temp table ragged_{feed} as "
        "select cast(null as bigint) as line, '' as code, '' as expected where false"
    )
    con.execute(f"create or replace temp view text_{feed} as select rowid + 2 as line, * from row_{feed}")
    return ReadFile(given.name, given.sha256, _count(con, f"row_{feed}"), 0)


def _scan(path: Path) -> tuple[str, LineScan]:
    """Return the file's SHA-256 and what was seen of its lines; raises FileUnreadableError."""
    digest, lines, last = hashlib.sha256(), LineScan(path.name), b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            lines.see(chunk)
            last = chunk[-1:]
    if last != b"\n":
        raise FileUnreadableError(
            path.name,
            f"line {lines.lines + 1}, the last one, does not end",
            "a line feed at the end: the file may be cut off",
        )
    return digest.hexdigest(), lines


def _header(path: Path) -> list[str]:
    with path.open("rb") as file:
        line = file.readline(_HEADER_BYTES_MAX)
    if not line:
        raise FileUnreadableError(path.name, "the file is empty", "a header line")
    try:
        text = line.removeprefix(_BOM).decode("utf-8").rstrip("\r\n")
        if "\r" in text:
            raise FileUnreadableError(path.name, "its lines end with a carriage return alone", "a line feed after each")
        return next(csv.reader([text], strict=True), [])
    except UnicodeDecodeError as error:
        raise FileUnreadableError(path.name, "the header is not UTF-8", "text in UTF-8") from error
    except csv.Error as error:
        raise FileUnreadableError(path.name, f"the header cannot be split ({error})", "names with commas") from error


def _split(header: Sequence[str], delimiter: str) -> list[str]:
    return [name.strip('"') for name in ",".join(header).split(delimiter)]


def _columns_check(name: str, found: list[str], contract: FeedContract) -> None:
    missing = [column for column in contract.columns_needed if column not in found]
    unknown = [column for column in found if column not in contract.columns]
    unknown += [f"{column} (twice)" for column in contract.columns if found.count(column) > 1]
    if missing or unknown:
        raise ColumnsError(name, missing, unknown, contract.columns)


def _csv_select(path: Path, contract: FeedContract, header: Sequence[str], rejects: str) -> str:
    """Return the SELECT of a file's texts; DuckDB gives null for an empty one. ``rejects``: where broken lines go."""
    columns = ", ".join(f"'{column}': 'VARCHAR'" for column in header)
    values = ", ".join(f'"{column}"' if column in header else f'{_ABSENT} as "{column}"' for column in contract.columns)
    return (
        f"select {values} from read_csv({sql_text(str(path))}, auto_detect = false, header = true, delim = ',', "
        f"quote = '\"', escape = '\"', columns = {{{columns}}}, strict_mode = true, encoding = 'utf-8', "
        f"max_line_size = {LINE_BYTES_MAX}, store_rejects = true, {rejects})"
    )


def _csv_lines(
    con: duckdb.DuckDBPyConnection, contract: FeedContract, given: GivenFile, lines: LineScan
) -> tuple[int, int]:
    """Give the rows of a CSV file their lines; return how many rows there are and how many of them are broken."""
    feed, path = contract.feed, given.path
    ragged = _ragged(con, feed)
    good = _count(con, f"row_{feed}")
    if good + ragged != lines.lines - 1:
        blank = blank_line(path)
        raise FileUnreadableError(
            path.name,
            f"line {blank} is blank"
            if blank
            else f"{lines.lines - 1} lines below the header, but {good + ragged} rows",
            "one row a line: no blank line, no line break inside quotes, every quote closed",
        )
    # `ignore_errors` alone leaves out more than the broken lines.
    again = f"rejects_limit = 0, rejects_table = 'csv_error_again_{feed}', rejects_scan = 'csv_scan_again_{feed}'"
    texts = _csv_select(path, contract, given.header, again)
    if not ragged and lines.delimiters == lines.lines * (len(given.header) - 1):
        con.execute(f"create or replace temp view text_{feed} as select rowid + 2 as line, * from row_{feed}")
        con.execute(
            f"create or replace temp view raw_{feed} as select row_number() over () + 1 as line, * from ({texts})"
        )
        return good, 0
    # A broken line takes no row: shift those that follow it (line 1 is the header).
    con.execute(
        f"create or replace temp table shift_{feed} as "
        f"select line, line - row_number() over (order by line) as threshold from ragged_{feed}"
    )
    longer = longer_lines(path, b",", len(given.header))
    code, expected = _RAGGED["TOO MANY COLUMNS"]
    con.execute(
        f"insert into ragged_{feed} select unnest($1::bigint[]), $2, $3 "
        f"where true except select line, $2, $3 from shift_{feed}",
        [longer, code, expected],
    )
    con.execute(f"create or replace temp table kept_{feed} as {texts}")
    shifted = f"t.rowid + 2 + (select count(*) from shift_{feed} where threshold <= t.rowid + 1) as line, *"
    for kind, name, rows in (("table", "text", "row"), ("view", "raw", "kept")):
        con.execute(
            f"create or replace temp {kind} {name}_{feed} as select * from (select {shifted} from {rows}_{feed} as t) "
            f"where line not in (select line from ragged_{feed})"
        )
    con.execute(f"drop table row_{feed}")
    ragged = _count(con, f"ragged_{feed}")
    return _count(con, f"text_{feed}") + ragged, ragged


def _ragged(con: duckdb.DuckDBPyConnection, feed: str) -> int:
    """Create `ragged_<feed>` from DuckDB's list of broken lines; return how many there are."""
    cases = " ".join(f"when '{kind}' then {sql_text(code)}" for kind, (code, _) in _RAGGED.items())
    texts = " ".join(f"when '{kind}' then {sql_text(expected)}" for kind, (_, expected) in _RAGGED.items())
    con.execute(
        f"create or replace temp table ragged_{feed} as select line, "
        f"any_value(case error_type {cases} else 'row.broken' end) "
        f"as code, any_value(case error_type {texts} else 'a row of the CSV form' end) as expected "
        f"from csv_error_{feed} group by line"
    )
    con.execute(f"drop table csv_error_{feed}; drop table csv_scan_{feed}")
    return _count(con, f"ragged_{feed}")


def _parquet_open(
    con: duckdb.DuckDBPyConnection, path: Path, contract: FeedContract, beside: Sequence[str] = ()
) -> dict[str, str]:
    """Create `given_<feed>` and `raw_<feed>` of a Parquet file; return the types of columns that are not text.

    ``beside`` are columns that it has and the contract has not.
    """
    source = f"read_parquet({sql_text(str(path))}, file_row_number = true)"
    try:
        described = con.execute(f"describe select * from {source}").fetchall()
    except duckdb.Error as error:
        raise FileUnreadableError(path.name, reader_said(error), "a Parquet file") from error
    types = {str(row[0]): str(row[1]) for row in described if row[0] not in ("file_row_number", *beside)}
    _columns_check(path.name, list(types), contract)
    for column, kind in types.items():
        if not kind.startswith(_PARQUET_TYPES):
            raise FileUnreadableError(
                path.name, f"column {column} is {kind}", "text, DECIMAL, DATE, TIMESTAMP or whole number"
            )
    values = ", ".join(
        f'{_parquet_text(column, types[column]) if column in types else _ABSENT} as "{column}"'
        for column in contract.columns
    )
    exact = {column: kind for column, kind in types.items() if kind != "VARCHAR" and not kind.startswith("ENUM")}
    values += "".join(f', "{column}" as "exact {column}"' for column in exact)
    for name, place in (("given", ""), ("raw", "file_row_number + 2 as line, ")):
        try:
            con.execute(f"create or replace temp view {name}_{contract.feed} as select {place}{values} from {source}")
        except duckdb.Error as error:
            raise FileUnreadableError(path.name, reader_said(error), "a Parquet file that is whole") from error
    return exact


def _parquet_text(column: str, kind: str) -> str:
    """Return the SQL text of a typed value as a CSV would have it; the scale of a DECIMAL is its type, not content."""
    text = f'cast("{column}" as varchar)'
    if kind.startswith("DECIMAL") and not kind.endswith(",0)"):
        return f"regexp_replace({text}, '[.]?0+$', '')"
    return f"nullif({text}, '')"


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"select count(*) from {table}").fetchone()
    return 0 if row is None else int(row[0])
