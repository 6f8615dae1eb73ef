"""What the simulated core delivers passes the intake whole, and its figures are those that the night computes."""

from datetime import date
from pathlib import Path

import pytest

from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import AT
from huikuan.lab.create import Order, bank_files_create
from huikuan.lab.parameters import parameters_shipped
from huikuan.lab.services.bank import simulated_bank_ensure
from huikuan.nightly.cycle import nights_run
from huikuan.nightly.facts import BankFact
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.tests.night_support import Silent
from huikuan.portfolio.models import DeskNote, Load, NoteRegister, Reject
from huikuan.reconciliation.models import Difference


@pytest.mark.django_db
@pytest.mark.parametrize("last", [date(2025, 6, 2), pytest.param(date(2025, 6, 30), marks=pytest.mark.soak)])
def test_nights_of_a_simulated_bank_reject_nothing_and_agree_with_its_core(tmp_path: Path, last: date) -> None:
    order = Order(seed=5, borrowers=400, months=1, start=date(2025, 6, 1))
    bank_files_create(
        order,
        parameters_shipped(),
        inbox=tmp_path / "inbox",
        truth=tmp_path / "truth",
        journal=tmp_path / "journal",
    )
    bank_id = simulated_bank_ensure(by=Who.program("test"), at=AT)
    bank = BankFact(bank_id, "qinghe", "Asia/Shanghai", 2)
    nights_run(bank, last, NightPlaces(tmp_path / "lake", tmp_path / "inbox"), Silent())
    with bank_scope(bank_id):
        rejected = [(one.feed, one.reasons) for one in Reject.objects.filter(bank_id=bank_id)]
        assert not rejected
        loads = {one.feed for one in Load.objects.filter(bank_id=bank_id, business_date=date(2025, 6, 1))}
        assert {
            "core_figure",
            "note",
            "repayment",
            "loan_event",
            "guarantee",
            "contact_point",
            "monthly_status",
        } <= loads
        assert NoteRegister.objects.filter(bank_id=bank_id).count() > 300
        assert DeskNote.objects.filter(bank_id=bank_id).count() > 10
        assert not list(Difference.objects.filter(bank_id=bank_id).values_list("note_id", "component", "core", "ours"))
