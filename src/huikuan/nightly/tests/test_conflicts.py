"""Sources that contradict each other: found by the night with their places, decided by a person, never overwritten."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from huikuan.evidence.selectors.events import events_of_subject
from huikuan.kernel.facts import Role
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_client, a_user
from huikuan.nightly.tests.worlds import FIRST, World, a_note, a_world
from huikuan.portfolio.conflict_cli import app
from huikuan.portfolio.models import Conflict, ContactPoint, Party, PartyStatement

pytestmark = pytest.mark.django_db
DAYS = [FIRST + timedelta(days=number) for number in range(4)]
CORE, OTHER = "11010519491231002X", "110105194912310038"
PHONE = "13812342231"
Row = tuple[object, ...]


def a_person(key: str, number: str = CORE) -> Row:
    return (f"P-{key}", "person", f"张{key}生", "id_card", number, "east")


def a_contact(key: str, value: str, kind: str = "mobile") -> Row:
    return (key, "P-A", kind, value, "own", "application", "contract", "2024-01-01", "false")


def says(key: str, system: str, field: str, value: str, party: str = "P-A") -> Row:
    return (key, party, system, field, value, "2024-01-01")


def a_bank(folder: Path) -> World:
    return a_world(folder, a_note("A"), a_note("B"))


def night(world: World, day: int, *, statements: list[Row] | None = None, **feeds: list[Row]) -> None:
    feeds = {"parties": [a_person("A"), a_person("B")], **feeds}
    if statements is not None:
        feeds["party_statements"] = statements
    world.deliver(DAYS[day], **feeds)
    world.run_only(DAYS[day])


def client_of(world: World, role: Role = Role.TEAM_LEAD) -> Client:
    return a_client(a_user(world.row, role=role))


def listed(world: World, query: str = "") -> list[dict[str, Any]]:
    answer = client_of(world).get(f"/api/conflicts{query}")
    assert answer.status_code == 200, answer.content
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def sent(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(f"/api/conflicts/{path}", json.dumps(body), content_type="application/json")


def decided(world: World, row: dict[str, Any], value: int, reason: str = "card was seen at the counter") -> Any:
    body = {"values_hash": row["values_hash"], "value": value, "reason": reason}
    return sent(client_of(world), f"{row['id']}/decide", body)


def events(world: World, kind: str, subject: object) -> dict[str, dict[str, object]]:
    with bank_scope(world.bank.id):
        rows = events_of_subject(
            bank_id=world.bank.id, subject_kind=kind, subject_id=str(subject), after_seq=0, limit=20
        )
        return {row.name: dict(row.payload) for row in rows}


def test_another_identity_number_is_a_conflict_with_feed_file_line_and_day(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(
        world,
        0,
        statements=[says("S1", "card", "identity_number", CORE, "P-B"), says("S2", "card", "identity_number", OTHER)],
    )
    (row,) = listed(world)
    assert (row["field"], row["customer"]["party_id"], row["state"]) == ("identity_number", "P-A", "open")
    said = {value["shown"]: value["sources"] for value in row["values"]}
    assert set(said) == {"110***********002X", "110***********0038"}
    (core,), (card,) = said["110***********002X"], said["110***********0038"]
    assert (core["feed"], core["key"], core["file"], core["line"]) == ("party", "P-A", "parties.csv", 2)
    assert (card["feed"], card["system"], card["key"]) == ("party_statement", "card", "S2")
    assert (card["file"], card["line"], card["day"]) == ("party_statements.csv", 3, str(DAYS[0]))
    assert events(world, "delivery", DAYS[0])["portfolio.conflicts_changed"] == {"opened": 1, "closed": 0}


def test_same_values_in_another_spelling_are_no_conflict(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(
        world,
        0,
        contact_points=[a_contact("K1", "+86-13812342231"), a_contact("K2", "浙江省 杭州市1号", "address")],
        statements=[
            says("S1", "card", "identity_number", CORE.lower()),
            says("S2", "card", "phone", "138-1234-2231"),
            says("S3", "card", "address", "浙江省杭州市1号"),
            says("S4", "card", "monthly_income", "8000"),
            says("S5", "credit", "monthly_income", "8000.00"),
        ],
    )
    assert listed(world) == []


def test_sources_with_one_telephone_in_common_agree_and_without_one_contradict(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    both = [a_contact("K1", PHONE), a_contact("K2", "13900000001")]
    night(world, 0, contact_points=both, statements=[says("S1", "card", "phone", PHONE)])
    assert listed(world) == []
    night(world, 1, contact_points=both, statements=[says("S1", "card", "phone", "13700000009")])
    (row,) = listed(world)
    assert [len(value["sources"]) for value in row["values"]] == [1, 1, 1]
    assert {value["shown"] for value in row["values"]} == {"138****2231", "139****0001", "137****0009"}


def test_incomes_of_two_systems_contradict_and_are_shown_without_a_digit(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(
        world,
        0,
        statements=[says("S1", "card", "monthly_income", "8000"), says("S2", "credit", "monthly_income", "12000.50")],
    )
    (row,) = listed(world, "?field=monthly_income")
    assert {value["shown"] for value in row["values"]} == {"****", "*****"}


def test_decision_counts_until_a_value_changes_and_again_when_it_is_back(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    wrong = [says("S1", "card", "identity_number", OTHER)]
    night(world, 0, statements=wrong)
    (row,) = listed(world)
    number = next(value["number"] for value in row["values"] if value["shown"].endswith("002X"))
    assert decided(world, row, number).status_code == 204
    assert listed(world) == []
    (done,) = listed(world, "?state=decided")
    assert (done["decision"]["value"], done["decision"]["reason"]) == (number, "card was seen at the counter")
    assert events(world, "conflict", row["id"])["portfolio.conflict_decided"] == {
        "party_id": "P-A",
        "field": "identity_number",
        "counts": ["party:P-A"],
        "sources": 2,
        "reason": "card was seen at the counter",
    }
    night(world, 1, statements=wrong)
    assert listed(world) == [], "the same values need no second look"
    night(world, 2, statements=[says("S1", "card", "identity_number", "110105194912310046")])
    (again,) = listed(world)
    assert (again["id"], again["changed_on"], again["decision"]) == (row["id"], str(DAYS[2]), None)
    night(world, 3, statements=wrong)
    assert listed(world) == [] and listed(world, "?state=decided")[0]["decision"]["value"] == number


def test_no_source_is_overwritten_by_a_decision(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, statements=[says("S1", "card", "identity_number", OTHER)])

    def vault() -> list[tuple[object, ...]]:
        with bank_scope(world.bank.id):
            return [
                *Party.objects.filter(bank_id=world.bank.id)
                .order_by("party_id")
                .values_list("identity", "fingerprint"),
                *ContactPoint.objects.filter(bank_id=world.bank.id).values_list("value", "fingerprint"),
                *PartyStatement.objects.filter(bank_id=world.bank.id).values_list("value", "fingerprint"),
            ]

    before = vault()
    (row,) = listed(world)
    assert decided(world, row, 0, "both are wrong, the branch asks for the card").status_code == 204
    assert vault() == before
    assert listed(world, "?state=decided")[0]["decision"]["value"] == 0


def test_agreement_closes_a_conflict_and_a_statement_that_ends_does_too(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(
        world,
        0,
        statements=[says("S1", "card", "identity_number", OTHER), says("S2", "card", "identity_number", OTHER, "P-B")],
    )
    (first, second) = listed(world)
    night(world, 1, statements=[says("S1", "card", "identity_number", CORE)])
    assert listed(world) == []
    assert {row["id"] for row in listed(world, "?state=closed")} == {first["id"], second["id"]}
    assert decided(world, first, 1).status_code == 409
    assert events(world, "delivery", DAYS[1])["portfolio.conflicts_changed"] == {"opened": 0, "closed": 2}


def test_feed_that_does_not_come_leaves_conflicts_and_names_the_earlier_file(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, statements=[says("S1", "card", "identity_number", OTHER)])
    night(world, 1)
    (row,) = listed(world)
    assert row["first_seen_on"] == str(DAYS[0]) and "portfolio.conflicts_changed" not in events(
        world, "delivery", DAYS[1]
    )
    night(world, 2, parties=[a_person("A", "110105194912310046"), a_person("B")])
    (row,) = listed(world)
    places = {
        (one["feed"], one["file"], one["line"], one["day"]) for value in row["values"] for one in value["sources"]
    }
    assert places == {
        ("party", "parties.csv", 2, str(DAYS[2])),
        ("party_statement", "party_statements.csv", None, str(DAYS[0])),
    }


def test_decision_on_values_that_have_changed_or_do_not_exist_is_refused(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, statements=[says("S1", "card", "identity_number", OTHER)])
    (row,) = listed(world)
    assert decided(world, {**row, "values_hash": "0" * 32}, 1).status_code == 409
    assert decided(world, row, 3).status_code == 422
    assert decided(world, row, 1, f"the right one is {CORE}").status_code == 422
    assert decided(world, {**row, "id": row["id"] + 1000}, 1).status_code == 404
    body = {"values_hash": row["values_hash"], "value": 1, "reason": "card was seen"}
    assert sent(client_of(world, Role.AUDITOR), f"{row['id']}/decide", body).status_code == 403
    assert listed(world)[0]["decision"] is None


def test_values_in_clear_need_a_reason_and_leave_an_event_of_the_customer(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, statements=[says("S1", "card", "identity_number", OTHER)])
    (row,) = listed(world)
    assert sent(client_of(world), f"{row['id']}/reveal", {}).status_code == 422
    body = {"reason": "correction", "note": "file 7"}
    assert sent(client_of(world, Role.COMPLIANCE_OFFICER), f"{row['id']}/reveal", body).status_code == 403
    answer = sent(client_of(world), f"{row['id']}/reveal", body)
    assert answer.status_code == 200 and {one["value"] for one in answer.json()} == {CORE, OTHER}
    assert events(world, "party", "P-A")["portfolio.party_revealed"] == {
        "reason": "correction",
        "note": "file 7",
        "fields": ["conflict_identity_number"],
    }


def test_nothing_in_the_tables_of_conflicts_is_a_value_in_clear(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, contact_points=[a_contact("K1", PHONE)], statements=[says("S1", "card", "phone", "13700000009")])
    with bank_scope(world.bank.id):
        stored = str(list(Conflict.objects.filter(bank_id=world.bank.id).values()))
        stored += str(list(PartyStatement.objects.filter(bank_id=world.bank.id).values()))
    assert PHONE not in stored and "13700000009" not in stored and "K1" in stored


def test_statement_of_another_form_is_rejected_with_its_field(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    good = [says(f"G{n}", "card", "monthly_income", "1", "P-B") for n in range(60)]
    night(world, 0, statements=[*good, says("S1", "card", "monthly_income", "8,000")])
    with bank_scope(world.bank.id):
        assert not PartyStatement.objects.filter(bank_id=world.bank.id, statement_id="S1").exists()
        assert PartyStatement.objects.filter(bank_id=world.bank.id).count() == 60


def test_command_lists_who_says_what_where(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, statements=[says("S1", "card", "identity_number", OTHER)])
    result = CliRunner().invoke(app, ["list", "--bank", world.bank.code], env={"COLUMNS": "200"})
    assert result.exit_code == 0 and "card (party_statements.csv:2" in result.output and OTHER not in result.output
