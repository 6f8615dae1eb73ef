"""Many writers at once, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from django.db import connection, transaction

from huikuan.evidence.models import Event
from huikuan.evidence.services.append import EventDraft, event_append, event_append_many
from huikuan.kernel.event_types import event_type
from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import AT, a_bank

WHO = Who.program("test")
WRITERS = 6
ROUNDS = 15


@event_type("test.counted")
@dataclass(frozen=True, slots=True)
class Counted:
    writer: int


@pytest.mark.django_db(transaction=True)
def test_writers_of_one_subject_at_once_leave_no_gap_and_no_duplicate() -> None:
    bank = a_bank()

    def write(writer: int) -> int:
        kept = 0
        for turn in range(ROUNDS):
            with bank_scope(bank.id):
                if turn % 3 == 2:
                    drafts = [EventDraft("test.counted", "thing", s, Counted(writer)) for s in ("b", "a", "a")]
                    kept += event_append_many(bank_id=bank.id, events=drafts, actor=WHO, at=AT)
                else:
                    event_append(
                        bank_id=bank.id, name="test.counted", subject_kind="thing", subject_id="a",
                        payload=Counted(writer), actor=WHO, at=AT,
                    )  # fmt: skip
                    kept += 1
                    if turn % 5 == 4:
                        transaction.set_rollback(True)
                        kept -= 1
        connection.close()
        return kept

    with ThreadPoolExecutor(WRITERS) as pool:
        written = sum(pool.map(write, range(WRITERS)))
    with bank_scope(bank.id):
        assert Event.objects.count() == written
        for subject in ("a", "b"):
            numbers = sorted(Event.objects.filter(subject_id=subject).values_list("subject_seq", flat=True))
            assert numbers == list(range(1, len(numbers) + 1))
