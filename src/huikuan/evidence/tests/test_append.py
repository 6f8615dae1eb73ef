"""Appending events."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from huikuan.evidence.errors import EventTimeNaiveError
from huikuan.evidence.models import Event
from huikuan.evidence.services.append import event_append, event_append_many
from huikuan.kernel.errors import BankScopeError, BankScopeMissingError
from huikuan.kernel.event_types import EventPayloadPersonalError, EventTypeUnknownError, event_type
from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import AT, a_bank

pytestmark = pytest.mark.django_db
WHO = Who.program("test")


@event_type("test.happened")
@dataclass(frozen=True, slots=True)
class Happened:
    note: str
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unregistered:
    note: str


def _append(bank_id: int, subject: str = "a", *, note: str = "x", at: datetime = AT, payload: object = None) -> int:
    return event_append(
        bank_id=bank_id,
        name="test.happened",
        subject_kind="thing",
        subject_id=subject,
        payload=payload or Happened(note),
        actor=WHO,
        at=at,
    )


def test_events_of_one_subject_are_numbered_without_gaps() -> None:
    bank = a_bank()
    with bank_scope(bank.id):
        for subject in ("a", "b", "a", "a"):
            _append(bank.id, subject)
        numbers = list(Event.objects.filter(subject_id="a").order_by("id").values_list("subject_seq", flat=True))
        assert numbers == [1, 2, 3]


def test_event_rolled_back_leaves_no_gap() -> None:
    bank = a_bank()
    with bank_scope(bank.id):
        _append(bank.id)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            _append(bank.id)
            raise ZeroDivisionError
        _append(bank.id)
        assert list(Event.objects.order_by("subject_seq").values_list("subject_seq", flat=True)) == [1, 2]


def test_one_event_for_each_of_many_subjects_is_numbered_after_those_before() -> None:
    bank = a_bank()
    with bank_scope(bank.id):
        _append(bank.id, "b", note="first")
        payloads = {"b": Happened("of b"), "a": Happened("of a")}
        event_append_many(
            bank_id=bank.id, name="test.happened", subject_kind="thing", payloads=payloads, actor=WHO, at=AT
        )
        event_append_many(bank_id=bank.id, name="test.happened", subject_kind="thing", payloads={}, actor=WHO, at=AT)
        found = Event.objects.order_by("subject_id", "subject_seq").values_list("subject_id", "subject_seq", "payload")
        assert [(subject, seq, payload["note"]) for subject, seq, payload in found] == [
            ("a", 1, "of a"),
            ("b", 1, "first"),
            ("b", 2, "of b"),
        ]


def _append_many(bank_id: int, note: str, at: datetime = AT) -> None:
    event_append_many(
        bank_id=bank_id, name="test.happened", subject_kind="thing", payloads={"a": Happened(note)}, actor=WHO, at=at
    )


def test_many_events_without_time_zone_or_scope_or_with_personal_data_are_refused() -> None:
    bank = a_bank()
    with bank_scope(bank.id):
        with pytest.raises(EventTimeNaiveError):
            _append_many(bank.id, "x", AT.replace(tzinfo=None))
        with pytest.raises(EventPayloadPersonalError):
            _append_many(bank.id, "13812342231")
    with pytest.raises(BankScopeMissingError):
        _append_many(bank.id, "x")


def test_event_outside_a_scope_is_refused() -> None:
    with pytest.raises(BankScopeMissingError):
        _append(a_bank().id)


def test_event_for_another_bank_is_refused() -> None:
    first, second = a_bank(), a_bank()
    with bank_scope(first.id), pytest.raises(BankScopeError):
        _append(second.id)


def test_event_of_unregistered_type_is_refused() -> None:
    bank = a_bank()
    with bank_scope(bank.id), pytest.raises(EventTypeUnknownError):
        _append(bank.id, payload=Unregistered("x"))


def test_event_with_naive_time_is_refused() -> None:
    bank = a_bank()
    with bank_scope(bank.id), pytest.raises(EventTimeNaiveError):
        _append(bank.id, at=datetime(2026, 1, 1))  # noqa: DTZ001  the point of the test


@pytest.mark.parametrize("text", ["138 1234 2231", "身份证 110101199003074514", "+8613812342231"])
def test_event_with_personal_text_is_refused(text: str) -> None:
    bank = a_bank()
    with bank_scope(bank.id), pytest.raises(EventPayloadPersonalError, match="note"):
        _append(bank.id, note=text)


@pytest.mark.parametrize(
    "statement",
    [
        "update evidence_event set name = 'x'",
        "delete from evidence_event",
        "truncate evidence_event",
        "delete from evidence_subject",
        "update evidence_subject set last_seq = 0",
    ],
)
def test_event_cannot_be_changed_by_the_application(statement: str) -> None:
    bank = a_bank()
    with bank_scope(bank.id):
        _append(bank.id)
        with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert refused.value.__cause__.sqlstate == "42501"  # type: ignore[union-attr]
