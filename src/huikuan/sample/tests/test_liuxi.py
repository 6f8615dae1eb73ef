"""The invented bank: nothing in it reaches anybody, and its extract passes its mapping and the intake whole."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import AT
from huikuan.nightly.arrival import expected_at
from huikuan.nightly.cycle import nights_run
from huikuan.nightly.delivery import delivery_expected_by, delivery_place
from huikuan.nightly.facts import BankFact
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.tests.night_support import Silent
from huikuan.portfolio.models import DeskNote, Load, NoteRegister, PartyRole, Reject
from huikuan.sample.liuxi.book import CORE_COUNTS_OTHERWISE, FIRST_ON, GRACE_DAYS, notes
from huikuan.sample.liuxi.extract import LATE_ON, liuxi_deliver, mapping_install
from huikuan.sample.liuxi.people import customers
from huikuan.sample.services.liuxi import liuxi_bank_ensure

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def test_no_number_of_a_customer_can_be_one_of_a_person() -> None:
    for one in customers():
        assert one.mobile.startswith("100") and len(one.mobile) == 11, "no mobile network has 100"
        assert not one.phone or one.phone.startswith("000-")
        assert not one.email or one.email.endswith("@example.com")
        if one.person:
            assert one.identity.startswith("99"), "no region has 99"
        if len(one.identity) == 18 and one.person:
            check = sum(int(digit) * weight for digit, weight in zip(one.identity, WEIGHTS, strict=False)) % 11
            assert one.identity[-1] != "10X98765432"[check], "the check digit is wrong on purpose"


def test_repeated_extract_is_the_same_bytes(tmp_path: Path) -> None:
    first = liuxi_deliver(tmp_path / "a", to_on=FIRST_ON)[0]
    second = liuxi_deliver(tmp_path / "b", to_on=FIRST_ON)[0]
    assert [(file.name, file.read_bytes()) for file in sorted(first.iterdir())] == [
        (file.name, file.read_bytes()) for file in sorted(second.iterdir())
    ]
    text = (first / "CIF_CUST_20250531.dat").read_bytes().decode("gb18030")
    assert re.match(r"000000010001\|@\|1\|@\|[^|]+\|@\|10\|@\|", text)


@pytest.mark.django_db
def test_nights_of_the_invented_bank_load_everything_and_agree_with_its_core(tmp_path: Path) -> None:
    last = date(2025, 6, 2)
    bank_id = liuxi_bank_ensure(by=Who.program("test"), at=AT)
    mapping_install(tmp_path / "mappings" / "liuxi")
    liuxi_deliver(tmp_path / "inbox", to_on=last)
    bank = BankFact(bank_id, "liuxi", "Asia/Shanghai", 2)
    nights_run(bank, last, NightPlaces(tmp_path / "lake", tmp_path / "inbox"), Silent())
    with bank_scope(bank_id):
        loads = {load.feed: load for load in Load.objects.filter(bank_id=bank_id, business_date=FIRST_ON)}
        assert len(loads) == 15, "every feed"
        assert not Reject.objects.filter(bank_id=bank_id).exists()
        assert loads["note"].controls[1]["name"] == "sum of DKJE" and loads["note"].controls[1]["ok"]
        assert loads["monthly_status"].controls == [{"name": "rows", "stated": "", "counted": "624", "ok": True}]
        assert set(PartyRole.objects.filter(bank_id=bank_id).values_list("role", flat=True)) == {
            "co_borrower",
            "guarantor",
            "collateral_owner",
        }
        desk = {row.note_id: row for row in DeskNote.objects.filter(bank_id=bank_id)}
        assert NoteRegister.objects.filter(bank_id=bank_id).count() == len(notes())
    late = {f"J{note.number}": note for note in notes() if note.late}
    assert set(desk) == set(late), "the desk holds the notes in arrears"
    for key, note in late.items():
        away = GRACE_DAYS if note.number in CORE_COUNTS_OTHERWISE else 0
        assert desk[key].core_dpd == max(0, desk[key].dpd - away), key


def test_extract_comes_in_time_but_once(tmp_path: Path) -> None:
    inbox, days = tmp_path / "inbox", (LATE_ON - timedelta(days=1), LATE_ON)
    mapping_install(tmp_path / "mappings" / "liuxi")
    liuxi_deliver(inbox, from_on=days[0], to_on=days[1])
    by = delivery_expected_by(inbox, "liuxi")
    minutes = []
    for day in days:
        expected, came = expected_at(day, by, "Asia/Shanghai"), delivery_place(inbox, "liuxi", day).complete_at(day)
        assert expected is not None and came is not None
        minutes.append((came - expected) / timedelta(minutes=1))
    assert minutes == [17 - 90, 42]
