"""What a model refuses, in words: place, expectation and what stands there, each in one line.

Every reader of files that people write (mappings, manifests, policies, contracts, loan files) and the API say it with
these words. The text of a ValueError of a validator of our own is the object of "expected".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

_SHOWN_MAX: Final = 100
_INSTANT: Final = "an instant with offset such as 2024-01-31T09:00:00+08:00"
_WORDS: Final[Mapping[str, str]] = {
    "missing": "a value",
    "extra_forbidden": "no such key",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "date_type": "a date such as 2024-01-31",
    "date_parsing": "a date such as 2024-01-31",
    "date_from_datetime_parsing": "a date such as 2024-01-31",
    "date_from_datetime_inexact": "a date without a time",
    "datetime_type": _INSTANT,
    "datetime_parsing": _INSTANT,
    "datetime_from_date_parsing": _INSTANT,
    "timezone_aware": _INSTANT,
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
    "finite_number": "a finite number",
}
_WORDS_OF: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "literal_error": lambda ctx: str(ctx["expected"]),
    "enum": lambda ctx: str(ctx["expected"]),
    "string_pattern_mismatch": lambda ctx: f"text like {ctx['pattern']}",
    "string_too_short": lambda ctx: f"text of at least {_count(ctx['min_length'], 'character')}",
    "string_too_long": lambda ctx: f"text of at most {_count(ctx['max_length'], 'character')}",
    "too_short": lambda ctx: f"at least {_count(ctx['min_length'], 'entry', 'entries')}",
    "too_long": lambda ctx: f"at most {_count(ctx['max_length'], 'entry', 'entries')}",
    "greater_than": lambda ctx: f"more than {ctx['gt']}",
    "greater_than_equal": lambda ctx: f"at least {ctx['ge']}",
    "less_than": lambda ctx: f"less than {ctx['lt']}",
    "less_than_equal": lambda ctx: f"at most {ctx['le']}",
    "value_error": lambda ctx: str(ctx["error"]),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """The first thing that a model refuses; ``got`` is empty where the expectation is about a part as a whole."""

    where: tuple[str | int, ...]
    expected: str
    got: str

    @property
    def place(self) -> str:
        """The place as people write it: ``repayments[0].amount``; empty for the whole."""
        return place_text(self.where)

    @property
    def said(self) -> str:
        """Expectation and what stands there in one."""
        return f"expected {self.expected}" + (f", got {self.got}" if self.got else "")


def refused(error: ValidationError, data: object) -> Refused:
    """Return what a model refuses first of ``data``."""
    first = error.errors()[0]
    if first["type"] == "missing":
        got = "nothing"
    else:
        whole = first["type"] == "value_error" and not isinstance(first["input"], str | int | float)
        got = "" if whole else _got(first["input"])
    return Refused(_where(first["loc"], data, first["type"]), expectation(first), got)


def expectation(error: Mapping[str, Any]) -> str:
    """Return what was expected by one error of pydantic, without the value that stood there."""
    kind, ctx = error["type"], error.get("ctx", {})
    if kind == "string_type":
        got = error.get("input")
        plain = isinstance(got, int | float) or hasattr(got, "isoformat")
        return f'text in quotes, such as "{got}"' if plain and not isinstance(got, bool) else "text"
    if kind in _WORDS_OF:
        return _WORDS_OF[kind](ctx)
    return _WORDS.get(kind) or str(error["msg"]).removeprefix("Input should be ")


def place_text(where: Sequence[str | int]) -> str:
    """Return keys and positions as one text of at most 100 characters."""
    text = ".".join(f"[{part}]" if isinstance(part, int) else part for part in where).replace(".[", "[")
    return text[:_SHOWN_MAX]


def _where(loc: Sequence[str | int], data: object, kind: str) -> tuple[str | int, ...]:
    """The keys of ``loc``: pydantic also puts the members of a union there, which nobody wrote."""
    found: list[str | int] = []
    below: dict[str | int, tuple[str | int, object]]
    for part in loc:
        if isinstance(data, Mapping):  # a key that is no text, as a date, stands in ``loc`` as Python writes it
            below = {name: (str(key), value) for key, value in data.items() for name in (str(key), repr(key))}
        else:
            below = {key: (key, value) for key, value in enumerate(data)} if isinstance(data, list | tuple) else {}
        if part in below:
            key, data = below[part]
            found.append(key)
    return (*found, loc[-1]) if kind == "missing" else tuple(found)


def _got(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "keys and values"
    if isinstance(value, list | tuple):
        return "a list"
    text = repr(value) if isinstance(value, str | int | float) else str(value)
    return text if len(text) <= _SHOWN_MAX else text[:_SHOWN_MAX] + "…"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
