"""A bank's file as a table of texts with line numbers: `<table>` (src_line, src_broken, c0, c1 … by place in the file).

A text file is first copied to scratch as plain UTF-8 (`plain.py`), a member of an archive before that, a workbook as
rows; DuckDB then splits it. A line that cannot be split or decoded becomes a row with ``src_broken`` set; a file that
is cut off or not as the mapping says is refused.
"""

# ruff: noqa: S608 - names in the SQL are quoted, texts are quoted by sql_text

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb

from huikuan.portfolio.errors import ColumnsError, DeliveryMissingError, FileUnreadableError, reader_said
from huikuan.portfolio.intake.lines import blank_line, longer_lines
from huikuan.portfolio.lake import sql_text
from huikuan.portfolio.mapping.archive import member_extract
from huikuan.portfolio.mapping.cells import column_letters
from huikuan.portfolio.mapping.fixed import NO_SEPARATOR, fixed_broken, fixed_value
from huikuan.portfolio.mapping.model import Form
from huikuan.portfolio.mapping.plain import LINE_BYTES_MAX, PlainText, plain_copy, quoted
from huikuan.portfolio.mapping.workbook import SheetRow, workbook_open

_ROW_BYTES_MAX = 10 * LINE_BYTES_MAX  # of a row of a workbook as it is copied: characters of up to four bytes, quotes

_EXACT_TYPES = ("VARCHAR", "DECIMAL", "DATE", "TIMESTAMP", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT")
_EXACT_TYPES_WIDE = ("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT", "ENUM")
BROKEN = {
    "MISSING COLUMNS": "as many values as the file has columns",
    "TOO MANY COLUMNS": "as many values as the file has columns",
    "UNQUOTED VALUE": "a quoted value that ends with its quote",
    "INVALID STATE": "a quoted value that ends with its quote",
    "INVALID ENCODING": "text in the encoding of the mapping",
    "LINE SIZE OVER MAXIMUM": f"at most {LINE_BYTES_MAX} bytes",
}
_MANY = sql_text(BROKEN["TOO MANY COLUMNS"])


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A file that was read: its name, columns, rows (``broken`` among them)."""

    file: str
    table: str
    columns: tuple[str, ...]
    rows: int
    broken: int

    @property
    def called(self) -> list[str]:
        """The names by which its sender may mean it: of a member of an archive its own, or that of the archive."""
        archive, _, member = self.file.partition("/")
        return [self.file, archive, member, member.rpartition("/")[2]] if member else [self.file]

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
    member: str | None = None,
    limit: int | None = None,
    wanted: Sequence[str] | None = None,
) -> SourceTable:
    """Read a file into ``table``; ``src_broken`` is what was expected of a broken line, else null.

    ``member`` is the file to read in an archive. ``limit`` reads the first rows only. ``wanted`` are the columns that
    the mapping uses: the table has them alone.
    Raises DeliveryMissingError, ColumnsError, FileUnreadableError.
    """
    if not path.is_file():
        raise DeliveryMissingError(f"File {path.name}", path)
    if path.is_symlink():
        raise FileUnreadableError(path.name, "it is a symbolic link", "the file itself in the folder of the delivery")
    if member is None:
        return _file_read(con, _Input(path, path.name, form, table, limit, wanted), scratch)
    unpacked = scratch / f"{table}.member"
    try:
        member_extract(path, member, unpacked)
        return _file_read(con, _Input(unpacked, f"{path.name}/{member}", form, table, limit, wanted), scratch)
    finally:
        unpacked.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Input:
    """What is read, and what it is called in messages."""

    path: Path
    name: str
    form: Form
    table: str
    limit: int | None
    wanted: Sequence[str] | None


def _file_read(con: duckdb.DuckDBPyConnection, given: _Input, scratch: Path) -> SourceTable:
    if given.form.format == "parquet":
        return _parquet_read(con, given)
    if given.form.format == "xlsx":
        return _workbook_read(con, given, scratch)
    copy = scratch / f"{given.table}.utf8"
    try:
        text = plain_copy(given.path, copy, given.form, name=given.name, limit=given.limit)
        return _text_read(con, given, copy, text)
    finally:
        copy.unlink(missing_ok=True)


def _names(given: _Input, header: str) -> tuple[str, ...]:
    """Return the columns of a text file from its header or its mapping."""
    form = given.form
    if form.positions is not None or not form.header:
        return form.names or ()
    found = _split(header, form)
    if form.trailing_delimiter and found and found[-1] == "":
        found = found[:-1]
    return names_checked(given.name, form, found)


def names_checked(file: str, form: Form, found: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of a header; raises ColumnsError, FileUnreadableError."""
    names = tuple(name.strip() if form.trim else name for name in found)
    if len(set(names)) != len(names) or "" in names:
        raise FileUnreadableError(file, "a column of the header is empty or stands twice", "each column once")
    if form.columns is not None and names != form.columns:
        missing = [name for name in form.columns if name not in names]
        unknown = [name for name in names if name not in form.columns]
        raise ColumnsError(file, missing, unknown or ["another order"], form.columns)
    return names


def _split(line: str, form: Form) -> list[str]:
    if form.quote == "none" or len(form.delimiter) > 1:
        return [part.strip('"') if form.quote == "double" else part for part in line.split(form.delimiter)]
    return next(csv.reader([line], delimiter=form.delimiter), [])


def _text_read(con: duckdb.DuckDBPyConnection, given: _Input, copy: Path, text: PlainText) -> SourceTable:
    form, table = given.form, given.table
    fixed = form.format == "fixed"
    names = _names(given, text.first)
    used = _used(given.name, names, given.wanted)
    header = form.header and not fixed
    listed = [f"c{place}" for place in range(len(names))] + (["c_end"] if form.trailing_delimiter else [])
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in (["c_line"] if fixed else listed))
    quote = "'\"'" if form.quote == "double" and not fixed else "''"
    source = (
        f"read_csv({sql_text(str(copy))}, auto_detect = false, header = {str(header).lower()}, "
        f"delim = {sql_text(NO_SEPARATOR if fixed else form.delimiter)}, quote = {quote}, escape = {quote}, "
        f"columns = {{{columns}}}, strict_mode = true, encoding = 'utf-8', "
        f"max_line_size = {LINE_BYTES_MAX}, store_rejects = true, rejects_limit = 0, "
        f"rejects_table = '{table}_error', rejects_scan = '{table}_scan')"
    )
    values = "".join(
        f", {_value(fixed_value(form, name) if fixed else place, form)} as {place}" for place, name in used.items()
    )
    wrong = fixed_broken(form, list(used.values())) if fixed else "cast(null as varchar)"
    if form.trailing_delimiter and not fixed:
        wrong = f"case when c_end <> '' then {_MANY} end"
    try:
        con.execute(
            f"create or replace temp table {table}_good as "
            f"select row_number() over () as src_line, {wrong} as src_broken{values} from {source}"
        )
    except duckdb.Error as error:
        raise FileUnreadableError(given.name, reader_said(error), "text as the mapping describes it") from error
    broken = _broken(con, table)
    good = _count(con, f"{table}_good")
    below = text.lines - header
    if good + broken != below:
        blank = blank_line(copy)
        what = f"line {blank + form.skip} is blank" if blank else f"{below} lines, but {good + broken} rows"
        raise FileUnreadableError(given.name, what, "one row a line: no blank line, every quote closed")
    _numbered(con, given, copy, text, values=len(listed))
    return SourceTable(given.name, table, names, below, _count(con, f"{table} where src_broken is not null"))


