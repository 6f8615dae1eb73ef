"""The owner of the tables cannot change the log either."""

from typing import Any

import psycopg
import pytest

from huikuan.evidence.services.append import event_append
from huikuan.evidence.tests.test_append import WHO, Happened
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import AT, a_bank


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "update evidence_event set name = 'x'",
        "delete from evidence_event",
        "truncate evidence_event cascade",
        "delete from evidence_subject",
        "truncate evidence_subject",
        "update evidence_subject set last_seq = 0",
        "update evidence_subject set subject_id = 'z', last_seq = 9",
        "delete from evidence_approval",
    ],
)
def test_owner_of_the_tables_cannot_change_events(statement: str, owner_connection: "psycopg.Connection[Any]") -> None:
    bank = a_bank()
    with bank_scope(bank.id):
        event_append(
            bank_id=bank.id, name="test.happened", subject_kind="thing", subject_id="a", payload=Happened("x"),
            actor=WHO, at=AT,
        )  # fmt: skip
    with owner_connection.transaction():
        owner_connection.execute("select set_config('app.bank', %s, true)", [str(bank.id)])
        with pytest.raises(psycopg.errors.InsufficientPrivilege), owner_connection.transaction():
            owner_connection.execute(statement.encode())
