"""The rows of the table in real nights of a real bank: what is said in the ledger, what is stored and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from huikuan.kernel.errors import DomainError
from huikuan.kernel.tenancy import bank_scope
from huikuan.portfolio.models import Load, Party, Reject
from huikuan.portfolio.tests.deliveries import FEEDS
from tests.bad_input.nights import a_place
from tests.bad_input.outcome import said
from tests.bad_input.row import Stored
from tests.bad_input.table import CANONICAL

pytestmark = pytest.mark.django_db


def test_refused_deliveries_leave_nothing_and_the_good_one_is_loaded_after_all_of_them(tmp_path: Path) -> None:
    place = a_place(tmp_path)
    rows = [row for row in CANONICAL if row.stored is Stored.NOTHING and not row.heavy]
    assert len(rows) > 30
    for row in rows:
        delivery = place.delivery()
        row.make(delivery)
        delivery.write()
        with pytest.raises(DomainError) as caught:
            place.night()
        assert (said(caught.value.message, place.folder),) == row.says, row.id
        assert set(place.kept().values()) == {0}, row.id
    place.delivery().write()
    assert place.night().changed
    ledger = place.ledger()
    assert (ledger.state, ledger.accepted, ledger.rejected) == ("done", 510, 0)


def test_rejected_rows_come_with_their_reason_and_all_others_are_stored(tmp_path: Path) -> None:
    place, rows = a_place(tmp_path), [row for row in CANONICAL if row.stored is not Stored.NOTHING]
    delivery = place.delivery(many=1500)
    for row in rows:
        row.make(delivery)
    delivery.write()
    place.night()
    with bank_scope(place.bank.id):
        rejects = list(Reject.objects.filter(bank_id=place.bank.id))
        loads = {load.feed: load for load in Load.objects.filter(bank_id=place.bank.id)}
        parties = set(Party.objects.filter(bank_id=place.bank.id).values_list("party_id", flat=True))
    expected = sorted(_without_line(text) for row in rows for text in row.says)
    found = [
        f"{loads[reject.feed].file_name}: {reason['field'] or 'row'}: expected {reason['expected']}, got "
        f"{reason['got']} ({reason['code']})"
        for reject in rejects
        for reason in reject.reasons
    ]
    assert sorted(found) == expected
    assert set(loads) == set(FEEDS)
    for load in loads.values():
        assert load.rows == load.accepted + load.rejected
        assert load.rejected == sum(reject.feed == load.feed for reject in rejects)
    assert {"000123", "R2", "R3"} <= parties
    assert not parties & {"L1", "L3", "L4", "L5", "K1", "K5", "００９"}


def _without_line(text: str) -> str:
    file, rest = text.split(", line ", 1)
    return f"{file}: {rest.split(': ', 1)[1]}"
