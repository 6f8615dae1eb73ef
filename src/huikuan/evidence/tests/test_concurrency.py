"""Many writers at once, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from django.db import connection, transaction

from huikuan.evidence.models import Event
from huikuan.evidence.services.append import event_append
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
            subjects = ("b", "a") if turn % 3 == 2 else ("a",)
            rolled_back = turn % 5 == 3
            with bank_scope(bank.id):
                for subject in subjects:
                    event_append(
                        bank_id=bank.id, name="test.counted", subject_kind="thing", subject_id=subject,
                        payload=Counted(writer), actor=WHO, at=AT,
                    )  # fmt: skip
                if rolled_back:
                    transaction.set_rollback(True)
            kept += 0 if rolled_back else len(subjects)
        connection.close()
        return kept

    with ThreadPoolExecutor(WRITERS) as pool:
        written = sum(pool.map(write, range(WRITERS)))
    with bank_scope(bank.id):
        assert Event.objects.count() == written
        for subject in ("a", "b"):
            numbers = sorted(Event.objects.filter(subject_id=subject).values_list("subject_seq", flat=True))
            assert numbers == list(range(1, len(numbers) + 1))
