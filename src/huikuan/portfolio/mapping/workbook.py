"""Rows of one sheet of an XLSX workbook (ECMA-376), as a stream.

Read with the standard library's archive and XML readers within bounds, because a workbook comes from outside: numbers
stay the digits that were typed, memory is that of the shared texts, and nothing in the file can make it grow.
"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from huikuan.portfolio.errors import FileUnreadableError
from huikuan.portfolio.mapping.archive import archive_open
from huikuan.portfolio.mapping.cells import (
    CELL_CHARACTERS_MAX,
    ROWS_MAX,
    Wrong,
    column_letters,
    column_of,
    day_text,
    is_day_format,
    number_text,
    string_text,
)
from huikuan.portfolio.mapping.xml_stream import XmlHandler, XmlRefused, xml_read

SHEET_BYTES_MAX: Final = 4 << 30
SMALL_BYTES_MAX: Final = 32 << 20  # of the parts that list sheets and formats
STRINGS_CHARACTERS_MAX: Final = 64 << 20  # of all shared texts together: they are held in memory
_STRING_COST = 16  # an empty text costs memory too
_OLD = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass(slots=True)
class SheetRow:
    """A row with its number in the sheet: texts by column from 0, and what was expected where there is none."""

    number: int
    cells: dict[int, str] = field(default_factory=dict)
    wrong: dict[int, str] = field(default_factory=dict)


@contextmanager
def workbook_open(path: Path, name: str) -> Iterator["Workbook"]:
    """Open a workbook; ``name`` is what errors call it. Raises FileUnreadableError."""
    with path.open("rb") as stream:
        if stream.read(len(_OLD)) == _OLD:
            raise FileUnreadableError(
                name, "it is an old .xls workbook or has a password", "an .xlsx workbook without one"
            )
    with archive_open(path, name) as archive:
        yield Workbook(archive, name)


class Workbook:
    """The sheets of a workbook and what its cells refer to."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive, self._name = archive, name
        root = _Relations()
        self._part("_rels/.rels", root)
        self._main = next((part for kind, part in root.found.values() if kind == "officeDocument"), "xl/workbook.xml")
        self._main = self._main.removeprefix("/")
        self._relations = _Relations()
        folder, _, file = self._main.rpartition("/")
        self._part(f"{folder}/_rels/{file}.rels", self._relations)
        self._sheets = _Sheets()
        self._part(self._main, self._sheets)

    def visible(self) -> list[str]:
        """Return the names of the sheets that a person sees."""
        return [one for one, (_, shown) in self._sheets.found.items() if shown]

    def sheet_of(self, sheet: str | None) -> str:
        """Return the name of the sheet to read: the one asked for, else the only visible one."""
        listed = self._sheets.found
        if sheet is None:
            visible = self.visible()
            if len(visible) == 1:
                return visible[0]
            what = f"the workbook has the sheets {', '.join(visible) or 'none'}"
            raise FileUnreadableError(self._name, what, "one sheet, or `sheet` in its mapping")
        if sheet not in listed:
            what = f"the workbook has no sheet {sheet}, but {', '.join(listed) or 'none'}"
            raise FileUnreadableError(self._name, what, f"the sheet {sheet}")
        return sheet

    def rows(self, sheet: str) -> Iterator[SheetRow]:
        """Yield the rows of a sheet that have a value, in order."""
        relation, _ = self._sheets.found[sheet]
        reader = _Rows(self._strings(), self._days(), from_1904=self._sheets.from_1904)
        for _ in self._read(self._path(relation, "worksheet"), reader, SHEET_BYTES_MAX, sheet):
            yield from reader.found
            reader.found.clear()

    def _strings(self) -> list[str]:
        reader = _Strings()
        part = next((key for key, (kind, _) in self._relations.found.items() if kind == "sharedStrings"), None)
        if part is not None:
            for _ in self._read(self._path(part, "sharedStrings"), reader, SHEET_BYTES_MAX):
                pass
        return reader.found

    def _days(self) -> frozenset[int]:
        reader = _Styles()
        part = next((key for key, (kind, _) in self._relations.found.items() if kind == "styles"), None)
        if part is not None:
            self._part(self._path(part, "styles"), reader)
        return frozenset(
            place for place, number in enumerate(reader.cells) if is_day_format(number, reader.codes.get(number))
        )

    def _path(self, relation: str, kind: str) -> str:
        """Return the part of the archive that a relation names."""
        found, target = self._relations.found.get(relation, ("", ""))
        if found != kind:
            raise FileUnreadableError(self._name, f"the part {relation} is missing", f"a {kind} in the workbook")
        return target[1:] if target.startswith("/") else f"{self._main.rpartition('/')[0]}/{target}".lstrip("/")

    def _part(self, member: str, reader: XmlHandler) -> None:
        for _ in self._read(member, reader, SMALL_BYTES_MAX):
            pass

    def _read(self, member: str, reader: XmlHandler, most: int, shown: str | None = None) -> Iterator[None]:
        if member not in self._archive.NameToInfo:
            raise FileUnreadableError(self._name, f"the workbook has no {member}", "an .xlsx workbook that is whole")
        return xml_read(self._archive, member, f"{self._name}, {shown or member}", reader, most=most)


