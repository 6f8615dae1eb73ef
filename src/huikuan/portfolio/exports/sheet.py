"""Writing the file: XLSX with a first sheet that says what it is, or CSV with the same lines above the table.

Rows come in and go out one by one: a workbook of 200,000 rows takes 5 MiB of memory (`python benchmarks/export.py`).
No cell can become a formula: a text that begins like one gets an apostrophe in front, as spreadsheet programs do
themselves, because a file is often saved again as CSV by whoever gets it.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from huikuan.portfolio.exports.columns import Kind

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""After blanks too; the wide forms because spreadsheet programs of China and Japan read them as the plain ones."""
_TEXT_LENGTH_MAX: Final = 32_767  # of a cell
_WIDTHS: Final = {Kind.TEXT: 18.0, Kind.AMOUNT: 16.0, Kind.INTEGER: 10.0, Kind.DATE: 12.0}
Value = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A heading and how the values below it are shown; headings of a sheet differ from each other."""

    heading: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds: its lines of explanation, its columns, its rows."""

    name: str
    about_name: str
    about_headings: tuple[str, str]
    about: Sequence[tuple[str, str]]
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Value]]
    minor_digits: int


def text_safe(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula, within the length of a cell."""
    cut = text[: _TEXT_LENGTH_MAX - 1]
    return f"'{cut}" if cut.lstrip(" \u3000").startswith(_FORMULA_STARTS) else cut


def amount(minor: int | None, minor_digits: int) -> Decimal | None:
    """Return an amount in major units, exact."""
    return None if minor is None else Decimal(minor).scaleb(-minor_digits)


def xlsx_write(sheet: Sheet, file: Path, *more: Sheet) -> None:
    """Write a workbook: what it is, the table, and ``more`` tables without words of their own. Mode 0600."""
    from rustpy_xlsxwriter import Format, write_worksheets

    _create(file)
    tables = (sheet, *more)
    formats = {
        Kind.TEXT: "@",
        Kind.AMOUNT: "#,##0" + ("." + "0" * sheet.minor_digits if sheet.minor_digits else ""),
        Kind.INTEGER: "#,##0",
        Kind.DATE: "yyyy-mm-dd",
    }
    headings = sheet.about_headings
    about = [{headings[0]: text_safe(name), headings[1]: text_safe(value)} for name, value in sheet.about]
    write_worksheets(
        [(sheet.about_name, about), *((table.name, _records(table)) for table in tables)],
        str(file),
        freeze_panes={table.name: {"row": 1, "col": 1} for table in tables},
        header_format={"general": Format().set_bold()},
        autofilter={table.name: True for table in tables},
        column_formats={
            table.name: {column.heading: Format().set_num_format(formats[column.kind]) for column in table.columns}
            for table in tables
        },
        column_widths={
            sheet.about_name: {headings[0]: 18.0, headings[1]: 90.0},
            **{table.name: {column.heading: _WIDTHS[column.kind] for column in table.columns} for table in tables},
        },
    )


def csv_write(sheet: Sheet, file: Path) -> None:
    """Write a CSV file in UTF-8 with a byte-order mark (spreadsheet programs need it); mode 0600."""
    _create(file)
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        for name, value in sheet.about:
            writer.writerow([f"# {name}", text_safe(value)])
        writer.writerow([column.heading for column in sheet.columns])
        for row in sheet.rows:
            writer.writerow([text_safe(value) if isinstance(value, str) else value for value in row])


def _records(sheet: Sheet) -> Iterator[dict[str, Value]]:
    headings = [column.heading for column in sheet.columns]
    for row in sheet.rows:
        yield {
            heading: text_safe(value) if isinstance(value, str) else value
            for heading, value in zip(headings, row, strict=True)
        }


def _create(file: Path) -> None:
    """Make an empty file that only its owner may read, before anything is written into it."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
