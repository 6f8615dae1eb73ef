"""Odd identity numbers and shared telephones: noted by the night, gone with the value, explained by a person."""

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
from huikuan.kernel.models import Institution
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_client, a_user
from huikuan.nightly.tests.worlds import FIRST, World, a_note, a_world
from huikuan.portfolio.conflict_cli import app
from huikuan.portfolio.cross_source_policy import cross_source_load
from huikuan.portfolio.models import Finding

pytestmark = pytest.mark.django_db
DAYS = [FIRST + timedelta(days=number) for number in range(4)]
GOOD, SLIP = "11010519491231002X", "110105194912310021"
LIMIT = cross_source_load().shared_phone_customers
Row = tuple[object, ...]


def a_person(key: str, number: str, kind: str = "id_card") -> Row:
    return (f"P-{key}", "person", f"张{key}生", kind, number, "east")


def a_phone(place: int, value: str = "13812342231") -> Row:
    return (f"K{place}", f"P-{place}", "mobile", value, "own", "application", "contract", "2024-01-01", "false")


def people(count: int) -> list[Row]:
    return [a_person("A", GOOD), a_person("B", GOOD), *(a_person(str(n), GOOD) for n in range(count))]


def a_bank(folder: Path) -> World:
    return a_world(folder, a_note("A"), a_note("B"))


def night(world: World, day: int, **feeds: list[Row]) -> None:
    world.deliver(DAYS[day], **feeds)
    world.run_only(DAYS[day])


def findings(world: World) -> dict[tuple[str, str], Finding]:
    with bank_scope(world.bank.id):
        return {(row.party_id, row.code): row for row in Finding.objects.filter(bank_id=world.bank.id)}


def client_of(world: World, role: Role = Role.COMPLIANCE_OFFICER) -> Client:
    return a_client(a_user(world.row, role=role))


