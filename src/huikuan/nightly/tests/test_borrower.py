"""Borrower 360 over HTTP, after real nights with all feeds: people and enterprises, roles, masks, scope, dates."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from huikuan.evidence.selectors.events import events_of_subject
from huikuan.kernel.facts import Role
from huikuan.kernel.models import Institution
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_client, a_user
from huikuan.nightly.tests.feed_files import feed_add
from huikuan.nightly.tests.worlds import World, a_note, a_world, pays
from huikuan.portfolio.models import ContactPoint, RepaymentAccount
from huikuan.portfolio.selectors.contact import account_numbers, contact_points

pytestmark = pytest.mark.django_db
LATE = date(2024, 1, 30)
FIRST, MIDDLE, LAST = date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)
MOBILE, THIRD, MAIL, DOOR, ACCOUNT = (
    "13812342231", "13987654321", "wang.dali@example.com", "浙江省桐庐县横村镇新街12号", "6222020012345678901",
)  # fmt: skip
GUARANTOR, FIRM, BOSS = "王大力", "桐庐县山水茶业有限公司", "李山水"
CLEAR = (MOBILE, THIRD, MAIL, DOOR, "横村镇", ACCOUNT, GUARANTOR, BOSS, "110101199003074514")


def _people(folder: Path) -> None:
    guarantor = {"name": GUARANTOR, "identity_kind": "id_card", "identity_number": "110101199003074514"}
    feed_add(
        folder,
        "parties",
        [
            {"party_id": "G-1", "party_kind": "person", "region": "east", **guarantor},
            {"party_id": "E-1", "party_kind": "enterprise", "name": FIRM, "region": "east"},
            {"party_id": "L-1", "party_kind": "person", "name": BOSS, "region": "east"},
        ],
    )


def _guarantee(key: str, contract: str, **more: Any) -> dict[str, Any]:
    return {
        "guarantee_id": key, "contract_id": contract, "guarantor_party_id": "G-1", "liability": "joint",
        "maximum_amount": "false", "amount": "12000.00", "starts_on": "2024-01-15", **more,
    }  # fmt: skip


def _contact(key: str, kind: str, value: str, **more: Any) -> dict[str, Any]:
    return {
        "contact_id": key, "party_id": "G-1", "kind": kind, "value": value, "label": "own", "source": "contract",
        "legal_basis": "contract", "recorded_on": "2024-01-15", "service_address": "false", **more,
    }  # fmt: skip


def _feeds(folder: Path) -> None:
    maximum = {"maximum_amount": "true", "fixed_on": "2024-12-31"}
    feed_add(
        folder,
        "guarantees",
        [_guarantee("GA", "C-A", **maximum), _guarantee("GB", "C-B", liability="general"), _guarantee("GC", "C-C")],
    )
    feed_add(
        folder,
        "contact_points",
        [
            _contact("K1", "mobile", MOBILE),
            _contact("K2", "mobile", THIRD, source="third_person", legal_basis="none", label="other"),
            _contact("K3", "email", MAIL),
            _contact("K4", "address", DOOR, service_address="true"),
            _contact("K5", "phone", "0571-64212345", legal_basis="none"),
        ],
    )
    house = {"kind": "residential", "pledge": "false", "maximum_amount": "false", "secured_amount": "9000", "rank": 1}
    feed_add(folder, "collaterals", [{"collateral_id": "H1", "contract_id": "C-A", "owner_party_id": "E-1", **house}])
    feed_add(folder, "party_relations", [
        {"party_id": "E-1", "other_party_id": "L-1", "relation": "legal_representative"},
        {"party_id": "E-1", "other_party_id": "G-1", "relation": "controller", "since_on": "2020-01-01"},
    ])  # fmt: skip
    feed_add(folder, "contract_parties", [{"contract_id": "C-A", "party_id": "L-1", "role": "co_borrower"}])
    feed_add(folder, "management", [
        {"note_id": "A", "officer_code": "0007", "officer_name": "赵经理", "department_code": "east"},
    ])  # fmt: skip
    feed_add(folder, "repayment_accounts", [
        {"note_id": "A", "account_number": ACCOUNT, "balance": "3.20", "balance_at": "2024-02-28T20:00:00+08:00",
         "last_failure": "insufficient"},
    ])  # fmt: skip
    feed_add(folder, "monthly_statuses", [
        {"account_id": "A", "month": "2023-12-01", "status": "m2", "balance": "12000.00"},
        {"account_id": "A", "month": "2024-01-01", "status": "m1", "balance": "12000.00"},
    ])  # fmt: skip


@pytest.fixture
def world(tmp_path: Path, settings: Settings) -> World:
    """A and C (east) are late, B (west) is not; G-1 guarantees all three. The feeds come on the first day only, the
    core's figures on the last, when also the status of a month is corrected.
    """
    settings.HOME = tmp_path
    notes = [
        a_note("A", first_due_on=LATE, first_seen_on=FIRST),
        a_note("B", first_seen_on=FIRST),
        a_note("C", first_due_on=LATE, first_seen_on=FIRST),
    ]
    pays(notes[0], MIDDLE, 30_000)
    made = a_world(tmp_path, *notes)
    for day in (FIRST, MIDDLE, LAST):
        folder = made.deliver(day)
        _people(folder)
        if day == FIRST:
            _feeds(folder)
        if day == LAST:
            figures = {
                "as_of_on": "2024-03-01",
                "principal": "12000.00",
                "overdue_principal": "0",
                "days_principal": 31,
            }
            feed_add(folder, "core_figures", [{"note_id": "A", "class": "special_mention", **figures}])
            feed_add(folder, "monthly_statuses", [{"account_id": "A", "month": "2024-01-01", "status": "m3"}])
    made.run_only(LAST)
    return made


def _client(world: World, code: str = "", role: Role = Role.COLLECTOR) -> Client:
    branch = None
    if code:
        with bank_scope(world.bank.id):
            branch = Institution.objects.get(bank_id=world.bank.id, code=code)
    return a_client(a_user(world.row, role=role, institution=branch))


def _get(client: Client, party_id: str, **query: Any) -> dict[str, Any]:
    answer = client.get(f"/api/parties/{party_id}/overview", query)
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def _figure(note: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in note["balances"]["figures"] if row["name"] == name)
    return found


def test_borrower_has_contracts_notes_instalments_and_the_allocation_of_each_repayment(world: World) -> None:
    found = _get(_client(world), "P-A")
    assert (found["as_of"], found["first_on"], found["last_on"]) == ("2024-03-01", "2024-02-28", "2024-03-01")
    (contract,) = found["contracts"]
    assert (contract["roles"], contract["institution_code"]) == (["borrower"], "east")
    (note,) = contract["notes"]
    assert note["bucket"] == "M2" and note["dpd"] == 31 and note["officer"]["officer_name"] == "赵经理"
    assert len(note["instalments"]) == 12 and note["instalments"][0]["standing"] == "part_paid"
    (paid,) = note["allocations"]
    assert paid["amount_minor"] == 30_000 and sum(share["interest_minor"] for share in paid["shares"]) > 0
    sums = found["sums"]
    assert (sums["notes"], sums["bucket"], sums["dpd"]) == (1, "M2", 31)
    assert sums["overdue_minor"] == note["overdue_minor"] > 0


def test_figures_stand_beside_those_of_the_core_with_the_difference(world: World) -> None:
    client = _client(world)
    note = _get(client, "P-A")["contracts"][0]["notes"][0]
    principal, overdue = _figure(note, "principal"), _figure(note, "overdue_principal")
    assert principal["core"] == 1_200_000 and principal["difference"] == 1_200_000 - principal["ours"]
    assert overdue["difference"] == -overdue["ours"] < 0 and overdue["agrees"] is False
    assert _figure(note, "days_principal")["agrees"] is True and _figure(note, "class")["agrees"] is True
    assert _figure(note, "penalty")["core"] is None and _figure(note, "penalty")["agrees"] is None
    earlier = _get(client, "P-A", as_of="2024-02-29")["contracts"][0]["notes"][0]
    assert earlier["balances"]["core_as_of"] is None and _figure(earlier, "principal")["core"] is None


def test_personal_values_are_masked_everywhere(world: World) -> None:
    for party_id in ("P-A", "G-1", "E-1", "L-1"):
        text = _client(world).get(f"/api/parties/{party_id}/overview").content.decode()
        assert not [value for value in CLEAR if value in text or json.dumps(value)[1:-1] in text], party_id
    found = _get(_client(world), "G-1")
    assert found["name"] == "王*力" and found["identity_number"] == "110***********4514"
    values = {row["contact_id"]: row["value"] for row in found["contacts"]}
    assert values == {
        "K1": "138****2231", "K2": "139****4321", "K3": "w***@example.com", "K4": "浙江省桐庐县****",
        "K5": "057****2345",
    }  # fmt: skip
    account = _get(_client(world), "P-A")["contracts"][0]["notes"][0]["account"]
    assert account["account_number"] == "***************8901" and account["last_failure"] == "insufficient"


def test_a_number_from_a_third_person_is_not_dialable(world: World) -> None:
    contacts = {row["contact_id"]: row for row in _get(_client(world), "G-1")["contacts"]}
    assert contacts["K1"]["dialable"] and not contacts["K1"]["from_third_person"]
    assert not contacts["K2"]["dialable"] and contacts["K2"]["from_third_person"]
    assert not contacts["K3"]["dialable"], "a mail address is no number"
    assert not contacts["K5"]["dialable"], "nor is a number without a legal basis"


def test_guarantor_of_several_borrowers_sees_each_contract_once_with_its_liability(world: World) -> None:
    found = _get(_client(world), "G-1")
    assert {row["contract_id"]: row["roles"] for row in found["contracts"]} == {
        "C-A": ["guarantor"], "C-B": ["guarantor"], "C-C": ["guarantor"],
    }  # fmt: skip
    by_id = {row["contract_id"]: row["guarantees"][0] for row in found["contracts"]}
    assert by_id["C-A"]["maximum_amount"] and by_id["C-A"]["fixed_on"] == "2024-12-31"
    assert (by_id["C-B"]["liability"], by_id["C-A"]["liability"]) == ("general", "joint")
    assert found["sums"]["notes"] == 0, "what others owe is not the guarantor's own"
    assert {row["note_id"] for contract in found["contracts"] for row in contract["notes"]} == {"A", "B", "C"}
    happened = found["timeline"]["items"]
    assert not [item for item in happened if item["note_id"]], "nor does it stand in the guarantor's time line"


def test_enterprise_has_its_people_and_people_their_enterprise(world: World) -> None:
    firm = _get(_client(world), "E-1")
    assert firm["party_kind"] == "enterprise" and firm["name"] == FIRM
    people = {row["relation"]: (row["party"]["party_id"], row["reverse"]) for row in firm["relations"]}
    assert people == {"legal_representative": ("L-1", False), "controller": ("G-1", False)}
    (house,) = firm["contracts"][0]["collaterals"]
    assert house["secured_minor"] == 900_000 and house["registered_on"] is None
    boss = _get(_client(world), "L-1")
    assert [(row["party"]["party_id"], row["reverse"]) for row in boss["relations"]] == [("E-1", True)]
    assert boss["contracts"][0]["roles"] == ["co_borrower"]


def test_a_branch_sees_its_own_contracts_and_a_count_of_the_others(world: World) -> None:
    east = _get(_client(world, "east"), "G-1")
    assert [row["contract_id"] for row in east["contracts"]] == ["C-A", "C-C"] and east["contracts_elsewhere"] == 1
    west = _client(world, "west")
    assert [row["contract_id"] for row in _get(west, "G-1")["contracts"]] == ["C-B"]
    assert west.get("/api/parties/P-A/overview").status_code == 404
    assert west.get("/api/notes/A/explanation").status_code == 404
    assert west.get("/api/notes/A/explanation.pdf").status_code == 404
    assert west.get("/api/notes/B/explanation").status_code == 200


def test_feeds_that_stopped_coming_stay_in_force_with_their_date(world: World) -> None:
    feeds = {row["feed"]: row["delivered_on"] for row in _get(_client(world), "P-A")["feeds"]}
    assert feeds["guarantee"] == "2024-02-28" and feeds["core_figure"] == "2024-03-01"
    early = {row["feed"]: row["delivered_on"] for row in _get(_client(world), "P-A", as_of="2024-02-28")["feeds"]}
    assert early["core_figure"] is None, "what came later is not known yet"


def test_months_before_the_book_come_from_the_core_and_a_later_row_replaces(world: World) -> None:
    client = _client(world)
    months = {row["month"]: row for row in _get(client, "P-A")["contracts"][0]["notes"][0]["months"]}
    assert len(months) == 24
    shown = {month: (months[month]["source"], months[month]["bucket"]) for month in sorted(months)[-4:]}
    assert shown == {
        "2023-12-01": ("core", "M2"), "2024-01-01": ("core", "M3"), "2024-02-01": ("book", "M1"),
        "2024-03-01": ("book", "M2"),
    }  # fmt: skip
    assert months["2023-11-01"] == {
        "month": "2023-11-01", "on": "2023-11-30", "source": "none", "bucket": None, "dpd": None, "balance_minor": None,
    }  # fmt: skip
    earlier = _get(client, "P-A", as_of="2024-02-29")["contracts"][0]["notes"][0]["months"]
    assert earlier[-2]["bucket"] == "M1", "the correction of January was not known on the day before"


def test_time_line_is_newest_first_and_names_what_happened(world: World) -> None:
    client = _client(world)
    reveal = client.post("/api/parties/P-A/reveal", json.dumps({"reason": "contact"}), content_type="application/json")
    assert reveal.status_code == 200
    items = _get(client, "P-A")["timeline"]["items"]
    assert [item["on"] for item in items] == sorted((item["on"] for item in items), reverse=True)
    kinds = {item["kind"]: item for item in items}
    assert kinds["repaid"]["amount_minor"] == 30_000 and kinds["disbursed"]["amount_minor"] == 1_200_000
    assert kinds["revealed"]["reference"] == "contact" and kinds["revealed"]["who"]
    missed = next(item for item in items if item["kind"] == "missed" and item["seq"] == 1)
    assert (missed["on"], missed["days"], missed["cleared_on"]) == ("2024-01-31", 31, None)
    assert (kinds["bucket"]["from_bucket"], kinds["bucket"]["to_bucket"]) == ("M2", "M3")
    rest = client.get("/api/parties/P-A/timeline", {"after": f"{items[0]['on']}.1"}).json()
    assert rest == {"items": items[1:], "next": None, "left_out": 0}
    assert client.get("/api/parties/P-A/timeline", {"after": "1"}).status_code == 422
    assert _client(world, "west").get("/api/parties/P-A/timeline", {"after": "2024-01-01.1"}).status_code == 404


def test_answer_takes_a_constant_number_of_queries(world: World) -> None:
    client, counts = _client(world), {}
    for party_id in ("P-A", "G-1"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            _get(client, party_id)
        counts[party_id] = len(queries)
    assert counts["P-A"] == counts["G-1"] <= 40


def test_explanation_says_source_and_date_and_equals_the_published_figures(world: World) -> None:
    client = _client(world)
    found = client.get("/api/notes/A/explanation", {"as_of": "2024-02-29"}).json()
    assert found["as_of"] == "2024-02-29" and found["source"]["business_date"] == "2024-02-29"
    assert "账务日 2024-02-29" in found["text"]["zh"] and "business date 2024-02-29" in found["text"]["en"]
    note = _get(client, "P-A", as_of="2024-02-29")["contracts"][0]["notes"][0]
    assert found["due_now"]["penalty_minor"] == _figure(note, "penalty")["ours"]
    assert found["lateness"]["raw_days"] == note["dpd"] and found["balance_minor"] == note["balance_minor"]


def test_a_note_or_date_that_is_not_there_is_said_so(world: World) -> None:
    client = _client(world)
    assert client.get("/api/notes/Z/explanation").status_code == 404
    assert client.get("/api/notes/A/explanation", {"as_of": "2020-01-01"}).json()["code"] == "portfolio.no_night"
    assert client.get("/api/parties/P-A/overview", {"as_of": "2020-01-01"}).json()["code"] == "portfolio.no_night"


def test_reveal_of_contacts_and_accounts_leaves_an_event_that_names_them(world: World) -> None:
    client = _client(world)

    def reveal(party_id: str, **body: Any) -> dict[str, Any]:
        answer = client.post(f"/api/parties/{party_id}/reveal", json.dumps(body), content_type="application/json")
        assert answer.status_code == 200, answer.content.decode()
        found: dict[str, Any] = answer.json()
        return found

    shown = reveal("G-1", reason="contact", parts=["contacts"])
    assert {row["contact_id"]: row["value"] for row in shown["contacts"]} == {
        "K1": MOBILE, "K3": MAIL, "K4": DOOR,
    }, "not what a third person told (K2), nor what has no legal basis (K5)"  # fmt: skip
    assert shown["name"] == "王*力", "what was not asked for stays masked"
    assert THIRD in {row["value"] for row in reveal("G-1", reason="correction", parts=["contacts"])["contacts"]}
    account = reveal("P-A", reason="contact", parts=["accounts"])["accounts"]
    assert account == [{"note_id": "A", "account_number": ACCOUNT}]
    with bank_scope(world.bank.id):
        events = events_of_subject(bank_id=world.bank.id, subject_kind="party", subject_id="G-1")
        (seen,) = events_of_subject(bank_id=world.bank.id, subject_kind="party", subject_id="P-A")
    assert [event.payload["fields"] for event in events] == [["contact_points"], ["contact_points"]]
    assert seen.payload["fields"] == ["account_numbers"]
    assert MOBILE not in json.dumps([event.payload for event in events])


def test_reveal_of_accounts_is_limited_to_the_own_institutions(world: World) -> None:
    west = _client(world, "west")
    body = json.dumps({"reason": "contact", "parts": ["accounts", "contacts"]})
    assert west.post("/api/parties/P-A/reveal", body, content_type="application/json").status_code == 404


def test_account_and_contact_are_known_up_to_the_day_before_they_ended(world: World) -> None:
    about: Any = {"bank_id": world.bank.id}
    with bank_scope(world.bank.id):
        RepaymentAccount.objects.filter(**about, note_id="A").update(ended_on=LAST)
        ContactPoint.objects.filter(**about, contact_id="K1").update(ended_on=LAST)
        for on, known in ((LAST - timedelta(days=1), True), (LAST, False)):
            assert ("A" in account_numbers(**about, note_ids=["A"], on=on)) is known
            contacts = {row.contact_id for row in contact_points(**about, party_ids=["G-1"], on=on)}
            assert ("K1" in contacts) is known and "K3" in contacts
    body = json.dumps({"reason": "correction", "parts": ["accounts"]})
    answer = _client(world).post("/api/parties/P-A/reveal", body, content_type="application/json")
    assert answer.json()["accounts"] == []


@pytest.mark.cjk_font
def test_explanation_as_pdf_is_the_customers_page(world: World) -> None:
    for lang in ("zh", "en"):
        answer = _client(world).get("/api/notes/A/explanation.pdf", {"lang": lang})
        assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF") and answer["Cache-Control"] == "no-store"


def test_pdf_without_a_font_says_what_to_install(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huikuan.portfolio.explain.pdf.FONTS", ("No Such Font",))
    answer = _client(world).get("/api/notes/A/explanation.pdf")
    assert answer.status_code == 424 and answer.json()["code"] == "explain.font_missing"
    assert "fonts-noto-cjk" in answer.json()["detail"]
