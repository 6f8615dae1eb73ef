"""Quality of the delivered feeds, night by night: HTTP, command line, corrections, another bank."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from huikuan.evidence.selectors.events import events_of_subject
from huikuan.kernel.facts import Role, Who
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_client, a_user
from huikuan.nightly.correction import correction_run
from huikuan.nightly.tests.deliveries import HEADERS
from huikuan.nightly.tests.night_support import Silent
from huikuan.nightly.tests.worlds import FIRST, World, a_note, a_world, pays
from huikuan.portfolio.cli import app
from huikuan.portfolio.errors import ControlTotalError, RejectLimitError
from huikuan.portfolio.facts import CoreStatus
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.selectors.quality_month import quality_month
from huikuan.portfolio.services import refusal

pytestmark = pytest.mark.django_db
ONE_DAY = timedelta(days=1)
THIRD = FIRST + 2 * ONE_DAY


def field_set(folder: Path, file: str, row: int, field: str, value: str) -> None:
    """Write another value into a delivered file; row 1 is the first under the header."""
    path = folder / f"{file}.csv"
    lines = path.read_text().splitlines()
    cells = lines[row].split(",")
    cells[HEADERS[file].index(field)] = value
    lines[row] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three nights; in the last a note has a rate that is no rate."""
    made = a_world(tmp_path, *(a_note(f"N{number:02d}") for number in range(60)))
    made.run(FIRST + ONE_DAY)
    field_set(made.deliver(THIRD), "notes", 2, "annual_rate_pct", "six")
    made.run_only(THIRD)
    return made


def test_feeds_have_a_figure_a_night_oldest_first(world: World) -> None:
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    feeds = {feed["feed"]: feed for feed in client.get("/api/data-quality").json()}
    notes = feeds["note"]["series"]
    assert [day["business_date"] for day in notes] == ["2024-02-27", "2024-02-28", "2024-02-29"]
    assert [(day["rows"], day["rejected"]) for day in notes] == [(60, 0), (60, 0), (60, 1)]
    assert [day["validity_ppm"] for day in notes[:2]] == [1_000_000, 1_000_000]
    assert notes[2]["validity_ppm"] < 1_000_000
    until = client.get("/api/data-quality?until=2024-02-28").json()
    assert {len(feed["series"]) for feed in until} == {2}


def test_page_of_a_feed_names_the_field_that_is_wrong(world: World) -> None:
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    feed = client.get("/api/data-quality/note").json()
    fields = {field["field"]: field for field in feed["fields"]}
    rate = fields["annual_rate_pct"]
    assert (rate["rows"], rate["filled"], rate["invalid"], rate["sampled"]) == (60, 60, 1, 59)
    assert rate["validity_ppm"] == 983_333  # 59 of 60
    assert [day["validity_ppm"] for day in rate["series"]] == [1_000_000, 1_000_000, 983_333]
    assert fields["note_id"]["key"] and fields["note_id"]["distinct"] == 59
    (bin_,) = fields["repayment_method"]["bins"]
    assert (bin_["label"], bin_["count"], bin_["usual_ppm"]) == ("equal_instalment", 59, 1_000_000)


def test_unknown_feed_is_not_found(world: World) -> None:
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    assert client.get("/api/data-quality/barn").status_code == 404


def test_another_bank_sees_nothing_of_it(world: World, tmp_path: Path) -> None:
    other = a_world(tmp_path / "other", a_note("A"))
    assert a_client(a_user(other.row, role=Role.ACCOUNTING)).get("/api/data-quality").json() == []


def test_list_takes_the_same_queries_for_one_night_and_for_three(world: World) -> None:
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    counts = []
    for nights in (1, 3):
        with CaptureQueriesContext(connection) as queries:
            assert {len(feed["series"]) for feed in client.get(f"/api/data-quality?nights={nights}").json()} == {nights}
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_command_shows_feeds_and_the_fields_of_one(world: World) -> None:
    said = CliRunner().invoke(app, ["feed", "quality", "--bank", world.bank.code])
    assert said.exit_code == 0 and "note" in said.output and "2024-02-29" in said.output
    said = CliRunner().invoke(app, ["feed", "quality", "--bank", world.bank.code, "--feed", "note"])
    assert "annual_rate_pct" in said.output and "98.33 %" in said.output


