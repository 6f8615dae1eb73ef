"""Customers under two keys: found by the night from indexes only, merged and taken apart by a person without loss."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from typer.testing import CliRunner

from huikuan.evidence.selectors.events import events_of_subject
from huikuan.kernel.facts import Role
from huikuan.kernel.models import Institution
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_client, a_user
from huikuan.nightly.tests.worlds import FIRST, World, a_note, a_world
from huikuan.portfolio.conflict_cli import app
from huikuan.portfolio.models import Duplicate, Party, PartyMerge

pytestmark = pytest.mark.django_db
DAYS = [FIRST + timedelta(days=number) for number in range(4)]
CARD, OLD_CARD, OTHER = "11010519491231002X", "110105491231002", "110105194912310038"
PHONE = "13812342231"
Row = tuple[object, ...]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Settings) -> None:
    settings.HOME = tmp_path


def a_person(key: str, number: str = CARD, name: str = "张小生", kind: str = "id_card") -> Row:
    return (f"P-{key}", "person", name, kind, number, "east")


def a_contact(key: str, value: str = PHONE, kind: str = "mobile") -> Row:
    return (f"K-{key}", f"P-{key}", kind, value, "own", "application", "contract", "2024-01-01", "false")


def a_bank(folder: Path, *keys: str) -> World:
    return a_world(folder, *(a_note(key) for key in keys or ("A", "B")))


def night(world: World, day: int, parties: list[Row], **feeds: list[Row]) -> None:
    world.deliver(DAYS[day], parties=parties, **feeds)
    world.run_only(DAYS[day])


def client_of(world: World, role: Role = Role.TEAM_LEAD) -> Client:
    return a_client(a_user(world.row, role=role))


def proposed(world: World, state: str = "open", more: str = "") -> list[dict[str, Any]]:
    answer = client_of(world).get(f"/api/conflicts/merges?state={state}{more}")
    assert answer.status_code == 200, answer.content
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def pair_of(row: dict[str, Any]) -> tuple[str, str]:
    first, second = row["sides"]
    return first["party_id"], second["party_id"]


def decide(world: World, row: dict[str, Any], decision: str, role: Role = Role.TEAM_LEAD, **other: Any) -> int:
    before = {"open": "", "merged": "merged", "apart": "apart", "closed": ""}[row["state"]]
    body = {"decision": decision, "evidence": row["evidence"], "before": before, "reason": "both cards were seen"}
    answer = client_of(world, role).post(
        f"/api/conflicts/merges/{row['id']}/decide", json.dumps({**body, **other}), content_type="application/json"
    )
    return answer.status_code


def page_of(world: World, key: str, client: Client | None = None, **query: Any) -> dict[str, Any]:
    answer = (client or client_of(world)).get(f"/api/parties/P-{key}/overview", query)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def contracts(page: dict[str, Any]) -> set[str]:
    return {contract["contract_id"] for contract in page["contracts"]}


def events(world: World, kind: str, subject: str) -> dict[str, dict[str, object]]:
    with bank_scope(world.bank.id):
        rows = events_of_subject(bank_id=world.bank.id, subject_kind=kind, subject_id=subject, after_seq=0, limit=50)
        return {row.name: dict(row.payload) for row in rows}


def test_same_paper_under_two_keys_is_proposed_masked_and_merges_nothing(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, [a_person("A"), a_person("B", CARD.lower(), "张小 生")])
    (row,) = proposed(world)
    assert (pair_of(row), row["evidence"], row["strong"]) == (("P-A", "P-B"), ["identity_number"], True)
    assert {side["identity_number"].upper() for side in row["sides"]} == {"110***********002X"}
    assert [side["notes"] for side in row["sides"]] == [1, 1] and "小" not in json.dumps(row, ensure_ascii=False)
    assert events(world, "delivery", str(DAYS[0]))["portfolio.duplicates_changed"] == {"opened": 1, "closed": 0}
    assert contracts(page_of(world, "A")) == {"C-A"} and page_of(world, "A")["origins"] == []


def test_same_name_birth_date_and_telephone_is_weaker_evidence_and_takes_all_three(tmp_path: Path) -> None:
    world = a_bank(tmp_path, "A", "B", "C", "D", "E")
    parties = [
        a_person("A"),
        a_person("B", OLD_CARD),  # the form of 15 digits of the same card
        a_person("C", "110105194912310046", "李大生"),  # another name
        a_person("D", "110105194812310058"),  # another date of birth
        a_person("E", "110105194912310062"),  # another telephone
    ]
    phones = [a_contact("A"), a_contact("B", "+86-138-1234-2231", "phone")]
    phones += [a_contact("C"), a_contact("D"), a_contact("E", "13900000001")]
    night(world, 0, parties, contact_points=phones)
    (row,) = proposed(world)
    assert (pair_of(row), row["evidence"], row["strong"]) == (("P-A", "P-B"), ["name_birth_phone"], False)
    assert [phone["shared"] for side in row["sides"] for phone in side["phones"]] == [True, True]
    assert proposed(world, more="&evidence=identity_number") == []


def test_equal_numbers_of_different_papers_and_missing_numbers_are_nobody(tmp_path: Path) -> None:
    world = a_bank(tmp_path, "A", "B", "C", "D")
    none: list[Row] = [(f"P-{key}", "person", "张小生", "", "", "east") for key in "CD"]
    night(world, 0, [a_person("A", "E12345678", kind="passport"), a_person("B", "E12345678", kind="other"), *none])
    assert proposed(world) == []


def test_merged_keys_are_one_person_on_the_page_of_each_with_their_origins(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, [a_person("A"), a_person("B")], contact_points=[a_contact("A"), a_contact("B", "13900000001")])
    (row,) = proposed(world)
    assert decide(world, row, "merged") == 204
    for key in "AB":
        page = page_of(world, key)
        assert (page["party_id"], contracts(page)) == (f"P-{key}", {"C-A", "C-B"})
        assert [one["party_id"] for one in page["origins"]] == ["P-A", "P-B"]
        assert page["sums"]["notes"] == 2 and {one["party_id"] for one in page["contacts"]} == {"P-A", "P-B"}
        assert all("borrower" in one["roles"] for one in page["contracts"])
        assert {one["identity_number"] for one in page["origins"]} == {"110***********002X"}
    assert proposed(world) == []
    (done,) = proposed(world, "merged")
    assert (done["keys"], done["reason"]) == (["P-A", "P-B"], "both cards were seen")
    assert events(world, "party", "P-A")["portfolio.parties_merged"] == {
        "duplicate_id": row["id"], "pair": ["P-A", "P-B"], "keys": ["P-A", "P-B"], "evidence": "identity_number",
        "effective_on": str(DAYS[0]), "reason": "both cards were seen",
    }  # fmt: skip


def test_search_finds_either_key_and_either_opens_the_person(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, [a_person("A", name="张小生"), a_person("B", name="张晓生")])
    assert decide(world, proposed(world)[0], "merged") == 204
    client = client_of(world)
    for query, key in (("张小生", "A"), ("张晓生", "B"), ("P-B", "B")):
        hits = client.post("/api/search", json.dumps({"q": query}), content_type="application/json").json()["items"]
        assert [hit["party_id"] for hit in hits if hit["kind"] == "party"] == [f"P-{key}"], query
        assert contracts(page_of(world, key)) == {"C-A", "C-B"}


def test_merge_counts_from_its_business_date_on(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    people = [a_person("A"), a_person("B")]
    night(world, 0, people)
    night(world, 1, people)
    assert decide(world, proposed(world)[0], "merged") == 204
    assert contracts(page_of(world, "A", as_of=DAYS[1])) == {"C-A", "C-B"}
    assert contracts(page_of(world, "A", as_of=DAYS[0])) == {"C-A"}


def test_taking_apart_restores_every_key_and_keeps_the_history(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    people = [a_person("A"), a_person("B")]
    night(world, 0, people)

    def kept() -> list[Any]:
        with bank_scope(world.bank.id):
            return list(Party.objects.filter(bank_id=world.bank.id).order_by("party_id").values())

    before, page = kept(), page_of(world, "B")
    assert decide(world, proposed(world)[0], "merged") == 204
    night(world, 1, people)
    assert kept() == before and proposed(world) == [], "the night neither changes a key nor proposes a merged pair"
    assert decide(world, proposed(world, "merged")[0], "apart") == 204
    after = page_of(world, "B", as_of=DAYS[1])
    assert (contracts(after), after["origins"], kept()) == (contracts(page), [], before)
    assert contracts(page_of(world, "B", as_of=DAYS[0])) == {"C-A", "C-B"}, "as it was known on that day"
    (row,) = proposed(world, "apart")
    with bank_scope(world.bank.id):
        rows = list(PartyMerge.objects.filter(bank_id=world.bank.id).order_by("id"))
    assert [(one.party_id, one.person_id, one.effective_on) for one in rows] == [
        ("P-B", "P-A", DAYS[0]),
        ("P-B", "P-B", DAYS[1]),
    ]
    assert events(world, "party", "P-A")["portfolio.parties_parted"]["merged"] is True
    assert decide(world, row, "merged") == 204 and contracts(page_of(world, "B")) == {"C-A", "C-B"}


def test_three_keys_stay_together_as_far_as_merged_pairs_connect_them(tmp_path: Path) -> None:
    world = a_bank(tmp_path, "A", "B", "C")
    night(world, 0, [a_person("A"), a_person("B"), a_person("C")])
    rows = {pair_of(row): row for row in proposed(world)}
    assert set(rows) == {("P-A", "P-B"), ("P-A", "P-C")}
    assert [decide(world, row, "merged") for row in rows.values()] == [204, 204]
    assert len(page_of(world, "C")["origins"]) == 3 and contracts(page_of(world, "C")) == {"C-A", "C-B", "C-C"}
    merged = {pair_of(row): row for row in proposed(world, "merged")}
    assert merged["P-A", "P-B"]["keys"] == ["P-A", "P-B", "P-C"]
    assert decide(world, merged["P-A", "P-B"], "apart") == 204
    assert contracts(page_of(world, "B")) == {"C-B"} and contracts(page_of(world, "A")) == {"C-A", "C-C"}


def test_pair_that_other_merges_connect_is_not_told_apart(tmp_path: Path) -> None:
    world = a_bank(tmp_path, "A", "B", "C")
    phones = [a_contact("A", "13900000001"), a_contact("B"), a_contact("C")]
    night(world, 0, [a_person("A"), a_person("B"), a_person("C")], contact_points=phones)
    rows = {pair_of(row): row for row in proposed(world)}
    assert set(rows) == {("P-A", "P-B"), ("P-A", "P-C"), ("P-B", "P-C")}
    assert decide(world, rows["P-A", "P-B"], "merged") == 204
    assert decide(world, rows["P-A", "P-C"], "merged") == 204
    assert decide(world, rows["P-B", "P-C"], "apart") == 409
    assert decide(world, rows["P-B", "P-C"], "merged") == 204, "already one by the others; now by this pair too"
    assert (
        decide(world, {row["id"]: row for row in proposed(world, "merged")}[rows["P-A", "P-B"]["id"]], "apart") == 204
    )
    assert contracts(page_of(world, "B")) == {"C-A", "C-B", "C-C"}, "the two other pairs connect it"


def test_person_of_more_keys_than_is_believable_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huikuan.portfolio.services.merges.KEYS_MAX", 2)
    world = a_bank(tmp_path, "A", "B", "C")
    night(world, 0, [a_person("A"), a_person("B"), a_person("C")])
    first, second = proposed(world)
    assert (decide(world, first, "merged"), decide(world, second, "merged")) == (204, 409)
    assert contracts(page_of(world, "C")) == {"C-C"}


def test_page_of_a_merged_person_takes_a_constant_number_of_queries_more(tmp_path: Path) -> None:
    world = a_bank(tmp_path, "A", "B", "C", "D")
    night(world, 0, [a_person(key) for key in "ABCD"])
    client, counts = client_of(world), []
    for row in proposed(world):
        assert decide(world, row, "merged") == 204
        with CaptureQueriesContext(connection) as queries:
            page_of(world, "A", client)
        counts.append(len(queries))
    assert len(page_of(world, "A")["origins"]) == 4
    assert [after - before for before, after in pairwise(counts)] == [1, 1], "who saw which key in clear; no other"


def test_pair_told_apart_is_proposed_again_only_with_more_evidence(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    weak, strong = [a_person("A"), a_person("B", OLD_CARD)], [a_person("A"), a_person("B")]
    phones = [a_contact("A"), a_contact("B")]
    night(world, 0, weak, contact_points=phones)
    assert decide(world, proposed(world)[0], "apart") == 204
    night(world, 1, [a_person("A"), a_person("B", OTHER)], contact_points=phones)
    assert proposed(world) == [], "the same evidence of another card"
    night(world, 2, strong, contact_points=phones)
    (again,) = proposed(world)
    assert (again["evidence"], again["changed_on"]) == (["identity_number", "name_birth_phone"], str(DAYS[2]))


def test_evidence_that_is_gone_ends_a_proposal_and_leaves_a_merge(tmp_path: Path) -> None:
    world = a_bank(tmp_path, "A", "B", "C")
    night(world, 0, [a_person("A"), a_person("B"), a_person("C")])
    first, second = proposed(world)
    assert decide(world, first, "merged") == 204
    night(world, 1, [a_person("A"), a_person("B", OTHER), a_person("C", "110105194912310046")])
    assert proposed(world) == [] and [pair_of(row) for row in proposed(world, "closed")] == [pair_of(second)]
    assert decide(world, second, "merged") == 409
    (kept,) = proposed(world, "merged")
    assert kept["closed_on"] == str(DAYS[1]) and contracts(page_of(world, "A")) == {"C-A", "C-B"}
    assert decide(world, kept, "apart") == 204 and contracts(page_of(world, "A")) == {"C-A"}


def test_decision_needs_the_right_a_reason_and_what_was_looked_at(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, [a_person("A"), a_person("B")])
    (row,) = proposed(world)
    assert decide(world, row, "merged", Role.AUDITOR) == 403
    assert decide(world, row, "merged", reason=f"card {CARD}") == 422
    assert decide(world, row, "merged", evidence=["name_birth_phone"]) == 409
    assert decide(world, row, "merged", before="apart") == 409
    assert decide(world, {**row, "id": row["id"] + 1000}, "merged") == 404
    assert decide(world, row, "merged") == 204 and decide(world, row, "merged") == 409


def test_officer_of_a_branch_sees_no_key_of_another_branch(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, [a_person("A"), a_person("B")])
    assert decide(world, proposed(world)[0], "merged") == 204
    with bank_scope(world.bank.id):
        east = Institution.objects.get(bank_id=world.bank.id, code="east")
    officer = a_client(a_user(world.row, role=Role.ACCOUNT_OFFICER, institution=east))
    page = page_of(world, "A", officer)
    assert (contracts(page), page["origins"]) == ({"C-A"}, [])
    assert officer.get("/api/parties/P-B/overview").status_code == 404


def test_contacts_of_a_merged_person_in_clear_leave_an_event_at_each_key(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, [a_person("A"), a_person("B")], contact_points=[a_contact("A"), a_contact("B", "13900000001")])
    assert decide(world, proposed(world)[0], "merged") == 204
    body = {"reason": "correction", "parts": ["identity", "contacts"]}
    answer = client_of(world).post("/api/parties/P-B/reveal", json.dumps(body), content_type="application/json")
    assert {one["value"] for one in answer.json()["contacts"]} == {PHONE, "13900000001"}
    assert events(world, "party", "P-B")["portfolio.party_revealed"]["fields"] == [
        "name", "identity_number", "contact_points",
    ]  # fmt: skip
    assert events(world, "party", "P-A")["portfolio.party_revealed"]["fields"] == ["contact_points"]


def test_customer_page_names_what_is_open_about_any_key_and_no_value(tmp_path: Path) -> None:
    world = a_bank(tmp_path, "A", "B", "C")
    says = ("S1", "P-B", "card", "identity_number", OTHER, "2024-01-01")
    night(world, 0, [a_person("A"), a_person("B"), a_person("C", "110105194912310020")], party_statements=[says])

    def checks(key: str) -> list[tuple[str, str, str]]:
        answer = client_of(world, Role.SPECIAL_ASSETS).get(f"/api/parties/P-{key}/checks")
        assert answer.status_code == 200 and OTHER not in str(answer.content)
        return [(row["kind"], row["about"], row["party_id"]) for row in answer.json()]

    assert checks("A") == [("merge", "identity_number", "P-A")]
    assert checks("B") == [("conflict", "identity_number", "P-B"), ("merge", "identity_number", "P-B")]
    assert checks("C") == [("finding", "identity.checksum", "P-C")]
    assert decide(world, proposed(world)[0], "merged") == 204
    assert checks("A") == [("conflict", "identity_number", "P-B")], "of the person, whichever key it stands at"


def test_map_takes_no_change_and_no_deletion(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, [a_person("A"), a_person("B")])
    assert decide(world, proposed(world)[0], "merged") == 204
    with bank_scope(world.bank.id):
        rows = PartyMerge.objects.filter(bank_id=world.bank.id)
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows.update(person_id="P-B")
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows.delete()
        assert rows.get().person_id == "P-A"


def test_nothing_in_the_table_of_proposals_is_a_value(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, [a_person("A"), a_person("B")], contact_points=[a_contact("A"), a_contact("B")])
    with bank_scope(world.bank.id):
        stored = str(list(Duplicate.objects.filter(bank_id=world.bank.id).values()))
        indexes = set(Party.objects.filter(bank_id=world.bank.id).values_list("person_index", flat=True))
    assert CARD not in stored and PHONE not in stored and "张" not in stored and len(indexes) == 1 and "" not in indexes


def test_command_lists_pairs_with_their_evidence(tmp_path: Path) -> None:
    world = a_bank(tmp_path)
    night(world, 0, [a_person("A"), a_person("B")])
    result = CliRunner().invoke(app, ["merges", "--bank", world.bank.code], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    assert all(text in result.output for text in ("P-A", "P-B", "identity_number", "1 open."))
    assert CARD not in result.output
