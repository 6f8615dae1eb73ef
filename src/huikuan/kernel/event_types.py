"""The registry of evidence event types.

Each package lists its events in ``events.py`` as frozen dataclasses::

    @event_type("portfolio.party_revealed")
    @dataclass(frozen=True, slots=True)
    class PartyRevealed:
        reason: str
        fields: tuple[str, ...]

A payload holds plain values only and never personal data: names, identity numbers and telephone numbers
belong to the vault; events carry keys. The registry stands in the kernel because kernel services
write events too (``kernel.ports``).
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from huikuan.kernel.errors import DomainError
from huikuan.kernel.masking import personal_in_text

T = TypeVar("T")

_NAME = re.compile(r"^[a-z]+\.[a-z0-9_]+$")
_PLAIN: Final = (str, int, bool, date, datetime, UUID, type(None))
_BY_NAME: dict[str, type[Any]] = {}


class EventTypeUnknownError(DomainError):
    """An event was appended under a name that no package registered, or with another payload class."""

    code = "evidence.event_type_unknown"
    status = 500

    def __init__(self, name: str, payload: object) -> None:
        super().__init__(
            f"The event {name!r} with a {type(payload).__name__} is not registered. "
            "Declare the payload in events.py of its package with @event_type."
        )


class EventPayloadPersonalError(DomainError):
    """A payload holds text that looks like an identity or telephone number."""

    code = "evidence.event_payload_personal"
    status = 500

    def __init__(self, name: str, field: str) -> None:
        super().__init__(
            f"The payload of {name} carries something like personal data in {field!r}. "
            "Events are kept for ever: store the value in the vault and put its key into the event."
        )


def _is_plain(hint: object) -> bool:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return all(_is_plain(part) for part in typing.get_args(hint))
    if origin is tuple:
        return all(part is Ellipsis or _is_plain(part) for part in typing.get_args(hint))
    return isinstance(hint, type) and issubclass(hint, _PLAIN)


def event_type(name: str) -> Callable[[type[T]], type[T]]:
    """Register a frozen dataclass as the payload of the event ``name`` (``package.what_happened``)."""

    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not of the form package.what_happened.")

    def register(cls: type[T]) -> type[T]:
        known = _BY_NAME.get(name)
        if known is not None and known.__qualname__ != cls.__qualname__:
            raise ValueError(f"The event {name!r} is registered twice: {known.__qualname__} and {cls.__qualname__}.")
        if not dataclasses.is_dataclass(cls) or not cls.__dataclass_params__.frozen:  # type: ignore[attr-defined]
            raise TypeError(f"{cls.__name__} must be a frozen dataclass; put @event_type above @dataclass.")
        for field, hint in typing.get_type_hints(cls).items():
            if not _is_plain(hint):
                raise TypeError(f"{cls.__name__}.{field} is {hint}; events hold plain values and tuples of them.")
        _BY_NAME[name] = cls
        return cls

    return register


def event_name_of(payload: object) -> str:
    """Return the name under which the class of a payload is registered."""
    for name, cls in _BY_NAME.items():
        if cls is type(payload):
            return name
    raise EventTypeUnknownError("?", payload)


def _json(value: object) -> object:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, tuple):
        return [_json(part) for part in value]
    return value


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for part in value for text in _texts(part)]
    return []


def payload_document(name: str, payload: object) -> dict[str, object]:
    """Return the JSON form of a payload; refuses unregistered types and personal data."""
    if _BY_NAME.get(name) is not type(payload) or isinstance(payload, type):
        raise EventTypeUnknownError(name, payload)
    document: dict[str, object] = {}
    for field in dataclasses.fields(payload):  # type: ignore[arg-type]  # registered classes are dataclasses
        value = getattr(payload, field.name)
        if any(personal_in_text(text) for text in _texts(value)):
            raise EventPayloadPersonalError(name, field.name)
        document[field.name] = _json(value)
    return document