def test_half_of_the_notes_missing_and_half_of_the_rest_settled_alert_and_stop_nothing(tmp_path: Path) -> None:
    notes = [a_note(f"N{number:04d}") for number in range(1100)]
    last = FIRST + 5 * ONE_DAY
    for number, note in enumerate(notes):
        if number % 2:
            note.missing_on = frozenset({last})
        elif number % 4:
            note.status_from[last] = CoreStatus.SETTLED
    world = a_world(tmp_path, *notes)
    world.run(last)
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    night = client.get("/api/nights").json()["items"][0]
    assert (night["business_date"], night["state"], night["rejected"]) == (str(last), "done", 0)
    (feed,) = [feed for feed in client.get("/api/data-quality").json() if feed["feed"] == "note"]
    found = {(one["field"], one["measure"]): one for one in feed["alerts"]}
    assert found["", "volume"]["value"] == 550 and found["", "volume"]["usual"] == 1100
    assert found["core_status", "distribution"]["level"] == "alert"
    assert {field for field, _ in found} == {"", "core_status"}
    detail = client.get(f"/api/nights/{night['run_id']}").json()
    assert [one for one in detail["alerts"] if one["feed"] == "note"] == feed["alerts"]
    page = client.get("/api/data-quality/note").json()
    assert page["alerts"] == feed["alerts"]
    with bank_scope(world.bank.id):
        (event,) = events_of_subject(
            bank_id=world.bank.id, subject_kind="feed", subject_id="note", after_seq=0, limit=5
        )
    assert event.payload["drifts"] == ["alert volume", "alert distribution core_status"]
    said = CliRunner().invoke(app, ["feed", "quality", "--bank", world.bank.code, "--feed", "note"])
    assert "2024-03-03: alert distribution core_status" in said.output


def test_correction_takes_the_place_of_its_dates_and_hands_measures_on(tmp_path: Path) -> None:
    notes = [a_note(f"N{number:02d}") for number in range(60)]
    pays(notes[0], FIRST, 100_00)
    world = a_world(tmp_path, *notes)
    world.run(FIRST + ONE_DAY)
    field_set(world.deliver(FIRST), "repayments", 1, "amount", "99.00")
    (world.places.inbox / world.bank.code / str(FIRST) / "manifest.yaml").write_text(
        (world.places.inbox / world.bank.code / str(FIRST) / "manifest.yaml").read_text().replace("100.00", "99.00")
    )
    later = world.places.inbox / world.bank.code / str(FIRST + ONE_DAY)
    for file in later.iterdir():
        file.unlink()
    later.rmdir()
    correction_run(
        world.bank, FIRST, replace(world.places), Silent(), reason="cut amount", by=Who.program("test"),
        clock=lambda: world.moment,
    )  # fmt: skip
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    feeds = {feed["feed"]: feed for feed in client.get("/api/data-quality").json()}
    assert len(feeds["note"]["series"]) == 2
    assert all(day["completeness_ppm"] for day in feeds["note"]["series"])
    runs = client.get("/api/nights").json()["items"]
    corrected = {run["run_id"] for run in runs if run["kind"] == "correction"}
    assert {day["run_id"] for day in feeds["note"]["series"]} == corrected


def test_refused_night_shows_its_rejected_rows_and_the_next_attempt_its_own(tmp_path: Path) -> None:
    world = a_world(tmp_path, *(a_note(f"N{number:02d}") for number in range(20)))
    folder = world.deliver(FIRST)
    for row in (1, 2, 3):
        field_set(folder, "notes", row, "annual_rate_pct", "six")
    with pytest.raises(RejectLimitError):
        world.run_only(FIRST)
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    (night,) = client.get("/api/nights").json()["items"]
    assert (night["state"], night["accepted"], night["rejected"]) == ("failed", 0, 3)
    detail = client.get(f"/api/nights/{night['run_id']}").json()
    load = next(load for load in detail["loads"] if load["feed"] == "note")
    assert (load["rows"], load["accepted"], load["rejected"]) == (20, 17, 3)
    assert [(one["field"], one["rows"], one["first_line"]) for one in detail["reasons"]] == [("annual_rate_pct", 3, 2)]
    assert detail["rejects_kept"] is None
    page = client.get(f"/api/nights/{night['run_id']}/rejects?limit=2").json()
    assert [(row["file"], row["line"], row["raw"]["note_id"]) for row in page["items"]] == [
        ("notes.csv", 2, "N00"),
        ("notes.csv", 3, "N01"),
    ]
    rest = client.get(f"/api/nights/{night['run_id']}/rejects?after={page['next']}").json()
    assert [row["line"] for row in rest["items"]] == [4] and rest["next"] is None

    folder = world.deliver(FIRST)
    for row in (5, 6, 7):
        field_set(folder, "notes", row, "annual_rate_pct", "six")
    with pytest.raises(RejectLimitError):
        world.run_only(FIRST)
    again = client.get(f"/api/nights/{night['run_id']}/rejects").json()
    assert [row["line"] for row in again["items"]] == [6, 7, 8]

    world.deliver(FIRST)
    world.run_only(FIRST)
    (night,) = client.get("/api/nights").json()["items"]
    assert (night["state"], night["rejected"]) == ("done", 0)
    assert client.get(f"/api/nights/{night['run_id']}/rejects").json()["items"] == []


