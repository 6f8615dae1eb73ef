"""Deliveries: when they are expected, that they are late or missing, and several of one business date."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from huikuan.evidence.selectors.events import events_of_subject
from huikuan.kernel.facts import Role, Who
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_client, a_user
from huikuan.nightly.arrival import Arrivals, ArrivalState, arrival_state, arrivals_read, expected_at
from huikuan.nightly.as_of import as_of_read
from huikuan.nightly.correction import correction_run
from huikuan.nightly.delivery import delivery_place
from huikuan.nightly.errors import NightDeliveredAgainError, NightDeliveryChangedError
from huikuan.nightly.facts import STAGE_ORDER
from huikuan.nightly.services.arrival import arrivals_keep
from huikuan.nightly.stages.registry import STAGES
from huikuan.nightly.tests.night_support import Silent
from huikuan.nightly.tests.worlds import FIRST, World, a_note, a_world, pays

ONE_DAY = timedelta(days=1)
SECOND = FIRST + ONE_DAY
DUE_AT = datetime(2024, 2, 29, 18, 30, tzinfo=UTC)  # 02:30 of 1 March in Shanghai, for 29 February


@pytest.fixture
def world(tmp_path: Path, settings: LazySettings) -> World:
    """A bank with one note, one night, and a window: deliveries are expected by 02:30 of the next day."""
    settings.HOME = tmp_path
    made = a_world(tmp_path, a_note("A", first_due_on=FIRST))
    made.run(FIRST)
    folder = tmp_path / "mappings" / made.bank.code
    folder.mkdir(parents=True)
    (folder / "delivery.yaml").write_text("ready: manifest.yaml\nexpected_by: '02:30'\n")
    return made


def _again(world: World, day: date, number: int) -> Path:
    """Deliver a day as the notes stand now, into the folder of its ``number``-th delivery."""
    inbox = world.places.inbox / world.bank.code
    first = inbox / day.isoformat()
    kept = inbox / "kept"
    if first.exists():
        first.rename(kept)
    made = world.deliver(day)
    made.rename(inbox / f"{day.isoformat()}-{number}")
    if kept.exists():
        kept.rename(first)
    return inbox / f"{day.isoformat()}-{number}"


def _seen(world: World, at: datetime) -> Arrivals:
    with bank_scope(world.bank.id):
        return arrivals_read(world.bank, world.places.inbox, at)


def _events(world: World, day: date) -> list[tuple[str, dict[str, Any]]]:
    with bank_scope(world.bank.id):
        found = events_of_subject(bank_id=world.bank.id, subject_kind="nightly_delivery", subject_id=day.isoformat())
    return [(event.name, event.payload) for event in found]


def _balance(world: World, day: date) -> int:
    return sum(line.balance_minor for line in as_of_read(world.bank, day, world.places.lake, known_at=None).lines)


@pytest.mark.parametrize(
    ("minutes", "state"),
    [
        (-1, ArrivalState.EXPECTED), (0, ArrivalState.EXPECTED), (1, ArrivalState.LATE),
        (24 * 60, ArrivalState.LATE), (24 * 60 + 1, ArrivalState.MISSING),
    ],
)  # fmt: skip
def test_delivery_is_late_after_its_time_and_missing_a_day_later(minutes: int, state: ArrivalState) -> None:
    at = DUE_AT + timedelta(minutes=minutes)
    assert arrival_state(expected=DUE_AT, complete_at=None, at=at) is state
    assert arrival_state(expected=DUE_AT, complete_at=at, at=at) is ArrivalState.ARRIVED
    assert arrival_state(expected=None, complete_at=None, at=at) is ArrivalState.EXPECTED


def test_time_is_that_of_the_next_day_in_the_zone_of_the_bank() -> None:
    assert expected_at(date(2024, 2, 29), "02:30", "Asia/Shanghai") == DUE_AT
    assert expected_at(date(2024, 2, 29), None, "Asia/Shanghai") is None


@pytest.mark.django_db
def test_dates_due_are_listed_with_their_states(world: World) -> None:
    seen = _seen(world, DUE_AT + timedelta(minutes=90))
    assert [(day.business_date, day.state, day.used) for day in seen.done] == [(FIRST, ArrivalState.ARRIVED, 1)]
    assert [(day.business_date.day, day.state, day.late_minutes) for day in seen.due] == [
        (28, ArrivalState.MISSING, 24 * 60 + 90), (29, ArrivalState.LATE, 90),
    ]  # fmt: skip


@pytest.mark.django_db
def test_late_missing_and_arrived_are_events_once_each(world: World) -> None:
    late_at = DUE_AT - ONE_DAY + timedelta(minutes=10)
    for at in (late_at, late_at + timedelta(minutes=5), late_at + ONE_DAY, late_at + ONE_DAY):
        with bank_scope(world.bank.id):
            arrivals_keep(bank=world.bank, inbox=world.places.inbox, at=at)
    assert [name for name, _ in _events(world, SECOND)] == ["nightly.delivery_late", "nightly.delivery_missing"]
    manifest = world.deliver(SECOND) / "manifest.yaml"
    came = (DUE_AT - ONE_DAY + timedelta(minutes=61)).timestamp()
    os.utime(manifest, (came, came))
    for _ in range(2):
        with bank_scope(world.bank.id):
            arrivals_keep(bank=world.bank, inbox=world.places.inbox, at=late_at + ONE_DAY)
    name, payload = _events(world, SECOND)[-1]
    assert len(_events(world, SECOND)) == 3
    assert (name, payload["sequence"], payload["late_minutes"]) == ("nightly.delivery_arrived", 1, 61)


@pytest.mark.django_db
def test_bank_without_a_window_is_never_late_and_a_cleared_inbox_is_not_missing(world: World) -> None:
    shutil.rmtree(world.places.inbox.parent / "mappings")
    shutil.rmtree(world.places.inbox / world.bank.code)
    seen = _seen(world, DUE_AT + 30 * ONE_DAY)
    assert [day.state for day in seen.done] == [ArrivalState.ARRIVED]
    assert {day.state for day in seen.due} == {ArrivalState.EXPECTED}
    assert (len(seen.due), seen.due_more) == (14, 18)


@pytest.mark.django_db
def test_last_complete_delivery_of_a_date_counts_and_earlier_ones_stay(world: World) -> None:
    first = world.deliver(SECOND)
    pays(world.notes[0], SECOND, 200_000)
    second = _again(world, SECOND, 2)
    third = _again(world, SECOND, 3)
    (third / "manifest.yaml").unlink()  # not complete
    assert delivery_place(world.places.inbox, world.bank.code, SECOND).folder == second
    world.run_only(SECOND)
    assert _balance(world, SECOND) < _balance(world, FIRST), "the second delivery has the repayment"
    day = _seen(world, DUE_AT).done[-1]
    assert [(one.sequence, one.folder, one.complete_at is not None) for one in day.sent] == [
        (1, first.name, True), (2, second.name, True), (3, third.name, False),
    ]  # fmt: skip
    assert (day.used, day.again) == (2, False)


@pytest.mark.django_db
def test_delivery_after_the_night_is_said_and_counts_after_a_correction(world: World) -> None:
    world.deliver(SECOND)
    world.run_only(SECOND)
    before = _balance(world, SECOND)
    pays(world.notes[0], SECOND, 200_000)
    _again(world, SECOND, 2)
    with pytest.raises(NightDeliveredAgainError, match="correction run"):
        world.run_only(SECOND)
    assert _balance(world, SECOND) == before
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    day = client.get("/api/deliveries").json()["done"][-1]
    assert (day["used"], day["again"], len(day["sent"])) == (1, True, 2)
    correction_run(
        world.bank, SECOND, world.places, Silent(), reason="delivered again", by=Who.program("test"),
        clock=world._clock(),
    )  # fmt: skip
    assert _balance(world, SECOND) < before
    day = client.get("/api/deliveries").json()["done"][-1]
    assert (day["used"], day["again"]) == (2, False)


@pytest.mark.django_db
def test_night_that_stopped_goes_on_with_what_it_had_loaded_when_the_date_was_delivered_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.deliver(SECOND)

    def broken(_night: Any) -> Any:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setitem(STAGES, STAGE_ORDER[2], broken)
        with pytest.raises(OSError, match="disk full"):
            world.run_only(SECOND)
    pays(world.notes[0], SECOND, 200_000)
    _again(world, SECOND, 2)
    world.run_only(SECOND)
    assert _balance(world, SECOND) == _balance(world, FIRST), "of the first delivery, without the repayment"
    assert _seen(world, DUE_AT).done[-1].again


@pytest.mark.django_db
def test_other_files_in_the_same_folder_are_still_refused(world: World) -> None:
    world.deliver(SECOND)
    world.run_only(SECOND)
    pays(world.notes[0], SECOND, 200_000)
    shutil.rmtree(world.places.inbox / world.bank.code / SECOND.isoformat())
    world.deliver(SECOND)
    with pytest.raises(NightDeliveryChangedError):
        world.run_only(SECOND)
