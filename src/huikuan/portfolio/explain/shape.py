"""The shape of an explanation in words: sections with sentences, sums and tables, the same for voice and paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from huikuan.portfolio.explain.words import Language

PAPER_LINES_MAX = 12  # lines of one list on paper, so that the pages stay one or two


class Medium(StrEnum):
    """Where a document goes: a voice reads sentences in full, paper has tables and the last lines of long lists."""

    VOICE = "voice"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Table:
    """Columns are aligned to the right: all of them hold numbers or dates. The last row is the total."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with sentences, then sums (a line each), then a table, then remarks."""

    title: str
    text: str = ""
    sums: tuple[str, ...] = ()
    table: Table | None = None
    result: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """The whole; ``internal`` is for the bank's own staff and is never part of what a customer gets."""

    language: Language
    title: str
    facts: tuple[tuple[str, str], ...]
    statement: str
    sections: tuple[Section, ...]
    closing: str
    page: str
    internal: Section


def left_out(rows: Sequence[object], medium: Medium) -> int:
    """How many lines of a list have no place."""
    return max(0, len(rows) - PAPER_LINES_MAX) if medium is Medium.PAPER else 0