def _numbered(con: duckdb.DuckDBPyConnection, given: _Input, copy: Path, text: PlainText, *, values: int) -> None:
    """Create the view of all rows with their lines from `<table>_good` and `<table>_broken`.

    A line with ``values`` and empty ones behind them is broken too, though DuckDB takes it.
    """
    form, table = given.form, given.table
    broken = _count(con, f"{table}_broken")
    header = int(form.header and form.format == "csv")
    line, bad, only = f"src_line + {form.skip + header}", f"{table}_broken", ""
    if broken:  # a broken line takes no row number: rows behind it move down by one each
        line += f" + (select count(*) from {table}_broken where src_line - {header} - place <= g.src_line)"
    # Separators in all lines together; a broken line may have too few and so balance one with too many.
    if form.format == "csv" and (broken or text.delimiters != text.lines * (values - 1)):
        longer = longer_lines(copy, form.delimiter.encode(), values, quoted=quoted(form))
        con.execute(f"create or replace temp table {table}_longer as select unnest($1::bigint[]) as src_line", [longer])
        bad += f" full join {table}_longer using (src_line)"
        only = f" where {line} - {form.skip} not in (from {table}_longer)"
    con.execute(
        f"create or replace temp view {table} as select * replace ({line} as src_line) from {table}_good as g{only} "
        f"union all by name select src_line + {form.skip} as src_line, "
        f"coalesce(expected, {_MANY}) as src_broken from {bad}"
    )


def _used(file: str, names: Sequence[str], wanted: Sequence[str] | None) -> dict[str, str]:
    """Return the columns to read, by their place in the table."""
    if wanted is not None and (missing := [name for name in wanted if name not in names]):
        raise ColumnsError(file, missing, [], wanted)  # its own first line may be a customer
    return {f"c{place}": name for place, name in enumerate(names) if wanted is None or name in wanted}


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


