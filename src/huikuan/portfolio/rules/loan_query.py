"""The question that the list of loans answers: which notes, in which order, after which one.

One reader for everything that asks it: the address of the page, a saved view, an export. It takes what an address
can hold (one value, or a list where a filter may be repeated), refuses what it does not know, and gives one canonical
form, so that two spellings of one question are one question.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, Final

from huikuan.kernel.errors import InputInvalidError
from huikuan.portfolio.facts import Bucket, ClassFloor

VALUES_MAX: Final = 100  # of one filter
TEXT_LENGTH_MAX: Final = 64
DAYS_MAX: Final = 36_500
SUM_MAX_MINOR: Final = 2**53 - 1  # the largest integer that every reader of JSON keeps exactly

PARTY_KINDS: Final = ("person", "enterprise")
SECURED: Final = ("none", "guarantee", "collateral", "both")
FAILURES: Final = ("none", "insufficient", "frozen", "closed", "other")
NOT_DELIVERED: Final = ""  # the value of a text that the core system did not deliver

ARREARS_BUCKETS_LEFT_OUT: Final = (Bucket.M0, Bucket.SETTLED)
"""Left out unless asked for: notes that stay on the desk after they were cured or settled."""


class LoanSort(StrEnum):
    """What the list is ordered by; ties are broken by the key of the note.

    ``arrears`` is what fell due and is unpaid, without penalty, compound and delay interest.
    """

    DPD = "dpd"
    ARREARS = "arrears"
    BALANCE = "balance"
    MATURES = "matures"
    NOTE = "note"


DATED_SORTS: Final = (LoanSort.DPD, LoanSort.MATURES)
"""Orders by a date that a note may lack: days past due are ordered by the day since which. Those come last."""


@dataclass(frozen=True, slots=True)
class LoanFilter:
    """Conditions that must all hold; within one that lists values, any of them. Nothing set: every note in arrears.

    ``institution`` are ids, each with everything below it. An empty text in officer, department, region, core_class
    or last_failure stands for notes of which the core system delivered none. Amounts are minor units; both ends of a
    range belong to it.
    """

    institution: tuple[int, ...] = ()
    product: tuple[str, ...] = ()
    bucket: tuple[str, ...] = ()
    class_floor: tuple[str, ...] = ()
    officer: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    party_kind: tuple[str, ...] = ()
    secured: tuple[str, ...] = ()
    core_class: tuple[str, ...] = ()
    last_failure: tuple[str, ...] = ()
    tag: tuple[int, ...] = ()
    stale: bool | None = None
    core_differs: bool | None = None
    dpd_min: int | None = None
    dpd_max: int | None = None
    overdue_min: int | None = None
    overdue_max: int | None = None
    balance_min: int | None = None
    balance_max: int | None = None
    matures_from: date | None = None
    matures_to: date | None = None


@dataclass(frozen=True, slots=True)
class LoanQuery:
    """A filter and an order; the default order is the largest arrears first."""

    filter: LoanFilter = LoanFilter()
    sort: LoanSort = LoanSort.ARREARS
    descending: bool = True


SortValue = int | date | None


@dataclass(frozen=True, slots=True)
class LoanCursor:
    """The note after which a page begins: its sort value (None where it has none, or where the key alone sorts)."""

    value: SortValue
    note_id: str


Reader = Callable[[str, object], Any]


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > TEXT_LENGTH_MAX or "\x00" in value:
        raise InputInvalidError(name, value, f"a text of at most {TEXT_LENGTH_MAX} characters")
    return value


def _named(name: str, value: object) -> str:
    if not _text(name, value):
        raise InputInvalidError(name, value, "a text that is not empty")
    return str(value)


def _one_of(*allowed: str) -> Reader:
    def read(name: str, value: object) -> str:
        if value not in allowed:
            raise InputInvalidError(name, value, f"one of {', '.join(part or 'an empty text' for part in allowed)}")
        return str(value)

    return read


def _integer(least: int, most: int) -> Reader:
    def read(name: str, value: object) -> int:
        text = str(value)
        plain = not isinstance(value, bool) and text.removeprefix("-").isdecimal() and text.isascii() and len(text) < 20
        if not plain or not least <= int(text) <= most:
            raise InputInvalidError(name, value, f"a whole number from {least} to {most}")
        return int(text)

    return read


def _flag(name: str, value: object) -> bool:
    if str(value).lower() not in {"true", "false"}:
        raise InputInvalidError(name, value, "true or false")
    return str(value).lower() == "true"


def _day(name: str, value: object) -> date:
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError:
        raise InputInvalidError(name, value, "a date YYYY-MM-DD") from None


_ID: Final = _integer(1, 2**63 - 1)
_CLASSES: Final = tuple(ClassFloor)
_AMOUNT: Final = _integer(0, SUM_MAX_MINOR)
_DAYS: Final = _integer(0, DAYS_MAX)

_LISTS: Final[dict[str, Reader]] = {
    "institution": _ID,
    "product": _named,
    "bucket": _one_of(*Bucket),
    "class_floor": _one_of(*_CLASSES),
    "officer": _text,
    "department": _text,
    "region": _text,
    "party_kind": _one_of(*PARTY_KINDS),
    "secured": _one_of(*SECURED),
    "core_class": _one_of(*_CLASSES, NOT_DELIVERED),
    "last_failure": _one_of(*FAILURES, NOT_DELIVERED),
    "tag": _ID,
}
_SINGLES: Final[dict[str, Reader]] = {
    "stale": _flag,
    "core_differs": _flag,
    "dpd_min": _DAYS,
    "dpd_max": _DAYS,
    "overdue_min": _AMOUNT,
    "overdue_max": _AMOUNT,
    "balance_min": _AMOUNT,
    "balance_max": _AMOUNT,
    "matures_from": _day,
    "matures_to": _day,
}
_RANGES: Final = (
    ("dpd_min", "dpd_max"),
    ("overdue_min", "overdue_max"),
    ("balance_min", "balance_max"),
    ("matures_from", "matures_to"),
)
_ALIASES: Final = {"class": "class_floor"}  # "class" in addresses; a word of the language in Python
_ADDRESS_NAMES: Final = {name: alias for alias, name in _ALIASES.items()}
KEYS: Final = frozenset({_ADDRESS_NAMES.get(f.name, f.name) for f in fields(LoanFilter)} | {"sort"})


def loan_query_parse(raw: Mapping[str, object]) -> LoanQuery:
    """Read a question as an address or a saved view holds it; None and empty lists count as not given.

    Raises InputInvalidError for a key that does not exist, a value that a filter cannot have, more than VALUES_MAX
    values, or a range whose end lies before its beginning.
    """
    unknown = sorted(set(raw) - KEYS)
    if unknown:
        raise InputInvalidError("filter", unknown[0], f"one of {', '.join(sorted(KEYS))}")
    given: dict[str, Any] = {}
    for key, value in raw.items():
        if value is None or value == [] or key == "sort":
            continue
        name = _ALIASES.get(key, key)
        given[name] = _list_read(key, value, _LISTS[name]) if name in _LISTS else _single_read(key, value, name)
    for low, high in _RANGES:
        if low in given and high in given and given[low] > given[high]:
            raise InputInvalidError(high, given[high], f"at least {low}, which is {given[low]}")
    sort, descending = _sort_read(raw.get("sort"))
    return LoanQuery(LoanFilter(**given), sort, descending)


def _list_read(key: str, value: object, read: Reader) -> tuple[Any, ...]:
    values = list(value) if isinstance(value, list | tuple) else [value]
    if len(values) > VALUES_MAX:
        raise InputInvalidError(key, f"{len(values)} values", f"at most {VALUES_MAX}")
    return tuple(sorted({read(key, one) for one in values}))


def _single_read(key: str, value: object, name: str) -> object:
    values = list(value) if isinstance(value, list | tuple) else [value]
    if len(values) != 1:
        raise InputInvalidError(key, f"{len(values)} values", "one value")
    return _SINGLES[name](key, values[0])


def _sort_read(raw: object) -> tuple[LoanSort, bool]:
    if raw is None or raw in ([], ""):
        return LoanSort.ARREARS, True
    text = str(raw[0]) if isinstance(raw, list | tuple) and len(raw) == 1 else str(raw)
    plain = text.removeprefix("-")
    if plain not in tuple(LoanSort):
        raise InputInvalidError("sort", text, f"one of {', '.join(LoanSort)}, with - in front for descending")
    return LoanSort(plain), text.startswith("-")


def loan_query_document(query: LoanQuery) -> dict[str, Any]:
    """Return the canonical form: what is set, under the names of an address, values sorted; empty for the default."""
    document: dict[str, Any] = {}
    for field in fields(LoanFilter):
        value = getattr(query.filter, field.name)
        if value is None or value == ():
            continue
        plain = value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
        document[_ADDRESS_NAMES.get(field.name, field.name)] = plain
    sort = f"{'-' if query.descending else ''}{query.sort}"
    return document if sort == f"-{LoanSort.ARREARS}" else {**document, "sort": sort}


def cursor_text(query: LoanQuery, cursor: LoanCursor) -> str:
    """Write a cursor for an address. It belongs to one question: with another filter or order it is refused."""
    value = cursor.value.isoformat() if isinstance(cursor.value, date) else cursor.value
    raw = json.dumps([_mark(query), value, cursor.note_id], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def cursor_parse(query: LoanQuery, text: str) -> LoanCursor:
    """Read a cursor; raises InputInvalidError when it is none, or belongs to another question."""
    try:
        mark, value, note_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if mark != _mark(query) or not isinstance(note_id, str):
            raise ValueError
        return LoanCursor(_cursor_value(query.sort, value), note_id)
    except (ValueError, TypeError, binascii.Error):
        expected = "the `next` of the page before, with the same filters"
        raise InputInvalidError("after", text[:TEXT_LENGTH_MAX], expected) from None


def _cursor_value(sort: LoanSort, value: object) -> SortValue:
    if sort in DATED_SORTS:
        return None if value is None else date.fromisoformat(str(value))
    if (value is None) is not (sort is LoanSort.NOTE) or isinstance(value, bool):
        raise ValueError
    return None if value is None else int(str(value))


def _mark(query: LoanQuery) -> str:
    text = json.dumps(loan_query_document(query), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
