"""Joint view of a party and preview of its payment over HTTP, after a real night: nothing twice, scope, contagion."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from typer.testing import CliRunner

from huikuan.evidence.selectors.events import events_of_subject
from huikuan.kernel.facts import Role
from huikuan.kernel.models import Institution
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_client, a_user
from huikuan.nightly.tests.books import Note
from huikuan.nightly.tests.deliveries import PRODUCTS
from huikuan.nightly.tests.feed_files import feed_add
from huikuan.nightly.tests.worlds import World, a_world
from huikuan.portfolio.cli import app
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.tests.builders import a_note

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 1)
FIRM = ("firm", "流动资金贷款", "Working capital loan", "operating", "false", "false")
DEBTORS = {"A": "E-1", "B": "E-1", "C": "P-C", "D": "E-2", "X": "P-C"}


def _note(note_id: str, first_due_on: date) -> Note:
    terms = a_note(disbursed_on=date(2023, 10, 15), first_due_on=first_due_on, matures_on=date(2025, 12, 31))
    return Note(note_id, terms, schedule_build(terms), DAY, delivers_schedule=False)


@pytest.fixture
def world(tmp_path: Path, settings: Settings) -> World:
    """E-1 owes A (92 days late), B, and with P-C note C; it guarantees note D (west) of E-2 up to 5,000.00.

    L-1 controls both enterprises, guarantees A up to 9,000.00 and B no longer. X is P-C's alone. Land worth 6,000.00
    secures A.
    """
    settings.HOME = tmp_path
    late, fine = date(2023, 11, 30), date(2024, 3, 15)
    dues = {"A": late, "B": fine, "C": date(2024, 2, 15), "D": date(2024, 2, 15), "X": fine}
    made = a_world(tmp_path, *(_note(key, on) for key, on in dues.items()))
    branches = {"A": "east", "B": "east", "C": "east", "D": "west", "X": "west"}
    folder = made.deliver(
        DAY,
        products=[*PRODUCTS, FIRM],
        parties=[
            ("E-1", "enterprise", "桐庐县山水茶业有限公司", "", "", "east"),
            ("E-2", "enterprise", "桐庐县清溪纸业有限公司", "", "", "west"),
            ("L-1", "person", "李山水", "", "", "east"),
            ("P-C", "person", "王大力", "", "", "east"),
        ],
        contracts=[
            (
                f"C-{key}",
                party,
                branches[key],
                "farm" if party == "P-C" else "firm",
                "12000.00",
                "2023-10-15",
                "2025-12-31",
            )
            for key, party in DEBTORS.items()
        ],
    )
    feed_add(folder, "contract_parties", [
        {"contract_id": "C-C", "party_id": "E-1", "role": "co_borrower"},
        {"contract_id": "C-X", "party_id": "E-1", "role": "joint_debtor", "to_on": "2024-02-29"},
        {"contract_id": "C-X", "party_id": "E-2", "role": "heir"},
    ])  # fmt: skip
    guarantee = {"liability": "joint", "maximum_amount": "false", "starts_on": "2023-10-15"}
    feed_add(folder, "guarantees", [
        {"guarantee_id": "G1", "contract_id": "C-D", "guarantor_party_id": "E-1", "amount": "5000.00", **guarantee},
        {"guarantee_id": "G2", "contract_id": "C-A", "guarantor_party_id": "L-1", "amount": "9000.00", **guarantee},
        {"guarantee_id": "G3", "contract_id": "C-B", "guarantor_party_id": "L-1", "amount": "9000.00",
         "ends_on": "2024-02-29", **guarantee},
        {"guarantee_id": "G4", "contract_id": "C-C", "guarantor_party_id": "E-1", "amount": "12000.00", **guarantee},
    ])  # fmt: skip
    feed_add(folder, "collaterals", [
        {"collateral_id": "H1", "contract_id": "C-A", "owner_party_id": "L-1", "kind": "land", "pledge": "false",
         "maximum_amount": "false", "secured_amount": "9000", "appraised_amount": "6000", "appraised_on": "2023-10-01",
         "rank": 1},
    ])  # fmt: skip
    feed_add(folder, "party_relations", [
        {"party_id": "E-1", "other_party_id": "L-1", "relation": "controller"},
        {"party_id": "E-2", "other_party_id": "L-1", "relation": "controller"},
        {"party_id": "L-1", "other_party_id": "P-C", "relation": "spouse"},
    ])  # fmt: skip
    made.run_only(DAY)
    return made


def _client(world: World, code: str = "") -> Client:
    branch = None
    if code:
        with bank_scope(world.bank.id):
            branch = Institution.objects.get(bank_id=world.bank.id, code=code)
    return a_client(a_user(world.row, role=Role.COLLECTOR, institution=branch))


def _get(client: Client, party_id: str) -> dict[str, Any]:
    answer = client.get(f"/api/parties/{party_id}/exposure")
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def _preview(client: Client, party_id: str, **body: Any) -> Any:
    address = f"/api/parties/{party_id}/allocation-preview"
    return client.post(address, json.dumps(body), content_type="application/json")


def test_notes_as_borrower_and_co_borrower_add_up_by_component(world: World) -> None:
    found = _get(_client(world), "E-1")
    assert {row["note_id"]: row["role"] for row in found["notes"]} == {
        "A": "borrower", "B": "borrower", "C": "co_borrower",
    }, "X no longer, since the day before"  # fmt: skip
    assert [row["note_id"] for row in found["notes"]] == ["A", "C", "B"], "the latest past due first"
    parts = ("principal_minor", "interest_minor", "penalty_minor", "compound_minor", "delay_minor", "costs_minor")
    for row in [*found["notes"], found["owed"]]:
        assert row["owed_minor"] == sum(row[name] for name in parts)
    for name in (*parts, "owed_minor", "overdue_minor"):
        assert found["owed"][name] == sum(row[name] for row in found["notes"])
    assert found["as_of"] == "2024-03-01" and 0 < found["owed"]["overdue_minor"] < found["owed"]["owed_minor"]


def test_guarantee_for_others_counts_up_to_its_amount_and_for_the_own_debt_not(world: World) -> None:
    found = _get(_client(world), "E-1")
    given = {row["guarantee_id"]: row for row in found["guarantees_given"]}
    assert (given["G1"]["covered_minor"], given["G1"]["counted"]) == (500_000, True)
    assert 0 < given["G1"]["covered_due_minor"] < 500_000 < given["G1"]["owed_minor"]
    assert (given["G4"]["covered_minor"], given["G4"]["counted"]) == (1_200_000, False)
    assert found["sums"] == {
        "direct_minor": found["owed"]["owed_minor"],
        "contingent_minor": 500_000,
        "total_minor": found["owed"]["owed_minor"] + 500_000,
    }
    received = {row["guarantee_id"]: row for row in found["guarantees_received"]}
    assert {key: row["standing"] for key, row in received.items()} == {"G2": "in_force", "G3": "ended"}
    assert (received["G2"]["covered_minor"], received["G3"]["covered_minor"]) == (900_000, 0)
    assert [row["collateral_id"] for row in found["collaterals_received"]] == ["H1"]
    assert _get(_client(world), "L-1")["collaterals_given"][0]["secured_minor"] == 900_000


def test_group_is_who_controls_and_counts_each_note_once(world: World) -> None:
    client = _client(world)
    one, two, head = (_get(client, party_id) for party_id in ("E-1", "E-2", "L-1"))
    assert {row["party_id"] for row in one["group"]["members"]} == {"E-2", "L-1"}, "a spouse is not in the group"
    debts = one["owed"]["owed_minor"] + two["owed"]["owed_minor"]
    expected = {"direct_minor": debts, "contingent_minor": 0, "total_minor": debts}
    assert one["group"]["sums"] == two["group"]["sums"] == head["group"]["sums"] == expected
    assert head["sums"] == {"direct_minor": 0, "contingent_minor": 900_000, "total_minor": 900_000}
    assert _get(client, "P-C")["group"] is None


def test_contagion_lifts_the_notes_that_are_not_retail_and_says_the_share(world: World) -> None:
    found = _get(_client(world), "E-1")
    classes = {
        row["note_id"]: (row["class_floor"], row["class_floor_borrower"], row["contagion"]) for row in found["notes"]
    }
    assert classes == {
        "A": ("substandard", "substandard", None),
        "B": ("pass", "substandard", "own_non_performing"),
        "C": ("special_mention", "special_mention", None),
    }
    contagion = found["contagion"]
    assert (contagion["claims_minor"], contagion["non_performing_minor"]) == (2_400_000, 1_200_000)
    assert contagion["spreads"] and contagion["notes_lifted"] == 1 and contagion["above_ppm"] == 100_000
    assert contagion["certainty"] == "V2" and "not applied" in contagion["not_applied"]
    other = _get(_client(world), "P-C")["contagion"]
    assert other["claims_minor"] is None and other["notes_lifted"] == 0, "retail only: nothing to count"


def test_a_branch_sees_sums_of_its_own_contracts_and_a_count_of_the_others(world: World) -> None:
    east = _get(_client(world, "east"), "E-1")
    assert {row["note_id"] for row in east["notes"]} == {"A", "B", "C"}
    assert east["sums"]["contingent_minor"] == 0 and east["guarantees_given"][0]["guarantee_id"] == "G4"
    assert east["contracts_elsewhere"] == 1, "that of D: guaranteed, and of the group"
    assert east["group"]["sums"]["direct_minor"] == east["owed"]["owed_minor"]
    west = _client(world, "west")
    assert west.get("/api/parties/L-1/exposure").status_code == 404
    both = _get(west, "P-C")
    assert [row["note_id"] for row in both["notes"]] == ["X"]
    assert both["contagion"]["claims_minor"] is None and both["contracts_elsewhere"] == 1


def test_preview_follows_the_legal_order_and_the_notes_own_order(world: World) -> None:
    client = _client(world)
    answer = _preview(client, "E-1", amount_minor=50_000).json()
    assert [(row["note_id"], row["portions"][0]["because"]) for row in answer["notes"]] == [
        ("C", "least_secured"), ("A", "due"), ("B", "pro_rata"),
    ], "C and A are due, A is secured; what is to come of B and C is alike"  # fmt: skip
    first = answer["notes"][0]
    assert first["amount_minor"] == 50_000 and sum(first["parts"].values()) == 50_000
    assert first["parts"]["penalty_minor"] > 0 and first["secured_ppm"] == 0
    # 9,000.00 guaranteed and land of 6,000.00 are more than A owes
    assert answer["notes"][1]["secured_ppm"] == 1_000_000 and answer["notes"][1]["parts"] is None
    assert (
        answer["rest_minor"] == 0
        and len(answer["steps"]) == 6
        and "民法典" in answer["source"]
        and answer["article"] == "560"
    )


def test_preview_with_a_designation_and_nothing_is_written(world: World) -> None:
    client = _client(world)
    before = _get(client, "E-1")
    answer = _preview(client, "E-1", amount_minor=10_000, note_id="B").json()
    (first, *others) = answer["notes"]
    assert (first["note_id"], first["parts"]["credit_minor"], first["portions"][0]["due"]) == ("B", 10_000, False)
    assert not any(row["amount_minor"] for row in others)
    assert _get(client, "E-1") == before
    with bank_scope(world.bank.id):
        assert not events_of_subject(bank_id=world.bank.id, subject_kind="party", subject_id="E-1")


def test_preview_says_what_is_not_in_it_and_refuses_what_does_not_fit(world: World) -> None:
    client, east = _client(world), _client(world, "east")
    assert _preview(client, "P-C", amount_minor=1).json()["notes_elsewhere"] == 0
    seen = _preview(east, "P-C", amount_minor=1).json()
    assert ([row["note_id"] for row in seen["notes"]], seen["notes_elsewhere"]) == (["C"], 1)
    assert _preview(east, "E-2", amount_minor=1).status_code == 404
    for body in ({"amount_minor": 0}, {"amount_minor": 1, "note_id": "D"}, {"amount_minor": 10**12 + 1}, {}):
        assert _preview(client, "E-1", **body).status_code == 422, body
    assert "one of the debts" in _preview(client, "E-1", amount_minor=1, note_id="D").json()["detail"]


def test_answers_take_a_constant_number_of_queries(world: World) -> None:
    client = _client(world)
    counts = set()
    for party_id in ("E-1", "P-C"):
        with CaptureQueriesContext(connection) as queries:
            _get(client, party_id)
            _preview(client, party_id, amount_minor=1)
        counts.add(len(queries))
    assert len(counts) == 1 and counts.pop() <= 60


def test_command_previews_the_same_as_the_route(world: World) -> None:
    command = ["borrower", "allocate", "--party", "E-1", "--amount", "500.00", "--bank", world.bank.code]
    result = CliRunner().invoke(app, [*command, "--note", "B", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.output) == _preview(_client(world), "E-1", amount_minor=50_000, note_id="B").json()
    text = CliRunner().invoke(app, [*command, "--lang", "en"]).output
    assert text.splitlines()[1].startswith("C: 500.00; 500.00 of ") and "(least secured)" in text
