"""What the values of a column look like: a date of which format, an amount in which unit, codes."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from huikuan.portfolio.mapping.dates import date_format
from huikuan.portfolio.mapping.learn.sniff import ColumnFacts
from huikuan.portfolio.mapping.learn.words import HISTORY_WORDS, plain

SENTINELS = ("00010101", "0001-01-01", "99991231", "9999-12-31", "00000000", "19000101")
_FORMATS = ("yyyymmdd", "yyyy-mm-dd", "yyyy/mm/dd", "yyyymm", "mm/dd/yyyy", "mm/yyyy", "yymmdd", "yyyymmddhhmiss")
_SERIALS = (14_000, 73_000)  # days of Excel: 1938 to 2099
_FIRST, _LAST = date(1930, 1, 1), date(2099, 12, 31)


def date_of(facts: ColumnFacts) -> tuple[str, tuple[str, ...]] | None:
    """Return the format that all values have, sentinels apart, and the sentinels among them; None for no date."""
    sentinels = tuple(value for value in SENTINELS if value in facts.values)
    values = [value for value in facts.values if value not in sentinels]
    if not values:
        return None if not sentinels else _sentinels_alone(sentinels)
    for written in _FORMATS:
        form = date_format(written)
        if all(re.fullmatch(form.pattern, value) and _is_day(value, form.strptime) for value in values):
            return written, sentinels
    if all(re.fullmatch(r"[0-9]{5}([.]0+)?", value) and _SERIALS[0] <= float(value) <= _SERIALS[1] for value in values):
        return "excel", sentinels
    return None


def history_of(columns: Sequence[ColumnFacts]) -> tuple[str, str] | None:
    """Return the columns with the first and last day of rows, if the names say that a file keeps its history."""
    found = [
        next((one.name for one in columns if plain(one.name) in words and date_of(one) is not None), None)
        for words in HISTORY_WORDS
    ]
    return (found[0], found[1]) if found[0] is not None and found[1] is not None else None


def _sentinels_alone(sentinels: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the format of a column that has nothing but sentinels."""
    return "yyyy-mm-dd" if "-" in sentinels[0] else "yyyymmdd", sentinels


def _is_day(value: str, form: str) -> bool:
    try:
        return _FIRST <= datetime.strptime(value, form).date() <= _LAST  # noqa: DTZ007 - a date has no zone
    except ValueError:
        return False


def unit_of(facts: ColumnFacts) -> tuple[str, str]:
    """Return the unit that the values of an amount suggest, and why; whole numbers leave it open."""
    if "万" in facts.name:
        return "wan", "its name says 万"
    if "分" in facts.name:
        return "fen", "its name says 分"
    if any("." in value for value in facts.values):
        return "yuan", "its values have decimals"
    return "yuan", "CHECK: whole numbers, which may as well be fen"


def is_number(facts: ColumnFacts) -> bool:
    """Whether every value is a decimal number."""
    return bool(facts.values) and all(re.fullmatch(r"[+-]?\d+(\.\d+)?", value) for value in facts.values)


def zero_filled(facts: ColumnFacts) -> bool:
    """Whether the values are keys of one length filled up with zeros."""
    lengths = {len(value) for value in facts.values}
    return len(lengths) == 1 and lengths.pop() >= 8 and all(value.startswith("000") for value in facts.values)


def shape_words(facts: ColumnFacts) -> str:
    """Return what a column looks like in words that show no value."""
    if not facts.values:
        return "empty in the rows read"
    shapes = {re.sub(r"[A-Za-z]", "a", re.sub(r"\d", "9", value)) for value in facts.values}
    if len(shapes) == 1 and len(shape := shapes.pop()) <= 24 and shape.isascii():
        return f"all like {shape}"
    lengths = [len(value) for value in facts.values]
    return f"{min(lengths)} to {max(lengths)} characters"
