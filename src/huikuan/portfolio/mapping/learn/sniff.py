"""Reads the beginning of an unknown file: encoding, separator, header, and what the values of each column look like."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from huikuan.portfolio.errors import FileUnreadableError, reader_said
from huikuan.portfolio.lake import sql_text
from huikuan.portfolio.mapping.archive import member_extract
from huikuan.portfolio.mapping.connection import mapping_connect
from huikuan.portfolio.mapping.learn.forms import Positions, member_of, positions_of, sheet_start

_BYTES = 2_000_000
_WHOLE = (".parquet", ".xlsx", ".xlsm", ".zip")  # files whose beginning alone says nothing
_ROWS_MAX = 1_000
_SEPARATORS = ("|@|", "|+|", "\x1b", "\x01", "|", "\t", ";", ",", "^", "!")
_DISTINCT_MAX = 20
_PLAIN = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column: its name, how many of the rows read have a value, the distinct values while they are few.

    ``wide`` says that numbers or keys among the values were written in full-width characters; here they are plain.
    """

    name: str
    filled: int
    values: tuple[str, ...]
    codes: tuple[tuple[str, int], ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What was found out about a file; ``notes`` are what a person should look at."""

    name: str
    format: str
    encoding: str
    delimiter: str
    header: bool
    quoted: bool
    trailing: bool
    rows: int
    columns: tuple[ColumnFacts, ...]
    notes: tuple[str, ...]
    member: str = ""
    sheet: str = ""
    skip: int = 0
    positions: Positions | None = None


def file_sniff(path: Path, member: str = "") -> FileFacts:
    """Read the first rows of a file; raises FileUnreadableError where no columns can be seen.

    ``member`` is the file to look at in an archive that has several.
    """
    match path.suffix.lower():
        case ".zip":
            inside = member_of(path, member)
            with TemporaryDirectory(prefix="huikuan-learn-") as folder:
                unpacked = Path(folder) / Path(inside).name
                whole = unpacked.suffix.lower() in _WHOLE
                member_extract(path, inside, unpacked, first=None if whole else _BYTES)
                return replace(file_sniff(unpacked), name=path.name, member=inside)
        case ".parquet":
            return _parquet(path)
        case ".xlsx" | ".xlsm":
            return _sheet(path)
        case _:
            return _text(path)


def _text(path: Path) -> FileFacts:
    with path.open("rb") as stream:
        data = stream.read(_BYTES)
    if len(data) == _BYTES:
        data = data[: data.rfind(b"\n") + 1]
    encoding = _encoding(path, data)
    text = data.decode(encoding).removeprefix("\ufeff")
    lines = [line.rstrip("\r") for line in text.split("\n") if line.strip()][: _ROWS_MAX + 1]
    if not lines:
        raise FileUnreadableError(path.name, "no line in the file", "rows")
    delimiter = _separator(lines)
    if delimiter is None:
        return _fixed(path, data, encoding)
    quoted = len(delimiter) == 1 and any(line.startswith('"') or f'{delimiter}"' in line for line in lines[:50])
    rows = [_split(line, delimiter, quoted=quoted) for line in lines]
    trailing = all(row[-1] == "" for row in rows) and len(rows[0]) > 1
    rows = [row[:-1] if trailing else row for row in rows]
    header = _has_header(rows)
    width = Counter(len(row) for row in rows).most_common(1)[0][0]
    odd = sum(len(row) != width for row in rows)
    notes = [f"{odd} of the lines read have another number of values"] if odd else []
    if trailing:
        notes.append(
            "CHECK: every line read ends with the separator. It is taken as the end of the line; if a last column is "
            "empty in these rows, set trailing_delimiter to false and name that column"
        )
    names = [name.strip() for name in rows[0]] if header else [f"c{place:02d}" for place in range(1, width + 1)]
    body = [row for row in rows[header:] if len(row) == width][:_ROWS_MAX]
    facts = tuple(_column(name, [row[place] for row in body]) for place, name in enumerate(names[:width]))
    return FileFacts(path.name, "csv", encoding, delimiter, header, quoted, trailing, len(body), facts, tuple(notes))


def _encoding(path: Path, data: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise FileUnreadableError(path.name, "neither UTF-8 nor GB18030", "text, or a .parquet file")


def _fixed(path: Path, data: bytes, encoding: str) -> FileFacts:
    lines = [line.rstrip(b"\r") for line in data.split(b"\n") if line.strip()][:_ROWS_MAX]
    found = positions_of(lines, encoding)
    if found is None:
        what = "values separated by , ; | tab |@| or 0x1B, or lines of one length with blanks between their columns"
        raise FileUnreadableError(path.name, "no separator and no fixed positions were found", what)
    note = (
        "CHECK: no separator; where the columns stand is guessed from blanks that all lines have. Take positions and "
        "names from the bank's description of the file: columns without a blank between them are seen as one"
    )
    columns = tuple(
        _column(f"c{at:02d}", [row[at - 1] for row in found.rows]) for at in range(1, len(found.places) + 1)
    )
    return FileFacts(
        path.name, "fixed", encoding, "", False, False, False, len(lines), columns, (note,), positions=found
    )


def _sheet(path: Path) -> FileFacts:
    start = sheet_start(path, _ROWS_MAX)
    header = _has_header(start.rows)
    width = len(start.rows[0])
    names = [name.strip() for name in start.rows[0]] if header else [f"c{at:02d}" for at in range(1, width + 1)]
    body = start.rows[header:][:_ROWS_MAX]
    columns = tuple(_column(name, [row[at] for row in body]) for at, name in enumerate(names))
    note = (f"CHECK: the workbook has more sheets: {', '.join(start.others)}",) if start.others else ()
    sheet = start.sheet if start.others else ""
    return FileFacts(
        path.name, "xlsx", "", "", header, False, False, len(body), columns, note, sheet=sheet, skip=start.skip
    )


def _separator(lines: Sequence[str]) -> str | None:
    """Return the separator that all lines have most often and equally; longer ones first. None if there is none."""
    first = lines[:200]
    for separator in _SEPARATORS:
        counts = Counter(line.count(separator) for line in first)
        number, lines_with = counts.most_common(1)[0]
        if number > 0 and lines_with * 10 >= len(first) * 8:
            return separator
    return None


def _split(line: str, delimiter: str, *, quoted: bool) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), []) if quoted else line.split(delimiter)


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """A header has only names: no value in it is a number or a date, and none stands twice."""
    first = [value.strip() for value in rows[0]]
    return all(value and not re.fullmatch(r"[\d.,:/+-]+", value) for value in first) and len(set(first)) == len(first)


def _column(name: str, values: Sequence[str]) -> ColumnFacts:
    said = [value.strip() for value in values if value.strip()]
    kept = [_narrowed(value) for value in said]
    counts = Counter(kept)
    few = counts.most_common() if 0 < len(counts) <= _DISTINCT_MAX else []
    return ColumnFacts(name, len(kept), tuple(kept[:_ROWS_MAX]), tuple(few), kept != said)


def _narrowed(value: str) -> str:
    """Return a number or key that is written in full-width characters as plain text; any other value as it is."""
    plain = value.translate(_PLAIN)
    return plain if plain.isascii() and any(one.isdigit() for one in plain) else value


def _parquet(path: Path) -> FileFacts:
    con = mapping_connect([path.parent])
    try:
        found = con.execute(
            f"select columns(*)::varchar from read_parquet({sql_text(str(path))}) limit {_ROWS_MAX}"  # noqa: S608
        )
        names = [str(one[0]) for one in found.description or []]
        rows = found.fetchall()
    except duckdb.Error as error:
        raise FileUnreadableError(path.name, reader_said(error), "a Parquet file") from error
    finally:
        con.close()
    facts = tuple(_column(name, [row[place] or "" for row in rows]) for place, name in enumerate(names))
    return FileFacts(path.name, "parquet", "", "", True, False, False, len(rows), facts, ())
