"""The functions of mapping expressions: a closed list, each with its kinds and the DuckDB SQL it becomes.

What is not here cannot be said. No function reads a file, a table, a clock or a setting, none is aggregate or
random, so the value of an expression depends on the row, the business date and nothing else.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from huikuan.portfolio.lake import sql_text
from huikuan.portfolio.mapping.dates import date_format, date_sql

NUMBER_SCALE = 6  # decimals of number(): money has two, rates and months fewer
NUMBER_PATTERN = r"[+-]?[0-9]{1,18}([.][0-9]{1,6})?"
COUNT_MAX = 200  # of characters that lpad makes, places that substr skips


class Kind(StrEnum):
    """What an expression gives."""

    TEXT = "text"
    NUMBER = "number"  # exact decimal
    DATE = "date"
    BOOLEAN = "boolean"
    NULL = "nothing"  # fits every kind


@dataclass(frozen=True, slots=True)
class Typed:
    """A compiled part: DuckDB SQL, its kind, for numbers the decimals, for literals the value."""

    sql: str
    kind: Kind
    scale: int = 0
    literal: str | int | None = None


class FunctionRefused(ValueError):
    """Arguments that a function does not take; the text says which it takes."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function; ``build`` raises FunctionRefused."""

    name: str
    usage: str
    meaning: str
    build: Callable[[list[Typed]], Typed]


_LETTERS = {"t": Kind.TEXT, "n": Kind.NUMBER, "d": Kind.DATE, "b": Kind.BOOLEAN}


def _fits(given: Typed, letter: str) -> bool:
    if letter == "i":
        return isinstance(given.literal, int) and 0 <= given.literal <= COUNT_MAX
    if letter == "l":
        return isinstance(given.literal, str)
    return given.kind in (_LETTERS[letter], Kind.NULL)


def _takes(usage: str, given: list[Typed], *signatures: str) -> None:
    """See that the arguments fit one of the signatures; a letter an argument, i whole-number and l text literals."""
    for signature in signatures:
        if len(given) == len(signature) and all(_fits(g, s) for g, s in zip(given, signature, strict=True)):
            return
    kinds = ", ".join(one.kind for one in given) or "nothing"
    raise FunctionRefused(f"{usage} expected, got {kinds}")


def _plain(name: str, usage: str, meaning: str, sql: str, kind: Kind, *signatures: str) -> Function:
    """A function whose SQL is a template over {0}, {1} …"""

    def build(given: list[Typed]) -> Typed:
        _takes(usage, given, *signatures)
        return Typed(sql.format(*(one.sql for one in given)), kind)

    return Function(name, usage, meaning, build)


def _substr(given: list[Typed]) -> Typed:
    _takes("substr(text, from, count)", given, "ti", "tii")
    return Typed(f"substr({', '.join(one.sql for one in given)})", Kind.TEXT)


def _concat(given: list[Typed]) -> Typed:
    if not given or any(one.kind not in (Kind.TEXT, Kind.NULL) for one in given):
        raise FunctionRefused("concat(text, …) expected; write text(…) around numbers and dates")
    return Typed(f"({' || '.join(one.sql for one in given)})", Kind.TEXT)


def _matches(given: list[Typed]) -> Typed:
    _takes("matches(text, 'pattern')", given, "tl")
    try:
        re.compile(str(given[1].literal))
    except re.error as error:
        raise FunctionRefused(f"a regular expression expected: {error}") from error
    return Typed(f"regexp_full_match({given[0].sql}, {given[1].sql})", Kind.BOOLEAN)


def _number(given: list[Typed]) -> Typed:
    _takes("number(text)", given, "t")
    text = given[0].sql
    width = f"decimal({18 + NUMBER_SCALE},{NUMBER_SCALE})"
    # A text that is no number must fail: the mark in front makes the cast refuse it, and leaves null as it is.
    readable = f"case when regexp_full_match({text}, '{NUMBER_PATTERN}') then {text} else '!' || {text} end"
    return Typed(f"cast({readable} as {width})", Kind.NUMBER, NUMBER_SCALE)


def _round(given: list[Typed]) -> Typed:
    _takes("round(number, decimals)", given, "ni")
    decimals = given[1].literal
    if not isinstance(decimals, int) or decimals > NUMBER_SCALE:
        raise FunctionRefused(f"round(number, decimals) with at most {NUMBER_SCALE} decimals expected")
    return Typed(f"round({given[0].sql}, {decimals})", Kind.NUMBER, decimals)


def _abs(given: list[Typed]) -> Typed:
    _takes("abs(number)", given, "n")
    return Typed(f"abs({given[0].sql})", Kind.NUMBER, given[0].scale)


def _date(given: list[Typed]) -> Typed:
    _takes("date(text, 'format')", given, "tl")
    try:
        form = date_format(str(given[1].literal))
    except ValueError as error:
        raise FunctionRefused(f"expected {error}") from error
    return Typed(date_sql(given[0].sql, form, strict=True), Kind.DATE)


def text_of(value: Typed) -> str:
    """Return SQL of a value as canonical text: numbers without needless zeros, dates YYYY-MM-DD, true and false."""
    match value.kind:
        case Kind.NUMBER:
            return rf"regexp_replace(cast({value.sql} as varchar), '([.][0-9]*[1-9])0+$|[.]0+$', '\1')"
        case Kind.DATE:
            return f"strftime({value.sql}, '%Y-%m-%d')"
        case Kind.BOOLEAN:
            return f"case when {value.sql} then 'true' when not {value.sql} then 'false' end"
        case _:
            return f"cast({value.sql} as varchar)"