def listed(client: Client, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/api/conflicts/findings{query}")
    assert answer.status_code == 200, answer.content
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def explain(client: Client, finding_id: int, reason: str) -> Any:
    return client.post(
        f"/api/conflicts/findings/{finding_id}/explain", json.dumps({"reason": reason}), content_type="application/json"
    )


def changed_events(world: World, day: int) -> list[dict[str, object]]:
    with bank_scope(world.bank.id):
        rows = events_of_subject(
            bank_id=world.bank.id, subject_kind="delivery", subject_id=str(DAYS[day]), after_seq=0, limit=9
        )
        return [dict(row.payload) for row in rows if row.name == "portfolio.findings_changed"]


def test_wrong_check_character_is_noted_with_its_line_and_nothing_is_rejected(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, parties=[a_person("A", GOOD), a_person("B", SLIP)])
    (row,) = listed(client_of(world))
    assert (row["code"], row["source_file"], row["source_line"]) == ("identity.checksum", "parties.csv", 3)
    assert row["value"] == "110***********0021" and row["shown"][0]["name"] == "张*生"
    assert row["first_seen_on"] == str(DAYS[0]) and row["state"] == "open"
    assert changed_events(world, 0) == [{"opened": 1, "closed": 0}]


def test_finding_stays_as_it_is_night_by_night_and_ends_with_the_number(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, parties=[a_person("A", GOOD), a_person("B", SLIP)])
    night(world, 1, parties=[a_person("A", GOOD), a_person("B", SLIP)])
    assert changed_events(world, 1) == []
    night(world, 2, parties=[a_person("A", GOOD), a_person("B", GOOD)])
    assert findings(world)["P-B", "identity.checksum"].closed_on == DAYS[2]
    assert changed_events(world, 2) == [{"opened": 0, "closed": 1}]
    client = client_of(world)
    assert listed(client) == []
    (row,) = listed(client, "?state=closed")
    assert row["value"] == "", "the vault holds another number by now"
    assert explain(client, row["id"], "paper was seen").status_code == 409


def test_party_that_is_not_delivered_keeps_its_finding(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    extra = a_person("Z", SLIP)
    night(world, 0, parties=[a_person("A", GOOD), a_person("B", GOOD), extra])
    night(world, 1, parties=[a_person("A", GOOD), a_person("B", GOOD)])
    assert findings(world)["P-Z", "identity.checksum"].closed_on is None


def test_another_wrong_number_is_another_finding(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, parties=[a_person("A", GOOD), a_person("B", SLIP)])
    client = client_of(world)
    assert explain(client, listed(client)[0]["id"], "paper was seen, card of 1985").status_code == 204
    assert listed(client) == []
    night(world, 1, parties=[a_person("A", GOOD), a_person("B", "110105194912310022")])
    (row,) = listed(client)
    assert row["first_seen_on"] == str(DAYS[1])


def test_telephone_of_one_customer_less_than_the_limit_is_nothing(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    few = [a_phone(n) for n in range(LIMIT - 1)]
    again = ("K-again", *a_phone(0)[1:])  # the same customer has it twice
    night(world, 0, parties=people(LIMIT), contact_points=[*few, again])
    assert findings(world) == {}


def test_telephone_of_as_many_customers_as_the_limit_is_noted_once_for_all(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    spelt = [a_phone(0, "+86 138-1234-2231".replace(" ", "")), *(a_phone(n) for n in range(1, LIMIT))]
    night(world, 0, parties=people(LIMIT), contact_points=spelt)
    (row,) = listed(client_of(world))
    assert (row["code"], row["customers"], row["value"]) == ("phone.shared", LIMIT, "138****2231")
    assert [one["party_id"] for one in row["shown"]] == [f"P-{n}" for n in range(LIMIT)]


def test_explained_telephone_is_open_again_with_one_more_customer(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    parties = people(LIMIT + 1)
    night(world, 0, parties=parties, contact_points=[a_phone(n) for n in range(LIMIT)])
    client = client_of(world)
    finding = listed(client)[0]["id"]
    assert explain(client, finding, "switchboard of the mill").status_code == 204
    night(world, 1, parties=parties, contact_points=[a_phone(n) for n in range(LIMIT)])
    assert listed(client) == []
    (row,) = listed(client, "?state=explained")
    assert row["reason"] == "switchboard of the mill" and row["explained_by"]
    night(world, 2, parties=parties, contact_points=[a_phone(n) for n in range(LIMIT + 1)])
    (row,) = listed(client)
    assert (row["id"], row["customers"]) == (finding, LIMIT + 1)
    night(world, 3, parties=parties, contact_points=[a_phone(0)])
    assert listed(client) == [] and listed(client, "?state=closed")[0]["id"] == finding


def test_explanation_leaves_an_event_and_refuses_numbers_of_persons(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, parties=[a_person("A", GOOD), a_person("B", SLIP)])
    client = client_of(world)
    finding = listed(client)[0]["id"]
    assert explain(client, finding, "short").status_code == 422
    assert explain(client, finding, "right one is 11010519491231002X").status_code == 422
    assert explain(client, finding + 1000, "no such thing").status_code == 404
    assert explain(client, finding, "paper was seen").status_code == 204
    with bank_scope(world.bank.id):
        (event,) = events_of_subject(
            bank_id=world.bank.id, subject_kind="finding", subject_id=str(finding), after_seq=0, limit=5
        )
    assert event.payload == {"code": "identity.checksum", "reason": "paper was seen", "customers": 1}


def test_who_only_reads_cannot_explain_and_a_branch_sees_nothing(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, parties=[a_person("A", GOOD), a_person("B", SLIP)])
    auditor = client_of(world, Role.AUDITOR)
    assert explain(auditor, listed(auditor)[0]["id"], "paper was seen").status_code == 403
    with bank_scope(world.bank.id):
        east = Institution.objects.get(bank_id=world.bank.id, code="east")
    branch = a_client(a_user(world.row, role=Role.TEAM_LEAD, institution=east))
    assert branch.get("/api/conflicts/findings").status_code == 403


def test_counts_and_pages_follow_the_filter(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    slips = [a_person(str(n), SLIP) for n in range(3)]
    code = ("P-F", "enterprise", "Farm", "credit_code", "91350100M000100Y44", "east")
    night(world, 0, parties=[a_person("A", GOOD), a_person("B", "110105299912310028"), *slips, code])
    client = client_of(world)
    counts = {row["code"]: row["count"] for row in client.get("/api/conflicts/findings/counts").json()}
    assert counts == {"identity.checksum": 4, "identity.birth_date": 1, "credit_code.checksum": 1}
    first = client.get("/api/conflicts/findings?limit=2&code=identity.checksum").json()
    rest = client.get(f"/api/conflicts/findings?limit=2&code=identity.checksum&after={first['next']}").json()
    assert first["total"] == 4 and len(first["items"]) == len(rest["items"]) == 2 and rest["next"] is None
    assert not {row["id"] for row in first["items"]} & {row["id"] for row in rest["items"]}


def test_command_lists_what_is_open(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, parties=[a_person("A", GOOD), a_person("B", SLIP)])
    result = CliRunner().invoke(app, ["findings", "--bank", world.bank.code], env={"COLUMNS": "200"})
    assert result.exit_code == 0 and "identity.checksum 1" in result.output and SLIP not in result.output
