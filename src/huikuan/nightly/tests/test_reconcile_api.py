"""The reconciliation over HTTP and by command, after real nights: counts, list, declarations, sign-off, file."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from typer.testing import CliRunner

from huikuan.evidence.selectors.events import events_of_subject
from huikuan.kernel.facts import Role, Who
from huikuan.kernel.models import Institution
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_client, a_user
from huikuan.nightly.correction import correction_run
from huikuan.nightly.tests.feed_files import feed_add
from huikuan.nightly.tests.night_support import Silent
from huikuan.nightly.tests.worlds import FIRST, World, a_note, a_world
from huikuan.reconciliation.cli import app

pytestmark = pytest.mark.django_db
SECOND = FIRST + timedelta(days=1)
FIGURES = (
    {"note_id": "A", "principal": "11000.00", "overdue_principal": "0.00", "class": "pass"},
    {"note_id": "B", "principal": "12000.00"},
    {"note_id": "C", "principal": "12000.50"},
)


@pytest.fixture
def world(tmp_path: Path, settings: Settings) -> World:
    """A (east) is late; on both nights the core has other figures of A and C, on the first others of B besides."""
    settings.HOME = tmp_path
    made = a_world(tmp_path, a_note("A", first_due_on=FIRST - timedelta(days=12)), a_note("B"), a_note("C"))
    first = made.deliver(FIRST)
    feed_add(first, "core_figures", [{"as_of_on": FIRST, **row} for row in FIGURES])
    feed_add(first, "core_figures", [])
    second = made.deliver(SECOND)
    feed_add(second, "core_figures", [{"as_of_on": SECOND, **row} for row in FIGURES])
    made.run_only(SECOND)
    return made


def person(world: World, role: Role = Role.ACCOUNTING) -> Client:
    return a_client(a_user(world.row, role=role))


def get(client: Client, path: str, **query: Any) -> Any:
    answer = client.get(f"/api/{path}", query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/{path}", body, content_type="application/json")


def declared(client: Client, **what: Any) -> Any:
    days = {"from_on": str(FIRST), "to_on": str(SECOND)}
    whole = {"component": "principal", "note_id": "A", "up_to": 100_000, "reason": "balance taken over", **days, **what}
    return post(client, "reconciliation/declarations", **whole)


def test_day_counts_by_product_and_component_and_ages_what_is_open(world: World) -> None:
    client = person(world)
    day = get(client, "reconciliation")["day"]
    assert (day["business_date"], day["latest"], day["notes_held"]) == (str(SECOND), True, 2)
    cells = {(c["product_code"], c["component"]): c for c in day["cells"]}
    principal = cells["consumer", "principal"]
    assert (principal["compared"], principal["equal"], principal["different"], principal["held"]) == (2, 1, 1, 1)
    assert principal["difference"] == -100_000 and cells["farm", "principal"]["difference"] == 50
    assert [step["different"] for step in day["ages"]] == [0, 4, 0, 0, 0]
    earlier = get(client, "reconciliation", as_of=str(FIRST))["day"]
    assert not earlier["latest"] and earlier["notes_held"] is None and earlier["ages"] == []
    assert client.get("/api/reconciliation", {"as_of": "2020-01-01"}).status_code == 404


def test_list_is_filtered_and_paged_with_a_constant_number_of_queries(world: World) -> None:
    client = person(world)
    whole = get(client, "reconciliation/differences")
    keys = [(row["note_id"], row["component"]) for row in whole["items"]]
    assert keys == [("A", "class"), ("A", "overdue_principal"), ("A", "principal"), ("C", "principal")]
    assert whole["total"] == 4 and {row["age_days"] for row in whole["items"]} == {1}
    (challenge,) = get(client, "reconciliation/differences", component="class")["items"]
    assert (challenge["ours"], challenge["core"], challenge["held"]) == ("special_mention", "pass", False)
    paged, after = [], None
    while True:
        page = get(client, "reconciliation/differences", limit=1, **({"after": after} if after else {}))
        paged += [(row["note_id"], row["component"]) for row in page["items"]]
        if (after := page["next"]) is None:
            break
    assert paged == keys
    for query, count in (
        ({"held": "true"}, 3),
        ({"product": "farm"}, 1),
        ({"age_min": 2}, 0),
        ({"state": "closed"}, 0),
    ):
        assert get(client, "reconciliation/differences", **query)["total"] == count, query
    assert client.get("/api/reconciliation/differences", {"after": "x"}).status_code == 422
    with CaptureQueriesContext(
        connection,
    ) as few:
        get(client, "reconciliation/differences", limit=1)
    with CaptureQueriesContext(connection) as many:
        get(client, "reconciliation/differences", limit=50)
    assert len(few) == len(many)


def test_declared_difference_holds_nothing_until_it_is_withdrawn(world: World) -> None:
    client, reader = person(world), person(world, Role.COLLECTOR)
    before = {row["component"] for row in get(reader, "parties/P-A/held")}
    assert before == {"principal", "overdue_principal"}
    made = declared(client)
    assert made.status_code == 201
    assert {row["component"] for row in get(reader, "parties/P-A/held")} == {"overdue_principal"}
    (row,) = get(client, "reconciliation/differences", verdict="declared")["items"]
    assert row["reason"] == "balance taken over" and not row["held"]
    (listed,) = get(client, "reconciliation/declarations")
    assert listed["in_force"] and listed["up_to"] == 100_000
    path = f"reconciliation/declarations/{made.json()['id']}/withdraw"
    assert post(client, path, reason="booked by the core").status_code == 204
    assert {row["component"] for row in get(reader, "parties/P-A/held")} == before
    again = post(client, path, reason="booked by the core")
    assert (again.status_code, again.json()["code"]) == (409, "reconciliation.declaration_ended")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"note_id": "", "product_code": ""}, 422),
        ({"product_code": "consumer"}, 422),  # a note or a product
        ({"note_id": "Z"}, 404),
        ({"note_id": "", "product_code": "nothing"}, 404),
        ({"to_on": str(FIRST - timedelta(days=1))}, 422),
        ({"to_on": str(FIRST + timedelta(days=366))}, 422),
        ({"to_on": str(FIRST + timedelta(days=365))}, 201),
        ({"up_to": 0}, 422),
        ({"reason": "short"}, 422),
        ({"reason": "call 13812342231 first"}, 422),
    ],
)
def test_declaration_needs_one_subject_a_size_an_end_and_a_reason(
    world: World, wrong: dict[str, Any], status: int
) -> None:
    assert declared(person(world), **wrong).status_code == status


def test_day_is_signed_by_accounting_that_has_not_declared_and_anew_after_a_new_run(world: World) -> None:
    declarer, signer = person(world), person(world)
    run_id = get(signer, "reconciliation")["day"]["run_id"]
    path = f"reconciliation/{SECOND}/sign-off"
    assert declared(declarer).status_code == 201
    own = post(declarer, path, run_id=run_id, remark="checked")
    assert (own.status_code, own.json()["code"]) == (409, "reconciliation.sign_off_refused")
    assert get(declarer, "reconciliation")["refusal"] == "own_declaration"
    assert post(signer, path, run_id=run_id).status_code == 409, "open differences ask for a remark"
    assert post(signer, path, run_id=run_id, remark="sent to the core").status_code == 204
    assert post(signer, path, run_id=run_id, remark="again").status_code == 409
    (signed,) = get(signer, "reconciliation")["day"]["sign_offs"]
    assert (signed["different"], signed["declared"], signed["held"], signed["current"]) == (3, 1, 2, True)
    with bank_scope(world.bank.id):
        events = events_of_subject(bank_id=world.bank.id, subject_kind="reconciliation_day", subject_id=str(SECOND))
    assert [event.name for event in events] == ["reconciliation.compared", "reconciliation.day_signed_off"]

    (world.places.inbox / world.bank.code / str(SECOND) / "core_figures.csv").unlink()
    feed_add(world.deliver(SECOND), "core_figures", [{"as_of_on": SECOND, **FIGURES[1]}])
    who, reason = Who.program("test"), "figures of the core were cut"
    correction_run(world.bank, SECOND, world.places, Silent(), reason=reason, by=who, clock=world._clock())
    found = get(signer, "reconciliation")
    assert found["day"]["run_id"] != run_id and found["refusal"] is None
    assert [row["current"] for row in found["day"]["sign_offs"]] == [False]
    assert post(signer, path, run_id=run_id, remark="old run").status_code == 409
    assert post(signer, path, run_id=found["day"]["run_id"], remark="sent to the core").status_code == 204


def test_earlier_date_is_answered_by_its_night_and_by_the_institutions_of_who_asks(world: World) -> None:
    with bank_scope(world.bank.id):
        west = Institution.objects.get(bank_id=world.bank.id, code="west")
    collector, elsewhere = (
        person(world, Role.COLLECTOR),
        a_client(a_user(world.row, role=Role.COLLECTOR, institution=west)),
    )
    assert declared(person(world)).status_code == 201
    now, then = get(collector, "parties/P-A/held"), get(collector, "parties/P-A/held", as_of=str(FIRST))
    assert [row["component"] for row in now] == ["overdue_principal"]
    assert [(row["component"], row["core"], row["since"]) for row in then] == [
        ("overdue_principal", 0, str(FIRST)), ("principal", 1_100_000, str(FIRST)),
    ]  # fmt: skip
    assert elsewhere.get("/api/parties/P-A/held").status_code == 404


def test_workbook_holds_the_filter_and_its_download_is_an_event(world: World) -> None:
    answer = person(world).get("/api/reconciliation/differences.xlsx", {"held": "true", "lang": "en"})
    assert answer.status_code == 200 and "spreadsheetml" in answer["Content-Type"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet2.xml").decode()
        texts = sheet + (
            book.read("xl/sharedStrings.xml").decode() if "xl/sharedStrings.xml" in book.namelist() else ""
        )
    assert sheet.count("<row ") == 1 + 3 and "12,000.00" in texts and "-1,000.00" in texts and "Principal" in texts
    with bank_scope(world.bank.id):
        events = events_of_subject(bank_id=world.bank.id, subject_kind="reconciliation_day", subject_id=str(SECOND))
    assert events[-1].name == "reconciliation.exported" and events[-1].payload["rows"] == 3


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COMPLIANCE_OFFICER, Role.ADMINISTRATOR])
def test_who_may_only_read_decides_nothing(world: World, role: Role) -> None:
    client = person(world, role)
    found = get(client, "reconciliation")
    assert not found["may_decide"]
    assert declared(client).status_code == 403
    assert post(client, f"reconciliation/{SECOND}/sign-off", run_id=found["day"]["run_id"]).status_code == 403


def test_command_prints_the_day_and_tells_a_scheduler_that_something_is_in_question(world: World) -> None:
    called = ["--bank", world.bank.code, "--date", str(SECOND)]
    shown = CliRunner().invoke(app, called, env={"COLUMNS": "200"})
    assert shown.exit_code == 0 and "2 notes in question; 0 differences new, 0 gone. Not signed." in shown.output
    assert "-1,000.00" in shown.output and "Overdue principal" in shown.output
    assert CliRunner().invoke(app, [*called, "--strict"]).exit_code == 3
    earlier = CliRunner().invoke(app, ["--bank", world.bank.code, "--date", str(FIRST)], env={"COLUMNS": "200"})
    assert f"listed for the latest night, {SECOND}" in earlier.output.replace("\n", " ")