class _Relations(XmlHandler):
    """Relation → its kind and the part that it names."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = kind, attributes.get("Target", "")


class _Sheets(XmlHandler):
    """Name of a sheet → its relation and whether it is visible; where days begin."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, bool]] = {}
        self.from_1904 = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            self.found[attributes.get("name", "")] = (
                attributes.get("id", ""),
                attributes.get("state", "visible") == "visible",
            )
        elif tag == "workbookPr":
            self.from_1904 = attributes.get("date1904") in ("1", "true")


class _Styles(XmlHandler):
    """Formats of numbers: that of each style of cells, and the codes of the workbook's own."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.cells: list[int] = []
        self._in_cells = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            self.codes[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self._in_cells = True
        elif tag == "xf" and self._in_cells:
            self.cells.append(_whole(attributes.get("numFmtId")))

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._in_cells = False


class _Strings(XmlHandler):
    """Shared texts in order; readings above characters are left out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._open = self._reading = False
        self._characters = 0

    def start(self, tag: str, _: dict[str, str]) -> None:
        if tag == "si":
            self._parts = []
        elif tag == "rPh":
            self._reading = True
        self._open = tag == "t" and not self._reading

    def text(self, text: str) -> None:
        if self._open:
            self._characters += len(text)
            if self._characters > STRINGS_CHARACTERS_MAX:
                raise XmlRefused(f"at most {STRINGS_CHARACTERS_MAX} characters of shared text; send it as CSV")
            self._parts.append(text)

    def end(self, tag: str) -> None:
        self._open = False
        if tag == "rPh":
            self._reading = False
        elif tag == "si":
            self._characters += _STRING_COST
            self.found.append(string_text("".join(self._parts)))


class _Rows(XmlHandler):
    """Rows as they end; `found` is emptied by who takes them."""

    def __init__(self, strings: list[str], days: frozenset[int], *, from_1904: bool) -> None:
        self.found: list[SheetRow] = []
        self._strings, self._days, self._from_1904 = strings, days, from_1904
        self._row = SheetRow(0)
        self._column, self._kind, self._style = -1, "n", 0
        self._parts: list[str] = []
        self._length = 0
        self._open = self._reading = self._formula = self._valued = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag:
            case "c":
                reference = attributes.get("r")
                self._column = self._column + 1 if reference is None else column_of(reference)
                if self._column < 0 or self._column in self._row.cells or self._column in self._row.wrong:
                    raise XmlRefused("references of cells like B7, each once in its row")
                self._kind, self._style = attributes.get("t", "n"), _whole(attributes.get("s", "0"))
                self._parts, self._length, self._formula, self._valued = [], 0, False, False
            case "row":
                number = _whole(attributes["r"]) if "r" in attributes else self._row.number + 1
                if not self._row.number < number <= ROWS_MAX:
                    raise XmlRefused("rows in order of their numbers, each once")
                self._row, self._column = SheetRow(number), -1
            case "v":
                self._open = self._valued = True
            case "t":
                self._open, self._valued = not self._reading, True
            case "rPh":
                self._reading = True
            case "f":
                self._formula = True

    def text(self, text: str) -> None:
        if self._open:
            self._length += len(text)
            if self._length <= CELL_CHARACTERS_MAX:
                self._parts.append(text)

    def end(self, tag: str) -> None:
        match tag:
            case "v" | "t":
                self._open = False
            case "rPh":
                self._reading = False
            case "c":
                self._cell()
            case "row":
                if self._row.cells or self._row.wrong:
                    self.found.append(self._row)

    def _cell(self) -> None:
        if not self._valued and not self._formula:
            return
        value = self._value("".join(self._parts))
        if isinstance(value, Wrong):
            self._row.wrong[self._column] = f"in column {column_letters(self._column)} {value.expected}"
        elif value:
            self._row.cells[self._column] = value

    def _value(self, raw: str) -> str | Wrong:
        if self._length > CELL_CHARACTERS_MAX:
            return Wrong(f"at most {CELL_CHARACTERS_MAX} characters")
        if self._formula and not raw and self._kind != "str":
            return Wrong("a value: the result of its formula is not stored, open the file in Excel and save it")
        match self._kind:
            case "s":
                place = _whole(raw)
                return self._strings[place] if 0 <= place < len(self._strings) else Wrong("a text of the workbook")
            case "inlineStr" | "str":
                return string_text(raw)
            case "b":
                return {"1": "true", "0": "false"}.get(raw, Wrong("true or false"))
            case "e":
                return Wrong(f"a value, not the error {raw[:10] if raw.isprintable() else ''}".rstrip())
            case "d":
                return raw.removesuffix("T00:00:00")
            case _ if not raw:
                return ""
            case _:
                return day_text(raw, from_1904=self._from_1904) if self._style in self._days else number_text(raw)


def _whole(text: str | None) -> int:
    """Return a whole number of the XML, -1 for anything else."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) <= 9 else -1
