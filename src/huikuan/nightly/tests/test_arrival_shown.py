"""When deliveries came, on the pages, in the command and in the report on data quality."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from typer.testing import CliRunner

from huikuan.kernel.facts import Role
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_client, a_user
from huikuan.nightly.services.arrival import arrivals_keep
from huikuan.nightly.tests.worlds import FIRST, World, a_note, a_world
from huikuan.portfolio.cli import app
from huikuan.portfolio.selectors.quality_month import quality_month

pytestmark = pytest.mark.django_db
DUE_AT = datetime(2024, 2, 27, 18, 30, tzinfo=UTC)  # 02:30 of the 28th in Shanghai, for FIRST
LATE = {FIRST: 0, FIRST + timedelta(days=1): 61, FIRST + timedelta(days=2): 1_500}  # minutes, by date


@pytest.fixture
def world(tmp_path: Path, settings: LazySettings) -> World:
    """Three nights: one in time, one late, one more than a day late."""
    settings.HOME = tmp_path
    made = a_world(tmp_path, a_note("A"))
    _window(made, "02:30")
    for place, (day, late) in enumerate(LATE.items()):
        came = DUE_AT + timedelta(days=place, minutes=late or -90)
        os.utime(made.deliver(day) / "manifest.yaml", (came.timestamp(), came.timestamp()))
    made.run_only(max(LATE))
    return made


def _window(world: World, time: str) -> None:
    folder = world.places.inbox.parent / "mappings" / world.bank.code
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "delivery.yaml").write_text(f"ready: manifest.yaml\nexpected_by: '{time}'\n")


def _keep(world: World) -> None:
    with bank_scope(world.bank.id):
        arrivals_keep(bank=world.bank, inbox=world.places.inbox, at=DUE_AT + timedelta(days=9))


def _days(world: World, feed: str = "note") -> list[dict[str, Any]]:
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    found: list[dict[str, Any]] = client.get(f"/api/data-quality/{feed}").json()["series"]
    return found


def _lateness(world: World) -> list[tuple[date, int | None]]:
    return [(date.fromisoformat(day["business_date"]), day["late_minutes"]) for day in _days(world)]


def test_every_night_of_a_feed_says_by_when_it_was_expected_and_when_it_came(world: World) -> None:
    first, second, _ = _days(world)
    assert datetime.fromisoformat(first["expected_at"]) == DUE_AT
    assert datetime.fromisoformat(first["arrived_at"]) == DUE_AT - timedelta(minutes=90)
    assert datetime.fromisoformat(second["arrived_at"]) == DUE_AT + timedelta(days=1, minutes=61)
    assert _lateness(world) == list(LATE.items())
    with bank_scope(world.bank.id):
        rows = {(row.feed, row.field): row for row in quality_month(bank_id=world.bank.id, month=FIRST)}
    notes = rows["note", ""]
    assert (notes.late, notes.late_most_minutes) == (2, 1_500)
    assert (rows["note", "note_id"].late, rows["note", "note_id"].late_most_minutes) == (None, None)
    said = CliRunner().invoke(app, ["feed", "quality", "--bank", world.bank.code], env={"COLUMNS": "160"}).output
    line = next(line for line in said.splitlines() if " note " in line)
    assert [cell.strip() for cell in line.split("│")[2:4]] == ["3", "2"]


def test_what_was_seen_stays_when_the_inbox_is_cleared_and_when_the_window_is_another_one(world: World) -> None:
    _keep(world)
    shutil.rmtree(world.places.inbox / world.bank.code)
    assert _lateness(world) == list(LATE.items())
    _window(world, "05:30")
    assert _lateness(world) == list(LATE.items()), "late by the time that was agreed on then"
    late = _days(world)[1]
    assert datetime.fromisoformat(late["expected_at"]) == DUE_AT + timedelta(days=1)


def test_of_a_cleared_inbox_that_nobody_has_looked_at_nothing_is_known(world: World) -> None:
    shutil.rmtree(world.places.inbox / world.bank.code)
    assert [(day["arrived_at"], day["late_minutes"]) for day in _days(world)] == [(None, None)] * 3


def test_bank_without_a_time_is_never_late_and_one_with_a_wrong_mapping_still_has_its_page(world: World) -> None:
    file = world.places.inbox.parent / "mappings" / world.bank.code / "delivery.yaml"
    file.write_text("ready: manifest.yaml\n")
    assert [(day["expected_at"], day["late_minutes"]) for day in _days(world)] == [(None, None)] * 3
    assert all(day["arrived_at"] is not None for day in _days(world))
    file.write_text("ready: [")
    assert [day["arrived_at"] for day in _days(world)] == [None] * 3
