"""The effect of a correction on notes and on what was decided before it."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.test import Client

from huikuan.evidence.selectors.events import events_of_subject
from huikuan.kernel.facts import Role, Who
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_client, a_user
from huikuan.nightly.correction import correction_run
from huikuan.nightly.models import NightRequest
from huikuan.nightly.tests.deliveries import delivery_write
from huikuan.nightly.tests.night_support import Silent
from huikuan.nightly.tests.worlds import World, a_note, a_world, pays
from huikuan.portfolio.jobs import export_write

pytestmark = pytest.mark.django_db
DAYS = [date(2024, 3, 1) + timedelta(days=n) for n in range(3)]
WRONG_ON = DAYS[1]


@pytest.fixture
def world(tmp_path: Path, settings: LazySettings) -> World:
    """Three notes, all late from the second day on; three nights are run."""
    settings.HOME = tmp_path
    notes = [a_note(key, first_due_on=DAYS[0], first_seen_on=DAYS[0]) for key in ("A", "B", "C")]
    made = a_world(tmp_path, *notes)
    made.run(DAYS[-1])
    return made


def _correct(world: World) -> UUID:
    """Deliver WRONG_ON anew as the notes stand now, and correct it; return the request."""
    shutil.rmtree(world.places.inbox / world.bank.code / WRONG_ON.isoformat())
    delivery_write(world.places.inbox, world.bank.code, world.notes, WRONG_ON)
    correction_run(
        world.bank, WRONG_ON, world.places, Silent(), reason="repayments were cut", by=Who.program("test"),
        clock=world._clock(),
    )  # fmt: skip
    with bank_scope(world.bank.id):
        newest = NightRequest.objects.filter(bank_id=world.bank.id).order_by("-created_at")[0]
    return newest.id


def _notes(client: Client, request_id: UUID, on: date | None = None) -> Any:
    answer = client.get(f"/api/night-requests/{request_id}/effect/notes" + ("" if on is None else f"?on={on}"))
    assert answer.status_code == 200, answer.content
    return answer.json()


def _decided(client: Client, request_id: UUID) -> list[tuple[str, str]]:
    answer = client.get(f"/api/night-requests/{request_id}/effect/decisions").json()
    assert answer["complete"] is True
    return [(row["kind"], row["subject"]) for row in answer["items"]]


def _reveal(client: Client, party_id: str) -> None:
    body = json.dumps({"reason": "contact"})
    assert client.post(f"/api/parties/{party_id}/reveal", body, content_type="application/json").status_code == 200


def _export(world: World, client: Client) -> str:
    asked = client.post("/api/exports", json.dumps({"purpose": "collection"}), content_type="application/json")
    export_id = str(asked.json()["id"])
    export_write.run(bank_id=world.bank.id, export_id=export_id)
    return export_id


def test_effect_names_the_notes_and_figures_that_differ_and_no_other(world: World) -> None:
    pays(world.notes[0], WRONG_ON, 200_000)
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    effect = _notes(client, _correct(world))
    assert (effect["business_date"], effect["dates"], effect["count"]) == (
        DAYS[2].isoformat(), [DAYS[1].isoformat(), DAYS[2].isoformat()], 1,
    )  # fmt: skip
    (note,) = effect["notes"]
    assert (note["note_id"], note["bucket_before"], note["bucket_after"]) == ("A", "M1", "M0")
    assert (note["dpd_before"], note["dpd_after"]) == (2, 0)
    assert note["overdue_principal_before_minor"] > 0 == note["overdue_principal_after_minor"]
    assert note["balance_before_minor"] > note["balance_after_minor"]


def test_effect_of_a_date_that_was_not_corrected_is_not_found(world: World) -> None:
    pays(world.notes[0], WRONG_ON, 200_000)
    request_id = _correct(world)
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    for path in (f"{request_id}/effect/notes?on={DAYS[0]}", f"{uuid4()}/effect/notes", f"{uuid4()}/effect/decisions"):
        assert client.get(f"/api/night-requests/{path}").status_code == 404, path


def test_note_that_only_one_run_has_is_shown_with_an_empty_side(world: World) -> None:
    world.notes = [*world.notes, a_note("D", first_due_on=DAYS[0], first_seen_on=WRONG_ON)]
    effect = _notes(a_client(a_user(world.row, role=Role.ACCOUNTING)), _correct(world), WRONG_ON)
    (note,) = effect["notes"]
    assert (note["note_id"], note["bucket_before"], note["bucket_after"]) == (
        "D",
        None,
        "M1" if DAYS[0] < WRONG_ON else "M0",
    )
    assert note["balance_before_minor"] is None and note["balance_after_minor"] > 0


def test_effect_of_a_correction_of_a_correction_counts_from_the_first_correction(world: World) -> None:
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    pays(world.notes[0], WRONG_ON, 200_000)
    first = _correct(world)
    before = _notes(client, first)
    world.notes[0].repayments.clear()  # it was the payment of B
    pays(world.notes[1], WRONG_ON, 200_000)
    second = _notes(client, _correct(world))
    days = {row["note_id"]: (row["dpd_before"], row["dpd_after"]) for row in second["notes"]}
    assert days == {"A": (0, 2), "B": (2, 0)}
    assert _notes(client, first) == before, "what the first changed is still answered as it was"


def test_decisions_on_the_former_figures_are_listed_and_others_are_not(world: World) -> None:
    officer = a_client(a_user(world.row, role=Role.COLLECTOR))
    pays(world.notes[0], WRONG_ON, 200_000)
    _reveal(officer, "P-A")
    _reveal(officer, "P-B")  # nothing of theirs changes
    taken = _export(world, officer)
    request_id = _correct(world)
    _reveal(officer, "P-A")  # on the corrected figures
    client = a_client(a_user(world.row, role=Role.AUDITOR))
    assert _decided(client, request_id) == [("reveal", "P-A"), ("export", taken)]
    (_, export) = client.get(f"/api/night-requests/{request_id}/effect/decisions").json()["items"]
    assert (export["detail"], export["rows"]) == ("collection", 3)


def test_decisions_of_the_second_correction_begin_with_the_first(world: World) -> None:
    officer = a_client(a_user(world.row, role=Role.COLLECTOR))
    pays(world.notes[0], WRONG_ON, 200_000)
    _export(world, officer)
    _correct(world)
    between = _export(world, officer)
    pays(world.notes[1], WRONG_ON, 200_000)
    assert _decided(a_client(a_user(world.row, role=Role.AUDITOR)), _correct(world)) == [("export", between)]


def test_workbook_holds_notes_and_decisions_and_is_an_event(world: World) -> None:
    officer = a_client(a_user(world.row, role=Role.COLLECTOR))
    pays(world.notes[0], WRONG_ON, 200_000)
    _reveal(officer, "P-A")
    request_id = _correct(world)
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    answer = client.get(f"/api/night-requests/{request_id}/effect.xlsx?lang=en")
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    with zipfile.ZipFile(BytesIO(answer.content)) as book:
        about, notes, decided = (book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2, 3))
    assert "<t>repayments were cut</t>" in about
    assert "<t>Overdue principal (before)</t>" in notes and "<t>A</t>" in notes and "<t>B</t>" not in notes
    assert "<t>personal data seen</t>" in decided and "<t>P-A</t>" in decided
    with bank_scope(world.bank.id):
        events = events_of_subject(bank_id=world.bank.id, subject_kind="nightly_request", subject_id=str(request_id))
    assert (events[-1].name, events[-1].payload["notes"]) == ("nightly.effect_exported", 1)


def test_effect_of_notes_is_not_for_who_sees_totals_only(world: World) -> None:
    pays(world.notes[0], WRONG_ON, 200_000)
    request_id = _correct(world)
    client = a_client(a_user(world.row, role=Role.STRATEGIST))
    assert client.get(f"/api/night-requests/{request_id}/effect").status_code == 200
    assert client.get(f"/api/night-requests/{request_id}/effect/notes").status_code == 403