def test_refused_delivery_keeps_the_first_rows_of_many_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusal, "KEPT_ROWS", 2)
    world = a_world(tmp_path, *(a_note(f"N{number:02d}") for number in range(5)))
    folder = world.deliver(FIRST)
    for row in range(1, 6):
        field_set(folder, "notes", row, "annual_rate_pct", "six")
    with pytest.raises(RejectLimitError):
        world.run_only(FIRST)
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    (night,) = client.get("/api/nights").json()["items"]
    detail = client.get(f"/api/nights/{night['run_id']}").json()
    assert (night["rejected"], detail["rejects_kept"]) == (5, 2)
    page = client.get(f"/api/nights/{night['run_id']}/rejects").json()
    assert [row["line"] for row in page["items"]] == [2, 3]


def test_wrong_control_total_shows_the_files_with_it(tmp_path: Path) -> None:
    world = a_world(tmp_path, a_note("A"))
    manifest = world.deliver(FIRST) / "manifest.yaml"
    manifest.write_text(manifest.read_text().replace("rows: 1", "rows: 2", 1))
    with pytest.raises(ControlTotalError):
        world.run_only(FIRST)
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    (night,) = client.get("/api/nights").json()["items"]
    detail = client.get(f"/api/nights/{night['run_id']}").json()
    assert [load["feed"] for load in detail["loads"] if not all(total["ok"] for total in load["control"])] != []


def test_report_of_a_month_has_every_feed_and_field(world: World) -> None:
    with bank_scope(world.bank.id):
        found = {(row.feed, row.field): row for row in quality_month(bank_id=world.bank.id, month=THIRD)}
        assert quality_month(bank_id=world.bank.id, month=date(2024, 3, 1)) == []
    assert {field for feed, field in found if feed == "note"} == {"", *contracts_shipped()["note"].columns}
    notes, rate = found["note", ""], found["note", "annual_rate_pct"]
    assert (notes.nights, notes.rows_median, notes.refused) == (3, 60, 1)
    assert (rate.refused, rate.valid_ppm) == (1, 994_444)  # 179 of 180
    assert (rate.valid_low_ppm, rate.valid_low_on) == (983_333, THIRD)
    assert (rate.complete_ppm, rate.complete_low_on, rate.alerts, rate.watched) == (1_000_000, FIRST, 0, 0)


def test_report_is_taken_as_a_workbook_and_that_is_an_event(world: World, tmp_path: Path) -> None:
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    answer = client.get("/api/data-quality.xlsx?month=2024-02&lang=en")
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    with ZipFile(BytesIO(answer.content)) as book:
        text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "Data quality by month" in text and "annual_rate_pct" in text and "98.33" in text
    with bank_scope(world.bank.id):
        (event,) = events_of_subject(
            bank_id=world.bank.id, subject_kind="month", subject_id="2024-02", after_seq=0, limit=5
        )
    assert event.payload["sha256"] == sha256(answer.content).hexdigest()
    assert client.get("/api/data-quality.xlsx?month=2024-03").status_code == 404
    assert client.get("/api/data-quality.xlsx?month=2024-13").status_code == 422

    file = tmp_path / "report.xlsx"
    said = CliRunner().invoke(app, ["feed", "quality", "--bank", world.bank.code, "--report", str(file)])
    assert said.exit_code == 0 and "2024-02" in said.output
    with ZipFile(file) as book:
        assert "数据质量月报" in book.read("xl/workbook.xml").decode()
