"""Nights and the frame over HTTP."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huikuan.kernel.facts import Role
from huikuan.kernel.tests.builders import a_client, a_user
from huikuan.nightly.tests.deliveries import HEADERS
from huikuan.nightly.tests.worlds import FIRST, World, a_note, a_world

pytestmark = pytest.mark.django_db
ONE_DAY = timedelta(days=1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A bank with three nights; the last delivery had a note with a rate that is no rate."""
    made = a_world(tmp_path, *(a_note(f"N{number:02d}", first_due_on=FIRST) for number in range(60)))
    made.run(FIRST + ONE_DAY)
    folder = made.deliver(FIRST + 2 * ONE_DAY)
    lines = (folder / "notes.csv").read_text().splitlines()
    fields = lines[2].split(",")
    fields[HEADERS["notes"].index("annual_rate_pct")] = "six"
    lines[2] = ",".join(fields)
    (folder / "notes.csv").write_text("\n".join(lines) + "\n")
    made.run_only(FIRST + 2 * ONE_DAY)
    return made


def test_nights_are_listed_latest_first_with_stages_and_a_cursor(world: World) -> None:
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    page = client.get("/api/nights?limit=2").json()
    assert [night["business_date"] for night in page["items"]] == ["2024-02-29", "2024-02-28"]
    assert page["next"] == "2024-02-28"
    night = page["items"][0]
    assert (night["state"], night["notes"], night["rejected"]) == ("done", 60, 1)
    assert [stage["name"] for stage in night["stages"]] == [
        "ingest", "snapshot", "age", "classify", "reconcile", "migrate", "publish",
    ]  # fmt: skip
    assert all(stage["state"] == "done" and stage["seconds"] > 0 for stage in night["stages"])
    rest = client.get("/api/nights?limit=2&before=2024-02-28").json()
    assert [night["business_date"] for night in rest["items"]] == ["2024-02-27"]
    assert rest["next"] is None


def test_night_shows_its_files_with_control_totals(world: World) -> None:
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    run_id = client.get("/api/nights").json()["items"][0]["run_id"]
    night = client.get(f"/api/nights/{run_id}").json()
    assert night["error"] is None
    load = next(load for load in night["loads"] if load["feed"] == "note")
    assert (load["file"], load["rows"], load["accepted"], load["rejected"]) == ("notes.csv", 60, 59, 1)
    assert load["control"][0] == {"name": "rows", "stated": "60", "counted": "60", "ok": True}


def test_rejects_tell_field_and_expectation_and_go_page_by_page(world: World) -> None:
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    run_id = client.get("/api/nights").json()["items"][0]["run_id"]
    page = client.get(f"/api/nights/{run_id}/rejects?limit=1").json()
    (reject,) = page["items"]
    assert (reject["feed"], reject["file"], reject["line"]) == ("note", "notes.csv", 3)
    assert (reject["reasons"][0]["field"], reject["reasons"][0]["got"]) == ("annual_rate_pct", "six")
    assert reject["raw"]["note_id"] == "N01"
    assert client.get(f"/api/nights/{run_id}/rejects?after={page['next']}").json() == {"items": [], "next": None}
    assert client.get(f"/api/nights/{run_id}/rejects?feed=party").json()["items"] == []
    assert client.get(f"/api/nights/{run_id}/rejects?after=nonsense").status_code == 422


def test_unknown_night_is_not_found(world: World) -> None:
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    answer = client.get(f"/api/nights/{uuid4()}")
    assert (answer.status_code, answer.json()["code"]) == (404, "nightly.run_unknown")


def test_night_of_another_bank_is_not_found(world: World, tmp_path: Path) -> None:
    other = a_world(tmp_path / "other", a_note("A"))
    other.run(FIRST)
    run_id = a_client(a_user(other.row, role=Role.ACCOUNTING)).get("/api/nights").json()["items"][0]["run_id"]
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    assert client.get(f"/api/nights/{run_id}").status_code == 404
    assert client.get(f"/api/nights/{run_id}/rejects").status_code == 404


def test_frame_tells_the_latest_night_and_that_the_book_is_old(world: World) -> None:
    frame = a_client(a_user(world.row)).get("/api/frame").json()
    assert (frame["business_date"], frame["night"]["state"], frame["night"]["stage"]) == ("2024-02-29", "done", None)
    assert frame["stale"] is True


def test_frame_of_a_bank_without_a_night_says_never(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    frame = a_client(a_user(world.row)).get("/api/frame").json()
    assert frame["business_date"] is None
    assert frame["night"] == {"state": "never", "run_id": None, "finished_at": None, "stage": None}
    assert frame["stale"] is False


def test_list_of_nights_takes_the_same_queries_for_one_and_for_three(world: World) -> None:
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    counts = []
    for limit in (1, 3):
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(f"/api/nights?limit={limit}").json()["items"]) == limit
        counts.append(len(queries))
    assert counts[0] == counts[1]
