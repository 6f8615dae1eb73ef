"""The monthly roll table over HTTP and on the command line, after real nights."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from typer.testing import CliRunner

from huikuan.insight.cli import app
from huikuan.insight.reports.monthly_roll import MonthlyRoll, monthly_roll_rates
from huikuan.kernel.facts import Role
from huikuan.kernel.models import Bank, Institution
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_client, a_user
from huikuan.nightly.cycle import nights_run
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.tests.deliveries import Row, a_bank_with_branches, delivery_write
from huikuan.nightly.tests.night_support import Silent
from huikuan.nightly.tests.worlds import FIRST, a_note

pytestmark = pytest.mark.django_db
# Notes at even places belong to the branch east, at odd ones to west; OLD is an account that is no note of the book.
STATUSES = (
    ("A", "2023-10-01", "m0"), ("A", "2023-11-01", "m1"), ("A", "2023-12-01", "m2"),
    ("B", "2023-10-01", "m0"), ("B", "2023-12-01", "m0"),
    ("OLD", "2023-10-01", "m0"), ("OLD", "2023-11-01", "settled"),
)  # fmt: skip


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bank:
    """Two nights: the statuses, and on the next day another one of A for November."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    row, fact = a_bank_with_branches()
    places = NightPlaces(tmp_path / "lake", tmp_path / "inbox")
    notes = [a_note("A"), a_note("B")]
    later = FIRST + timedelta(days=1)
    rows: list[Row] = [(*status, "", "") for status in STATUSES]
    delivery_write(places.inbox, fact.code, notes, FIRST, more={"monthly_statuses": rows})
    delivery_write(
        places.inbox, fact.code, notes, later, more={"monthly_statuses": [("A", "2023-11-01", "m3", "", "")]}
    )
    nights_run(fact, later, places, Silent())
    return row


def cells(answer: dict[str, Any]) -> dict[tuple[str, str], tuple[int, int]]:
    """The cells of an answer by from and to."""
    return {(one["from_status"], one["to_status"]): (one["accounts"], one["rate_ppm"]) for one in answer["cells"]}


def test_table_counts_pairs_of_following_months_and_the_later_row_of_a_month_wins(bank: Bank) -> None:
    answer = a_client(a_user(bank, role=Role.STRATEGIST)).get("/api/monthly-roll").json()
    assert cells(answer) == {
        ("m0", "m3"): (1, 500_000),
        ("m0", "settled"): (1, 500_000),
        ("m3", "m2"): (1, 1_000_000),
    }, "B has no November, so its October has no row"
    assert (answer["from_month"], answer["to_month"]) == ("2023-10-01", "2023-12-01")
    assert (answer["accounts"], answer["account_months"], answer["pairs"]) == (3, 7, 3)


def test_as_of_the_first_night_the_first_rows_hold(bank: Bank) -> None:
    answer = a_client(a_user(bank, role=Role.STRATEGIST)).get(f"/api/monthly-roll?as_of={FIRST}").json()
    assert cells(answer)[("m0", "m1")] == (1, 500_000)


def test_months_are_bounded_by_any_day_of_them(bank: Bank) -> None:
    answer = a_client(a_user(bank, role=Role.STRATEGIST)).get("/api/monthly-roll?from_month=2023-11-15").json()
    assert cells(answer) == {("m3", "m2"): (1, 1_000_000)}


def test_person_of_a_branch_gets_the_accounts_that_are_its_notes(bank: Bank) -> None:
    with bank_scope(bank.id):
        east = Institution.objects.get(bank_id=bank.id, code="east")
        west = Institution.objects.get(bank_id=bank.id, code="west")
    of_east = a_client(a_user(bank, role=Role.BRANCH_MANAGER, institution=east)).get("/api/monthly-roll")
    assert of_east.json()["accounts"] == 1 and ("m0", "settled") not in cells(of_east.json())
    of_west = a_client(a_user(bank, role=Role.BRANCH_MANAGER, institution=west)).get("/api/monthly-roll")
    assert of_west.json()["pairs"] == 0, "B's months do not follow each other"


def test_without_statuses_the_answer_says_so(bank: Bank) -> None:
    answer = a_client(a_user(bank, role=Role.STRATEGIST)).get("/api/monthly-roll?from_month=2024-01-01")
    assert (answer.status_code, answer.json()["code"]) == (404, "monthly_roll.no_status")


def test_command_prints_the_same_cells(bank: Bank) -> None:
    done = CliRunner().invoke(app, ["--bank", bank.code, "--csv"])
    assert done.output.splitlines() == [
        "from_status,to_status,accounts,rate_ppm",
        "m0,m3,1,500000",
        "m0,settled,1,500000",
        "m3,m2,1,1000000",
    ]


def test_rates_are_rounded_half_up_and_ordered_from_mild_to_severe() -> None:
    found = monthly_roll_rates([("m1", "m0", 2), ("m1", "charged_off", 1), ("m0", "m0", 1)])
    assert found == [
        MonthlyRoll("m0", "m0", 1, 1_000_000),
        MonthlyRoll("m1", "m0", 2, 666_667),
        MonthlyRoll("m1", "charged_off", 1, 333_333),
    ]
