"""Correction runs: as if the right delivery had come at once, with both answers kept apart by as-known-at."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huikuan.evidence.selectors.events import events_of_subject
from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.as_of import as_of_read
from huikuan.nightly.correction import correction_run
from huikuan.nightly.cycle import NightResult
from huikuan.nightly.errors import (
    CorrectionReasonError,
    NightDateBackError,
    NightDateMissingError,
    NightDeliveryNeededError,
    NightNothingToCorrectError,
    NightUnfinishedError,
)
from huikuan.nightly.facts import STAGE_ORDER
from huikuan.nightly.models import NightRequest, PendingFile, Run
from huikuan.nightly.selectors.corrections import correction_effect, pending_paths
from huikuan.nightly.selectors.runs import run_of_date, run_views
from huikuan.nightly.stages.registry import STAGES
from huikuan.nightly.tests.books import Note, book_random
from huikuan.nightly.tests.deliveries import delivery_write
from huikuan.nightly.tests.night_support import Silent, desk_rows, lake_hashes
from huikuan.nightly.tests.worlds import World, a_note, a_world, pays
from huikuan.portfolio.facts import Repayment
from huikuan.portfolio.lake import Lake
from huikuan.portfolio.models import DeskNote, NoteRegister, Party
from huikuan.portfolio.selectors.lake import lake_paths

pytestmark = pytest.mark.django_db
DUE = date(2024, 3, 1)
DAYS = [date(2024, 2, 29) + timedelta(days=n) for n in range(5)]  # with a month-end inside: the roll reaches back to it
WRONG_ON = date(2024, 3, 2)
BY = Who.program("test")


def _correct(world: World, first: date = WRONG_ON, **wanted: Any) -> list[NightResult]:
    return correction_run(
        world.bank, first, world.places, Silent(), reason="repayments of the day were cut", by=BY,
        clock=world._clock(), **wanted,
    )  # fmt: skip


def _notes() -> list[Note]:
    notes = [a_note(f"N{n}", first_due_on=DUE, first_seen_on=DAYS[0]) for n in range(3)]
    pays(notes[0], date(2024, 3, 2), 110_000)
    pays(notes[1], date(2024, 3, 3), 50_000)
    return notes


def _without(notes: list[Note], number: int, day: date) -> list[Note]:
    """The same book, but the delivery of a day lacks the repayments of a note."""
    wrong = notes[number]
    kept = {on: rows for on, rows in wrong.repayments.items() if on != day}
    changed = replace(wrong, repayments=type(wrong.repayments)(list, kept))
    return [changed if note is wrong else note for note in notes]


def _worlds(tmp_path: Path) -> tuple[World, World]:
    """A bank with the right deliveries, and one whose delivery of WRONG_ON lacked a repayment; all nights are run."""
    notes = _notes()
    right, wrong = a_world(tmp_path, *notes), a_world(tmp_path, *_without(notes, 0, WRONG_ON))
    for world in (right, wrong):
        world.run(DAYS[-1])
    return right, wrong


def _put_right(world: World, notes: list[Note], day: date = WRONG_ON) -> None:
    shutil.rmtree(world.places.inbox / world.bank.code / day.isoformat())
    delivery_write(world.places.inbox, world.bank.code, notes, day)


def _picture(world: World, day: date) -> dict[str, Any]:
    with bank_scope(world.bank.id):
        hashes = lake_hashes(world.bank, world.places.lake, day)
    return {table: value for table, value in hashes.items() if value != "0"}  # an empty file says as much as none


def _desk(world: World) -> list[dict[str, Any]]:
    """Notes past due on the desk; one that was there by mistake stays and is shown as cured."""
    with bank_scope(world.bank.id):
        found = DeskNote.objects.filter(bank_id=world.bank.id, dpd__gt=0).order_by("note_id")
        return [dict(row) for row in found.values("note_id", "dpd", "bucket", "overdue_minor", "balance_minor")]


def test_corrected_book_is_that_of_the_right_delivery_from_the_start(tmp_path: Path) -> None:
    right, wrong = _worlds(tmp_path)
    assert _picture(wrong, DAYS[-1]) != _picture(right, DAYS[-1])
    _put_right(wrong, list(right.notes))
    results = _correct(wrong)
    assert [result.business_date for result in results] == [day for day in DAYS if day >= WRONG_ON]
    for day in DAYS:
        assert _picture(wrong, day) == _picture(right, day), day
        with bank_scope(wrong.bank.id):
            theirs = desk_rows(wrong.bank.id, day)
        with bank_scope(right.bank.id):
            assert theirs.keys() == desk_rows(right.bank.id, day).keys()
    assert _desk(wrong) == _desk(right)


@pytest.mark.soak  # whole nights of two banks for each example; the cases above are its table
@given(seed=st.integers(0, 10_000), wrong_day=st.integers(1, 3), cleared=st.booleans())
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_correction_of_a_random_book_equals_the_right_delivery(
    seed: int, wrong_day: int, cleared: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("worlds")
    start, days = date(2024, 2, 28), 5
    notes = book_random(seed, notes=12, start=start, days=days)
    day = start + timedelta(days=wrong_day)
    late = {number for number, note in enumerate(notes) if note.repayments.get(day)}
    wrong_notes = notes
    for number in late:
        wrong_notes = _without(wrong_notes, number, day)
    right, wrong = a_world(folder, *notes), a_world(folder, *wrong_notes)
    last = start + timedelta(days=days - 1)
    for world in (right, wrong):
        for n in range(days):
            world.deliver(start + timedelta(days=n))
        world.run_only(last)
    if not late:
        return
    _put_right(wrong, notes, day)
    if cleared:
        for n in range(wrong_day + 1, days):
            shutil.rmtree(wrong.places.inbox / wrong.bank.code / (start + timedelta(days=n)).isoformat())
    try:
        _correct(wrong, day)
    except NightDeliveryNeededError:
        assert cleared
        return
    for n in range(days):
        on = start + timedelta(days=n)
        assert _picture(wrong, on)["note_class"] == _picture(right, on)["note_class"], on
        assert _picture(wrong, on)["note_state"] == _picture(right, on)["note_state"], on


def test_each_date_answers_the_former_figures_as_known_before_and_the_new_ones_after(tmp_path: Path) -> None:
    right, wrong = _worlds(tmp_path)
    before = {day: as_of_read(wrong.bank, day, wrong.places.lake, known_at=None) for day in DAYS}
    moment = wrong.moment
    _put_right(wrong, list(right.notes))
    _correct(wrong)
    known_ats = set()
    for day in DAYS:
        assert as_of_read(wrong.bank, day, wrong.places.lake, known_at=moment) == before[day], day
        after = as_of_read(wrong.bank, day, wrong.places.lake, known_at=None)
        assert after.lines == as_of_read(right.bank, day, right.places.lake, known_at=None).lines, day
        assert (after.run_id == before[day].run_id) == (day < WRONG_ON)
        known_ats |= {after.known_at} if day >= WRONG_ON else set()
    assert len(known_ats) == 1, "all corrected nights became known at one moment"


def test_correction_from_the_lake_where_later_deliveries_were_cleared(tmp_path: Path) -> None:
    right, wrong = _worlds(tmp_path)
    _put_right(wrong, list(right.notes))
    for day in DAYS:
        if day > WRONG_ON:
            shutil.rmtree(wrong.places.inbox / wrong.bank.code / day.isoformat())
    _correct(wrong)
    for day in DAYS:
        assert _picture(wrong, day) == _picture(right, day), day


def test_later_delivery_that_refers_to_a_note_which_the_correction_took_out_is_asked_for(tmp_path: Path) -> None:
    notes = _notes()
    notes[1] = replace(notes[1], missing_on=frozenset({DAYS[3]}))  # only its repayment is delivered on that day
    world = a_world(tmp_path, *notes)
    world.run(DAYS[-1])
    left = [notes[0], notes[2]]
    for day in DAYS:
        _put_right(world, left, day)
    shutil.rmtree(world.places.inbox / world.bank.code / DAYS[3].isoformat())
    with pytest.raises(NightDeliveryNeededError, match="N1"):
        _correct(world, DAYS[0])
    with bank_scope(world.bank.id):
        request = NightRequest.objects.get(bank_id=world.bank.id)
    assert (request.state, request.error_code) == ("failed", "nightly.delivery_needed")
    delivery_write(world.places.inbox, world.bank.code, left, DAYS[3])
    _correct(world, DAYS[0])
    with bank_scope(world.bank.id):
        on_desk = set(DeskNote.objects.filter(bank_id=world.bank.id).values_list("note_id", flat=True))
    assert "N2" in on_desk and "N1" not in on_desk, "N1 never was in the book"


def test_note_that_never_was_in_the_book_leaves_the_register_also_when_it_was_not_on_the_desk(tmp_path: Path) -> None:
    calm = a_note("CALM", first_due_on=date(2024, 12, 1), first_seen_on=DAYS[0])
    world = a_world(tmp_path, *_notes(), calm)
    world.run(DAYS[-1])
    about = {"bank_id": world.bank.id, "note_id": "CALM"}
    with bank_scope(world.bank.id):
        assert NoteRegister.objects.filter(**about).exists() and not DeskNote.objects.filter(**about).exists()
    for day in DAYS:
        _put_right(world, _notes(), day)
    _correct(world, DAYS[0])
    with bank_scope(world.bank.id):
        assert not NoteRegister.objects.filter(**about).exists(), "nobody sees its borrower through it any more"
        assert NoteRegister.objects.filter(bank_id=world.bank.id).count() == 3


def test_failed_correction_leaves_the_book_as_it_was_and_goes_on_when_the_cause_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, wrong = _worlds(tmp_path)
    pictures = [_picture(wrong, day) for day in DAYS]
    desk = _desk(wrong)
    _put_right(wrong, list(right.notes))
    count = 0
    age = STAGES[STAGE_ORDER[2]]

    def broken(night: Any) -> Any:
        nonlocal count
        count += 1
        if count == 3:
            raise OSError("disk full")
        return age(night)

    monkeypatch.setitem(STAGES, STAGE_ORDER[2], broken)
    with pytest.raises(OSError, match="disk full"):
        _correct(wrong)
    assert [_picture(wrong, day) for day in DAYS] == pictures and _desk(wrong) == desk
    with bank_scope(wrong.bank.id):
        assert PendingFile.objects.filter(bank_id=wrong.bank.id).exists()
    wrong.run_only(DAYS[-1])  # a regular night of a date that is done changes nothing and sweeps nothing of it
    _correct(wrong)
    with bank_scope(wrong.bank.id):
        assert not PendingFile.objects.filter(bank_id=wrong.bank.id).exists()
        assert NightRequest.objects.filter(bank_id=wrong.bank.id).count() == 1, "it went on"
        named = lake_paths(bank_id=wrong.bank.id)
        assert pending_paths(bank_id=wrong.bank.id) == frozenset()
    assert Lake(wrong.places.lake, wrong.bank.code).sweep(named) == []
    assert [_picture(wrong, day) for day in DAYS] == [_picture(right, day) for day in DAYS]


def test_night_after_a_correction_goes_on_from_the_corrected_book(tmp_path: Path) -> None:
    right, wrong = _worlds(tmp_path)
    _put_right(wrong, list(right.notes))
    _correct(wrong)
    after = DAYS[-1] + timedelta(days=1)
    for world in (right, wrong):
        world.deliver(after)
        world.run_only(after)
    assert _picture(wrong, after) == _picture(right, after)
    assert _desk(wrong) == _desk(right)


def test_repayment_of_the_superseded_run_counts_no_more_and_its_reference_may_come_again(tmp_path: Path) -> None:
    """The wrong delivery had a repayment too many; it comes with its reference on a later day."""
    notes = _notes()
    late = Repayment("R-late", date(2024, 3, 2), datetime.combine(date(2024, 3, 2), time(9), UTC), 77_700)
    wrong_note = replace(notes[2], repayments=type(notes[2].repayments)(list, {WRONG_ON: [late]}))
    world = a_world(tmp_path, notes[0], notes[1], wrong_note)
    world.run(DAYS[-1])
    _put_right(world, notes)
    _correct(world)
    assert as_of_read(world.bank, DAYS[-1], world.places.lake, known_at=None).lines == _clean(tmp_path, notes).lines
    after = DAYS[-1] + timedelta(days=1)
    notes[2].repayments[after].append(late)
    delivery_write(world.places.inbox, world.bank.code, notes, after)
    (result,) = world.run_only(after)
    assert result.stages[0].totals["repayment_rejected"] == 0


def _clean(tmp_path: Path, notes: list[Note]) -> Any:
    world = a_world(tmp_path / "clean", *notes)
    world.run(DAYS[-1])
    return as_of_read(world.bank, DAYS[-1], world.places.lake, known_at=None)


def test_second_correction_takes_the_place_of_the_first(tmp_path: Path) -> None:
    right, wrong = _worlds(tmp_path)
    former = _picture(wrong, DAYS[-1])
    wrong_notes = list(wrong.notes)
    _put_right(wrong, list(right.notes))
    _correct(wrong)
    _put_right(wrong, wrong_notes)
    _correct(wrong)
    assert _picture(wrong, DAYS[-1]) == former
    with bank_scope(wrong.bank.id):
        runs = Run.objects.filter(bank_id=wrong.bank.id, business_date=WRONG_ON)
        assert sorted(runs.values_list("kind", flat=True)) == ["correction", "correction", "nightly"]
        force = run_of_date(bank_id=wrong.bank.id, business_date=WRONG_ON)
        assert force is not None and force.run_id == runs.order_by("-finished_at")[0].run_id
        assert [view.business_date for view in run_views(bank_id=wrong.bank.id, before=None, limit=2)] == [DAYS[-1]] * 3


def test_vault_keeps_what_later_deliveries_say_and_gains_who_is_new(tmp_path: Path) -> None:
    notes = _notes()
    world = a_world(tmp_path, *notes[:2])
    world.run(DAYS[-1])
    with bank_scope(world.bank.id):
        before = dict(Party.objects.filter(bank_id=world.bank.id).values_list("party_id", "changed_on"))
    _put_right(world, notes)  # a third borrower on one day only; carried forward as stale from the next day on
    _correct(world)
    with bank_scope(world.bank.id):
        after = dict(Party.objects.filter(bank_id=world.bank.id).values_list("party_id", "changed_on"))
    assert len(after) == len(before) + 1
    assert {party: after[party] for party in before} == before


def test_effect_says_which_figures_changed(tmp_path: Path) -> None:
    right, wrong = _worlds(tmp_path)
    _put_right(wrong, list(right.notes))
    _correct(wrong)
    with bank_scope(wrong.bank.id):
        request = NightRequest.objects.get(bank_id=wrong.bank.id)
        effect = correction_effect(bank_id=wrong.bank.id, request_id=request.id)
        events = events_of_subject(bank_id=wrong.bank.id, subject_kind="nightly_request", subject_id=str(request.id))
    assert [one.business_date for one in effect] == [day for day in DAYS if day >= WRONG_ON]
    first = effect[0]
    assert (first.notes_before, first.notes_after) == (3, 3)
    assert (first.overdue_notes_before, first.overdue_notes_after) == (3, 2)
    assert first.balance_before_minor > first.balance_after_minor and first.changed
    assert {bucket.bucket for bucket in first.buckets} == {"M0", "M1"}
    assert [event.name for event in events] == ["nightly.correction_begun", "nightly.correction_published"]
    assert len(cast(list[str], events[1].payload["runs"])) == len(effect)


def test_correction_is_refused_where_there_is_nothing_to_correct(tmp_path: Path) -> None:
    world = a_world(tmp_path, *_notes())
    world.run(DAYS[-1])
    with pytest.raises(NightNothingToCorrectError):
        _correct(world)
    with pytest.raises(NightDateBackError):
        _correct(world, DAYS[0] - timedelta(days=1))
    with pytest.raises(NightDateBackError):
        _correct(world, DAYS[-1] + timedelta(days=1))
    for reason in ("", "abc", "x" * 501, "the customer with 13812342231"):
        with pytest.raises(CorrectionReasonError):
            correction_run(world.bank, WRONG_ON, world.places, Silent(), reason=reason, by=BY)
    shutil.rmtree(world.places.inbox / world.bank.code / WRONG_ON.isoformat())
    with pytest.raises(NightDateMissingError):
        _correct(world)
    with bank_scope(world.bank.id):
        assert not NightRequest.objects.filter(bank_id=world.bank.id).exists()


def test_correction_waits_for_a_night_that_is_half_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right, wrong = _worlds(tmp_path)
    _put_right(wrong, list(right.notes))
    after = DAYS[-1] + timedelta(days=1)
    wrong.deliver(after)

    def broken(_night: Any) -> Any:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setitem(STAGES, STAGE_ORDER[2], broken)
        with pytest.raises(OSError, match="disk full"):
            wrong.run_only(after)
    with pytest.raises(NightUnfinishedError):
        _correct(wrong)
    wrong.run_only(after)
    _correct(wrong)