def _text(given: list[Typed]) -> Typed:
    if len(given) != 1 or given[0].kind not in (Kind.NUMBER, Kind.DATE, Kind.TEXT):
        raise FunctionRefused("text(number) or text(date) expected")
    return Typed(text_of(given[0]), Kind.TEXT)


def same_kind(given: list[Typed], what: str) -> tuple[Kind, int]:
    """Return the one kind of several values and the most decimals; raises FunctionRefused if they differ."""
    kinds = {one.kind for one in given} - {Kind.NULL}
    if len(kinds) > 1:
        raise FunctionRefused(f"values of one kind expected in {what}, got {' and '.join(sorted(kinds))}")
    return (kinds.pop() if kinds else Kind.NULL), max((one.scale for one in given), default=0)


def _same(name: str, least: int, most: int) -> Callable[[list[Typed]], Typed]:
    def build(given: list[Typed]) -> Typed:
        if not least <= len(given) <= most:
            raise FunctionRefused(f"{name} with {least} or more values expected")
        kind, scale = same_kind(given, name)
        return Typed(f"{name}({', '.join(one.sql for one in given)})", kind, scale)

    return build


_MONTH_START = "cast(date_trunc('month', {0}) as date)"
_MONTHS = "cast({0} + to_months(cast({1} as integer)) as date)"
_T, _N, _D, _B = Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.BOOLEAN

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        _plain("trim", "trim(text)", "without blanks at the ends", "trim({0})", _T, "t"),
        _plain("ltrim", "ltrim(text, 'characters')", "without these characters in front", "ltrim({0}, {1})", _T, "tl"),
        _plain("rtrim", "rtrim(text, 'characters')", "without these characters behind", "rtrim({0}, {1})", _T, "tl"),
        _plain("upper", "upper(text)", "in capitals", "upper({0})", _T, "t"),
        _plain("lower", "lower(text)", "in small letters", "lower({0})", _T, "t"),
        _plain("left", "left(text, count)", "the first characters", "left({0}, {1})", _T, "ti"),
        _plain("right", "right(text, count)", "the last characters", "right({0}, {1})", _T, "ti"),
        Function("substr", "substr(text, from[, count])", "a part; the first character is number 1", _substr),
        _plain(
            "lpad",
            "lpad(text, length, 'fill')",
            "filled in front, or cut, to a length",
            "lpad({0}, {1}, {2})",
            _T,
            "til",
        ),
        _plain("replace", "replace(text, 'old', 'new')", "each `old` as `new`", "replace({0}, {1}, {2})", _T, "tll"),
        _plain(
            "split_part",
            "split_part(text, 'separator', number)",
            "a part, from 1",
            "split_part({0}, {1}, {2})",
            _T,
            "tli",
        ),
        Function("concat", "concat(text, …)", "joined, as with `||`; empty if one of them is empty", _concat),
        _plain("length", "length(text)", "number of characters", "length({0})", _N, "t"),
        _plain("starts_with", "starts_with(text, text)", "whether it begins so", "starts_with({0}, {1})", _B, "tt"),
        _plain("ends_with", "ends_with(text, text)", "whether it ends so", "ends_with({0}, {1})", _B, "tt"),
        _plain("contains", "contains(text, text)", "whether it stands in it", "contains({0}, {1})", _B, "tt"),
        Function("matches", "matches(text, 'pattern')", "whether the whole text is of a regular expression", _matches),
        Function("number", "number(text)", f"exact decimal, at most 18 digits and {NUMBER_SCALE} decimals", _number),
        Function("round", "round(number, decimals)", "rounded half away from zero", _round),
        Function("abs", "abs(number)", "without its sign", _abs),
        Function("text", "text(number | date)", "as canonical text", _text),
        Function("date", "date(text, 'yyyymmdd')", "a day; formats as of columns", _date),
        _plain("add_months", "add_months(date, number)", "so many months later", _MONTHS, _D, "dn"),
        _plain("add_days", "add_days(date, number)", "so many days later", "({0} + cast({1} as integer))", _D, "dn"),
        _plain(
            "month_start",
            "month_start(date)",
            "first day of its month",
            "cast(date_trunc('month', {0}) as date)",
            _D,
            "d",
        ),
        _plain("month_end", "month_end(date)", "last day of its month", "last_day({0})", _D, "d"),
        _plain("days_between", "days_between(date, date)", "days from one to the other", "({1} - {0})", _N, "dd"),
        Function("coalesce", "coalesce(value, …)", "the first that is not empty", _same("coalesce", 2, 20)),
        Function("nullif", "nullif(value, value)", "empty if both are equal", _same("nullif", 2, 2)),
        Function("greatest", "greatest(value, …)", "the largest that is not empty", _same("greatest", 2, 20)),
        Function("least", "least(value, …)", "the smallest that is not empty", _same("least", 2, 20)),
    )
}
"""By name; `docs/reference/mapping.md` lists them."""


def literal_text(value: str) -> Typed:
    """Return a text literal; raises FunctionRefused for one with control characters."""
    if any(ord(character) < ord(" ") for character in value):
        raise FunctionRefused("a text without control characters expected")
    return Typed(sql_text(value), Kind.TEXT, literal=value)
