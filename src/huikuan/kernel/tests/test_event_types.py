"""What may be declared as an event."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest

from huikuan.kernel.event_types import event_name_of, event_type, payload_document


@event_type("test.everything")
@dataclass(frozen=True, slots=True)
class Everything:
    text: str
    number: int
    day: date
    key: UUID
    maybe: str | None
    parts: tuple[int, ...]


def test_payload_becomes_plain_json() -> None:
    key = UUID("0197f3c2-5d1e-7c3a-9b1f-4a3f2b1c0d9e")
    payload = Everything("a", 1, date(2026, 1, 2), key, None, (1, 2))
    assert payload_document("test.everything", payload) == {
        "text": "a", "number": 1, "day": "2026-01-02", "key": str(key), "maybe": None, "parts": [1, 2],
    }  # fmt: skip
    assert event_name_of(payload) == "test.everything"


@pytest.mark.parametrize("hint", [float, dict, list, bytes, "list[int]", "dict[str, str] | None"])
def test_field_that_is_no_plain_value_is_refused(hint: object) -> None:
    cls = type("Bad", (), {"__annotations__": {"field": hint}})
    with pytest.raises(TypeError, match="plain values"):
        event_type("test.bad")(dataclass(frozen=True)(cls))


@pytest.mark.parametrize("name", ["happened", "Test.happened", "test.Happened", "test.happened.twice", "test. "])
def test_name_of_another_form_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"package\.what_happened"):
        event_type(name)


def test_name_taken_by_another_class_is_refused() -> None:
    @dataclass(frozen=True)
    class Other:
        text: str

    with pytest.raises(ValueError, match="registered twice"):
        event_type("test.everything")(Other)


def test_class_that_is_no_dataclass_is_refused() -> None:
    class Plain:
        text: str

    with pytest.raises(TypeError, match="frozen dataclass"):
        event_type("test.plain")(Plain)
