"""Unknown files that are not text with a separator: columns at fixed positions, sheets, members of archives."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from huikuan.portfolio.errors import FileUnreadableError
from huikuan.portfolio.mapping.archive import archive_open
from huikuan.portfolio.mapping.workbook import workbook_open

_WIDTH_MIN = 8
_TITLE_ROWS_MAX = 20
_NAMES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Positions:
    """Where columns seem to stand: first and last position from 1, and what is counted."""

    places: tuple[tuple[int, int], ...]
    count: str
    rows: tuple[tuple[str, ...], ...]


def positions_of(lines: Sequence[bytes], encoding: str) -> Positions | None:
    """Return the columns that blanks in every line set apart; None unless all lines are of one length."""
    texts = [line.decode(encoding, "replace") for line in lines]
    if _one_length(lines):
        return _positions(lines, "bytes", encoding)
    return _positions(texts, "characters", encoding) if _one_length(texts) else None


def _one_length(lines: Sequence[bytes] | Sequence[str]) -> bool:
    return len(lines) > 1 and len(lines[0]) >= _WIDTH_MIN and {len(line) for line in lines} == {len(lines[0])}


def _positions(same: Sequence[bytes] | Sequence[str], count: str, encoding: str) -> Positions | None:
    width = len(same[0])
    blank = [all(line[place] in (" ", 32) for line in same) for place in range(width)]
    starts = [0] + [place for place in range(1, width) if blank[place - 1] and not blank[place]]
    if len(starts) == 1:
        return None
    ends = [*starts[1:], width]
    rows = tuple(tuple(_text(line[a:b], encoding) for a, b in zip(starts, ends, strict=True)) for line in same)
    return Positions(tuple((a + 1, b) for a, b in zip(starts, ends, strict=True)), count, rows)


def _text(part: bytes | str, encoding: str) -> str:
    return (part if isinstance(part, str) else part.decode(encoding, "replace")).strip(" \u3000")


@dataclass(frozen=True, slots=True)
class SheetStart:
    """The beginning of a sheet: rows above what looks like the first row of a table, and the rows from there."""

    sheet: str
    others: tuple[str, ...]
    skip: int
    rows: tuple[tuple[str, ...], ...]


def sheet_start(path: Path, rows_max: int) -> SheetStart:
    """Read the beginning of the first visible sheet of a workbook. Raises FileUnreadableError."""
    with workbook_open(path, path.name) as book:
        sheets = book.visible()
        if not sheets:
            raise FileUnreadableError(path.name, "the workbook has no visible sheet", "a sheet with rows")
        found = list(islice(book.rows(sheets[0]), rows_max + _TITLE_ROWS_MAX))
    if not found:
        raise FileUnreadableError(path.name, f"the sheet {sheets[0]} is empty", "rows")
    widest = max(len(row.cells) for row in found[:_TITLE_ROWS_MAX])
    first = next(at for at, row in enumerate(found) if len(row.cells) == widest)
    width = max(found[first].cells, default=-1) + 1
    rows = tuple(tuple(row.cells.get(place, "") for place in range(width)) for row in found[first:])
    return SheetStart(sheets[0], tuple(sheets[1:]), found[first].number - 1, rows)


def member_of(path: Path, wanted: str) -> str:
    """Return the member of an archive to look at: the one asked for, else the only one."""
    with archive_open(path, path.name) as archive:
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
    if wanted:
        return wanted
    if len(names) != 1:
        shown = ", ".join(names[:_NAMES_SHOWN]) or "nothing"
        raise FileUnreadableError(path.name, f"the archive has {shown}", "one file in it, or --member with its name")
    return names[0]
