"""An explanation as plain text, for the terminal and for reading out."""

import unicodedata
from collections.abc import Iterator

from huikuan.portfolio.explain.shape import Document, Section, Table


def plain_text(document: Document, *, internal: bool) -> str:
    """The document as lines of text; ``internal`` adds the section for the bank's own staff."""
    return "\n".join(_lines(document, internal=internal)) + "\n"


def _lines(document: Document, *, internal: bool) -> Iterator[str]:
    yield document.title
    width = max(text_width(name) for name, _ in document.facts)
    for name, value in document.facts:
        yield f"  {padded(name, width, left=True)}  {value}"
    yield ""
    yield document.statement
    for number, section in enumerate(document.sections, start=1):
        yield from _section(section, f"{number}. ")
    yield ""
    yield document.closing
    if internal:
        yield from _section(document.internal, "")


def _section(section: Section, number: str) -> Iterator[str]:
    yield ""
    yield f"{number}{section.title}"
    if section.text:
        yield section.text
    yield from (f"  {line}" for line in section.sums)
    if section.table is not None:
        yield from _table(section.table)
    yield from (f"  {line}" for line in section.result)
    if section.remark:
        yield section.remark


def _table(table: Table) -> Iterator[str]:
    rows = (table.head, *table.rows, table.total)
    widths = [max(text_width(row[column]) for row in rows) for column in range(len(table.head))]
    for row in rows:
        cells = (padded(cell, width) for cell, width in zip(row, widths, strict=True))
        yield ("  " + "  ".join(cells)).rstrip()


def text_width(text: str) -> int:
    """Columns that a text takes in a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def padded(text: str, width: int, *, left: bool = False) -> str:
    """The text with blanks to so many columns, before it or with ``left`` after it."""
    gap = " " * (width - text_width(text))
    return text + gap if left else gap + text