def _parquet_read(con: duckdb.DuckDBPyConnection, given: _Input) -> SourceTable:
    form, table = given.form, given.table
    source = f"read_parquet({sql_text(str(given.path))}, file_row_number = true)"
    try:
        described = con.execute(f"describe select * from {source}").fetchall()
    except duckdb.Error as error:
        raise FileUnreadableError(given.name, reader_said(error), "a Parquet file") from error
    types = {str(row[0]): str(row[1]) for row in described if row[0] != "file_row_number"}
    used = _used(given.name, tuple(types), given.wanted)
    for name in used.values():
        if not types[name].startswith(_EXACT_TYPES + _EXACT_TYPES_WIDE):
            raise FileUnreadableError(
                given.name,
                f"column {name} is {types[name]}",
                "text, DECIMAL, DATE, TIMESTAMP, BOOLEAN or whole numbers: a binary fraction is not exact",
            )
    values = "".join(f", {_value(_cast(name), form)} as {place}" for place, name in used.items())
    rows = "" if given.limit is None else f" limit {given.limit}"
    try:
        con.execute(
            f"create or replace temp table {table} as select file_row_number + 1 as src_line, "
            f"cast(null as varchar) as src_broken{values} from {source}{rows}"
        )
    except duckdb.Error as error:
        raise FileUnreadableError(given.name, reader_said(error), "a Parquet file that is whole") from error
    return SourceTable(given.name, table, tuple(types), _count(con, table), 0)


def _workbook_read(con: duckdb.DuckDBPyConnection, given: _Input, scratch: Path) -> SourceTable:
    form, table, copy = given.form, given.table, scratch / f"{given.table}.rows"
    try:
        with (
            workbook_open(given.path, given.name) as book,
            copy.open("w", encoding="utf-8", newline="") as out,
        ):
            sheet = book.sheet_of(form.sheet)
            rows = (row for row in book.rows(sheet) if row.number > form.skip)
            names = _sheet_names(given, rows) if form.header else form.columns or ()
            used = _used(given.name, names, given.wanted)
            places = [int(place[1:]) for place in used]
            writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
            for row in islice(rows, given.limit):
                cells = [row.cells.get(place, "") for place in places]
                writer.writerow([row.number, _row_broken(row, places, len(names)), *cells])
        columns = ", ".join(f"'{place}': 'VARCHAR'" for place in ("src_broken", *used))
        values = "".join(f", {_value(place, form)} as {place}" for place in used)
        con.execute(
            f"create or replace temp table {table} as select src_line, nullif(src_broken, '') as src_broken{values} "
            f"from read_csv({sql_text(str(copy))}, auto_detect = false, header = false, delim = ',', quote = '\"', "
            f"escape = '\"', columns = {{'src_line': 'BIGINT', {columns}}}, parallel = false, encoding = 'utf-8', "
            f"max_line_size = {_ROW_BYTES_MAX}, null_padding = false)"
        )
    finally:
        copy.unlink(missing_ok=True)
    broken = _count(con, f"{table} where src_broken is not null")
    return SourceTable(given.name, table, names, _count(con, table), broken)


def _sheet_names(given: _Input, rows: Iterator[SheetRow]) -> tuple[str, ...]:
    """Return the names that the first row with values has."""
    header = next(rows, None)
    if header is None or header.wrong:
        what = "the sheet is empty" if header is None else f"row {header.number} has cells that are no names"
        raise FileUnreadableError(given.name, what, "a row with the names of the columns, below `skip` rows")
    return names_checked(given.name, given.form, [header.cells.get(one, "") for one in range(max(header.cells) + 1)])


def _row_broken(row: SheetRow, places: Sequence[int], columns: int) -> str:
    """Return what was expected of a row whose values cannot be trusted, empty for a good one."""
    wrong = next((row.wrong[place] for place in places if place in row.wrong), "")
    if beyond := next((place for place in (*row.cells, *row.wrong) if place >= columns), 0):
        wrong = wrong or f"values below the names of the columns only, none in column {column_letters(beyond)}"
    if not wrong and sum(len(text) for text in row.cells.values()) > LINE_BYTES_MAX:
        wrong = f"at most {LINE_BYTES_MAX} characters"
    return wrong


def _cast(name: str) -> str:
    """Return SQL of a typed column as text."""
    return 'cast("' + name.replace('"', '""') + '" as varchar)'


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"select count(*) from {table}").fetchone()
    return 0 if row is None else int(row[0])
