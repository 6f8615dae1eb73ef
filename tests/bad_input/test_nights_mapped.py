"""Files of a bank's own form that are not as they should be, in whole nights: the ledger, what is stored, what is kept
of a reject.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from huikuan.kernel.errors import DomainError
from huikuan.kernel.tenancy import bank_scope
from huikuan.portfolio.models import Load, Party, Reject
from tests.bad_input.foreign import FOREIGN, VALUES
from tests.bad_input.mapped import COLUMNS, DATA, GOOD, Sent, lines, sent
from tests.bad_input.nights import Place, a_place
from tests.bad_input.outcome import said
from tests.bad_input.row import Stored

pytestmark = pytest.mark.django_db
BROKEN = b"\xff\xff|\xd5\xc5|C9|1.00|20260105\n"  # no GB18030
FILLED = tuple((f"2{n:03d}", "陈思远", f"E{n:03d}", "1.00", "20260105") for n in range(400))


def _sent(place: Place) -> Sent:
    """A good delivery of the bank, and its mapping, in the place of what lay there."""
    home = place.places.inbox.parent
    for name in ("inbox", "mappings"):
        shutil.rmtree(home / name, ignore_errors=True)
    return sent(home)


def test_refused_files_leave_nothing_and_the_good_ones_are_loaded_after_all_of_them(tmp_path: Path) -> None:
    place = a_place(tmp_path)
    rows = [row for row in FOREIGN if row.stored is Stored.NOTHING]
    assert len(rows) > 12
    for row in rows:
        delivery = _sent(place)
        row.make(delivery)
        with pytest.raises(DomainError) as caught:
            place.night()
        assert (said(caught.value.message, delivery.files),) == row.says, row.id
        assert set(place.kept().values()) == {0}, row.id
    _sent(place)
    assert place.night().changed
    ledger = place.ledger()
    assert (ledger.state, ledger.rejected) == ("done", 0)


def test_bad_rows_are_kept_with_file_and_line_of_the_bank_and_all_others_are_stored(tmp_path: Path) -> None:
    place = a_place(tmp_path)
    delivery = _sent(place)
    bad = []
    for number, row in enumerate(VALUES):
        row.make(delivery)
        values = (delivery.files / DATA).read_bytes().decode("gb18030").splitlines()[2].split("|")
        keys = {"KHH": f"3{number:03d}", "HTH": f"F{number}"}
        bad.append(tuple({**dict(zip(COLUMNS, values, strict=True)), **keys}.values()))
    delivery.data(lines(*GOOD, *bad, *FILLED).encode("gb18030") + BROKEN)
    assert place.night().changed
    with bank_scope(place.bank.id):
        rejects = list(Reject.objects.filter(bank_id=place.bank.id).order_by("feed", "source_line"))
        loads = {load.feed: load for load in Load.objects.filter(bank_id=place.bank.id)}
        parties = set(Party.objects.filter(bank_id=place.bank.id).values_list("party_id", flat=True))
    last = len(GOOD) + len(bad) + len(FILLED) + 1
    expected = [text.replace("line 3:", f"line {3 + at}:") for at, row in enumerate(VALUES) for text in row.says]
    found = [
        f"{one.source_file}, line {one.source_line}: {reason['field']}: expected {reason['expected']}, got "
        f"{reason['got']} ({reason['code']})"
        for one in rejects
        for reason in one.reasons
        if one.source_line != last
    ]
    assert found == expected
    assert [(one.feed, one.source_line) for one in rejects if one.source_line == last] == [
        ("contract", last), ("party", last),
    ]  # fmt: skip
    assert "张" not in str([one.raw for one in rejects]), "no name is kept with a reject"
    for load in loads.values():
        assert load.rows == load.accepted + load.rejected
        assert load.rejected == sum(one.feed == load.feed for one in rejects)
    assert (loads["party"].rejected, loads["contract"].rejected) == (1, len(bad) + 1)
    assert len(parties) == len(GOOD) + len(bad) + len(FILLED), "a customer is kept though his contract is not"
