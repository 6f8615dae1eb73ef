"""The list of loans, views and tags over HTTP: who sees what, who may do what, what is left as proof."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from huikuan.evidence.selectors.events import EventRow, events_of_subject
from huikuan.kernel.facts import Role
from huikuan.kernel.models import Bank, Institution
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_bank, a_client, a_user, an_institution
from huikuan.portfolio.models import Publication
from huikuan.portfolio.services import lists
from huikuan.portfolio.tests.desk_books import AT, DAY, a_note, desk_fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> Bank:
    """A bank with three notes in the branch east and one in the branch west."""
    bank = a_bank()
    an_institution(bank, code="east")
    an_institution(bank, code="west")
    desk_fill(
        bank,
        [
            a_note(note_id="E1", party_id="P1", overdue_principal_minor=300),
            a_note(note_id="E2", party_id="P1", overdue_principal_minor=200, dpd=70),
            a_note(note_id="E3", party_id="P2", overdue_principal_minor=100),
            a_note(note_id="W1", party_id="P3", institution_code="west", overdue_principal_minor=250),
        ],
    )
    return bank


def branch(bank: Bank, code: str) -> Institution:
    with bank_scope(bank.id):
        return Institution.objects.get(bank_id=bank.id, code=code)


def client_of(bank: Bank, code: str = "", role: Role = Role.COLLECTOR) -> Client:
    return a_client(a_user(bank, role=role, institution=branch(bank, code) if code else None))


def send(client: Client, method: str, path: str, body: dict[str, Any]) -> Any:
    return client.generic(method, f"/api/{path}", json.dumps(body), content_type="application/json")


def keys(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/api/loans{query}")
    assert answer.status_code == 200, answer.content
    return [item["note_id"] for item in answer.json()["items"]]


def events(bank: Bank, kind: str, subject: object) -> list[EventRow]:
    with bank_scope(bank.id):
        return events_of_subject(bank_id=bank.id, subject_kind=kind, subject_id=str(subject))


def test_person_sees_the_notes_of_the_own_branch_only(bank: Bank) -> None:
    assert keys(client_of(bank)) == ["E1", "W1", "E2", "E3"]
    assert keys(client_of(bank, "east")) == ["E1", "E2", "E3"]
    west = client_of(bank, "west")
    assert keys(west) == ["W1"]
    assert west.get(f"/api/loans?institution={branch(bank, 'east').id}").status_code == 404
    assert west.get("/api/loans/summary").json() == {
        "notes": 1, "overdue_notes": 1, "charged_off_notes": 0, "parties": 1, "overdue_minor": 250,
        "balance_minor": 900_000,
    }  # fmt: skip
    assert [value["notes"] for value in west.get("/api/loans/facets").json()["products"]] == [1]


def test_list_tells_the_night_at_which_it_stands_beside_the_last_published_one(bank: Bank) -> None:
    with bank_scope(bank.id):
        Publication.objects.create(
            bank_id=bank.id, run_id=uuid4(), business_date=DAY + timedelta(days=2), known_at=AT + timedelta(days=2),
            notes=4, stale_notes=0,
        )  # fmt: skip
    page = client_of(bank).get("/api/loans").json()
    assert page["business_date"] == str(DAY), "its desk is to come"
    assert page["published_date"] == str(DAY + timedelta(days=2))


def test_person_of_another_bank_sees_nothing(bank: Bank) -> None:
    stranger = client_of(a_bank())
    assert keys(stranger) == []
    assert stranger.get("/api/loans").json()["business_date"] is None


def test_page_says_the_business_date_and_where_the_next_begins(bank: Bank) -> None:
    client = client_of(bank)
    first = client.get("/api/loans?limit=3&sort=-arrears").json()
    assert first["business_date"] == str(DAY) and first["items"][0]["name"] == "张*生"
    second = client.get("/api/loans", {"limit": 3, "sort": "-arrears", "after": first["next"]}).json()
    assert [item["note_id"] for item in second["items"]] == ["E3"] and second["next"] is None
    assert client.get("/api/loans", {"sort": "dpd", "after": first["next"]}).status_code == 422


def test_filters_may_be_repeated_and_wrong_ones_are_refused(bank: Bank) -> None:
    client = client_of(bank)
    assert keys(client, "?bucket=M3&bucket=M7%2B") == ["E2"]
    assert keys(client, "?class=special_mention&dpd_max=69&sort=note") == ["E1", "E3", "W1"]
    assert keys(client, f"?institution={branch(bank, 'east').id}&overdue_min=200&overdue_max=200") == ["E2"]
    for wrong in ("bucket=M8", "dpd_min=-1", "dpd_min=5&dpd_max=4", "sort=name", "limit=201", "after=x", "stale=maybe"):
        assert client.get(f"/api/loans?{wrong}").status_code == 422, wrong


def test_view_is_saved_in_canonical_form_renamed_shared_and_deleted(bank: Bank) -> None:
    client = client_of(bank, "east")
    made = send(client, "POST", "views", {"name": " 我的 M2 ", "query": {"bucket": ["M3", "M2"], "sort": "-arrears"}})
    view = made.json()
    assert (view["name"], view["query"], view["own"]) == ("我的 M2", {"bucket": ["M2", "M3"]}, True)
    again = send(client, "POST", "views", {"name": "我的 M2", "query": {}})
    assert (again.status_code, again.json()["code"]) == (409, "portfolio.name_taken")
    changed = send(client, "PUT", f"views/{view['id']}", {"name": "重点", "shared": True}).json()
    assert (changed["name"], changed["shared"], changed["query"]) == ("重点", True, view["query"])
    assert send(client, "DELETE", f"views/{view['id']}", {}).status_code == 204
    assert client.get("/api/views").json() == []
    said = [(event.name, event.payload) for event in events(bank, "view", view["id"])]
    assert said == [
        ("portfolio.view_saved", {"filters": ["bucket"], "shared": False}),
        ("portfolio.view_saved", {"filters": ["bucket"], "shared": True}),
        ("portfolio.view_deleted", {"shared": True}),
    ]


def test_shared_view_is_read_by_all_of_the_bank_and_changed_by_its_owner_only(bank: Bank) -> None:
    owner, other = client_of(bank, "east"), client_of(bank, "west")
    view = send(owner, "POST", "views", {"name": "A", "query": {"bucket": "M2"}}).json()
    assert other.get("/api/views").json() == []
    send(owner, "PUT", f"views/{view['id']}", {"shared": True})
    (seen,) = client_of(bank, role=Role.AUDITOR).get("/api/views").json()
    assert (seen["own"], seen["owner"], seen["name"]) == (False, "Test Person", "A")
    assert send(other, "PUT", f"views/{view['id']}", {"name": "B"}).status_code == 404
    assert send(other, "DELETE", f"views/{view['id']}", {}).status_code == 404
    assert client_of(a_bank()).get("/api/views").json() == [], "another bank"


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "query": {}},
        {"name": "  ", "query": {}},
        {"name": "x" * 61, "query": {}},
        {"name": "13812342231", "query": {}},
        {"name": "a", "query": {"bucket": ["M9"]}},
        {"name": "a", "query": {"rows": [1]}},
    ],
)
def test_view_that_cannot_be_is_refused(bank: Bank, body: dict[str, Any]) -> None:
    client = client_of(bank)
    assert send(client, "POST", "views", body).status_code == 422
    assert client.get("/api/views").json() == []


def test_view_over_the_limit_of_a_user_is_refused(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "VIEWS_OF_A_USER_MAX", 1)
    client = client_of(bank)
    assert send(client, "POST", "views", {"name": "a", "query": {}}).status_code == 200
    assert send(client, "POST", "views", {"name": "b", "query": {}}).json()["code"] == "portfolio.too_many"
    assert send(client_of(bank), "POST", "views", {"name": "b", "query": {}}).status_code == 200, "of each user"


def test_tags_are_put_on_and_taken_off_many_notes_with_an_event_for_each_that_changed(bank: Bank) -> None:
    client = client_of(bank, "east")
    first, second = (send(client, "POST", "tags", {"name": name}).json()["id"] for name in ("回访", "有争议"))
    put = send(client, "PUT", "loans/tags", {"note_ids": ["E1", "E2"], "add": [first]})
    assert put.json() == {"changed": 2}
    body = {"note_ids": ["E1", "E2", "E3"], "add": [second], "remove": [first]}
    assert send(client, "PUT", "loans/tags", body).json() == {"changed": 3}
    assert send(client, "PUT", "loans/tags", body).json() == {"changed": 0}, "nothing left to change"
    items = client.get("/api/loans").json()["items"]
    assert {item["note_id"]: [tag["name"] for tag in item["tags"]] for item in items} == {
        "E1": ["有争议"], "E2": ["有争议"], "E3": ["有争议"],
    }  # fmt: skip
    assert [event.payload for event in events(bank, "note", "E1")] == [
        {"added": [first], "removed": []}, {"added": [second], "removed": [first]},
    ]  # fmt: skip
    assert len(events(bank, "note", "E3")) == 1
    assert keys(client, f"?tag={second}&tag={first}") == ["E1", "E2", "E3"] and keys(client, f"?tag={first}") == []


def test_tagging_is_all_or_nothing_and_stays_in_the_own_branch(bank: Bank) -> None:
    client = client_of(bank, "east")
    tag = send(client, "POST", "tags", {"name": "回访"}).json()["id"]
    for notes, add, remove, status in (
        (["E1", "W1"], [tag], [], 404),
        (["E1", "no"], [tag], [], 404),
        (["E1"], [tag, 999_999], [], 404),
        (["E1"], [tag], [tag], 422),
        (["E1"], [], [], 422),
        ([], [tag], [], 422),
        ([f"N{number}" for number in range(201)], [tag], [], 422),
    ):
        answer = send(client, "PUT", "loans/tags", {"note_ids": notes, "add": add, "remove": remove})
        assert answer.status_code == status, (notes[:3], answer.content)
    assert keys(client_of(bank), f"?tag={tag}") == [] and events(bank, "note", "E1") == []


def test_tag_stands_once_in_the_catalogue(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(bank)
    assert send(client, "POST", "tags", {"name": "回访"}).status_code == 200
    assert send(client, "POST", "tags", {"name": " 回访"}).json()["code"] == "portfolio.name_taken"
    assert send(client, "POST", "tags", {"name": "x" * 31}).status_code == 422
    monkeypatch.setattr(lists, "TAGS_MAX", 1)
    assert send(client, "POST", "tags", {"name": "b"}).json()["code"] == "portfolio.too_many"
    (tag,) = client.get("/api/tags").json()
    assert [event.payload for event in events(bank, "tag", tag["id"])] == [{"name": "回访"}]


@pytest.mark.parametrize(
    ("role", "reads", "tags", "saves"),
    [
        (Role.COLLECTOR, True, True, True),
        (Role.BRANCH_MANAGER, True, True, True),
        (Role.ACCOUNTING, True, False, True),
        (Role.AUDITOR, True, False, False),
        (Role.ADMINISTRATOR, False, False, False),
        (Role.STRATEGIST, False, False, False),
    ],
)
def test_role_reads_tags_and_saves_as_its_duties_say(
    bank: Bank, role: Role, reads: bool, tags: bool, saves: bool
) -> None:
    client = client_of(bank, role=role)
    assert (client.get("/api/loans").status_code == 200) is reads
    assert (send(client, "POST", "tags", {"name": "x"}).status_code == 200) is tags
    assert (send(client, "POST", "views", {"name": "x", "query": {}}).status_code == 200) is saves
