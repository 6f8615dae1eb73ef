"""Several nights in one run: everything is as if each had run by itself, and the desk moves once, to the last one."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import InterfaceError

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly import cycle, opening, stretch
from huikuan.nightly.cycle import NightResult, nights_run
from huikuan.nightly.errors import NightConnectionError, NightDateMissingError
from huikuan.nightly.facts import DESK_LATER, DESK_STAGE, BankFact, RunFact, StageName
from huikuan.nightly.faults import FaultPoint
from huikuan.nightly.models import Run, StageRun
from huikuan.nightly.opening import NightPlaces, named_files, night_open
from huikuan.nightly.selectors.desk import desk_date
from huikuan.nightly.selectors.runs import run_dates
from huikuan.nightly.stages.migrate import roll_start
from huikuan.nightly.stretch import Stretch
from huikuan.nightly.tests.books import book_random
from huikuan.nightly.tests.deliveries import a_bank_with_branches, delivery_write, people_feeds
from huikuan.nightly.tests.night_support import Silent, desk_rows, lake_hashes
from huikuan.nightly.tests.test_delta_night import as_delta
from huikuan.nightly.tests.test_kill import Forks
from huikuan.nightly.tests.test_renumbering import MERGER, keys_of, late_notes, merged, rewrite, steps_of
from huikuan.nightly.tests.worlds import FIRST, a_note, a_world
from huikuan.portfolio.lake import Lake
from huikuan.portfolio.models import DeskNote
from huikuan.portfolio.selectors.lake import lake_paths
from huikuan.portfolio.selectors.publication import desk_night

NIGHTS = 9
KILLS = [
    f"{StageName.INGEST}:{FaultPoint.WRITTEN}",
    f"{StageName.SNAPSHOT}:{FaultPoint.INSIDE_COMMIT}",
    f"{StageName.AGE}:{FaultPoint.WRITTEN}",
    f"{StageName.PUBLISH}:{FaultPoint.INSIDE_COMMIT}",
    f"{StageName.PUBLISH}:{FaultPoint.AFTER_COMMIT}",
    *(f"{DESK_STAGE}:{point}" for point in FaultPoint),
]


@pytest.fixture
def forks(transactional_db: None, database_environment: Callable[[str], dict[str, str]]) -> Iterator[Forks]:
    """Nights in processes of their own, on this test's database."""
    started = Forks(database_environment("huikuan_app"))
    yield started
    started.end()


def _banks(
    tmp_path: Path, *codes: str, seed: int, start: date, delta: bool = False
) -> tuple[NightPlaces, list[BankFact], list[date]]:
    """Banks with the same deliveries over a month-end; with ``delta`` of the changed rows only."""
    places = NightPlaces(tmp_path / "lake", tmp_path / "inbox")
    days = [start + timedelta(days=number) for number in range(NIGHTS)]
    notes = book_random(seed, notes=40, start=start, days=NIGHTS)
    banks = [a_bank_with_branches(code)[1] for code in codes]
    before: dict[str, dict[str, list[str]]] = {}
    for note in notes if delta else ():
        note.missing_on = frozenset()  # a file of changes cannot say that a note was left out of it
    for day in days:
        for bank in banks:
            folder = delivery_write(places.inbox, bank.code, notes, day, more=people_feeds(notes, day))
            if delta:
                before[bank.code] = as_delta(folder, before.get(bank.code, {}))
    return places, banks, days


def _picture(bank: BankFact, places: NightPlaces, days: list[date]) -> dict[str, Any]:
    """All that the nights leave behind; of a desk note not which night wrote it last."""
    with bank_scope(bank.id):
        nights: dict[str, dict[str, Any]] = {str(day): {"lake": lake_hashes(bank, places.lake, day)} for day in days}
        for day in days:
            rows = desk_rows(bank.id, day)
            nights[str(day)] |= {name: rows[name] for name in ("bucket_cell", "roll_cell", "reconciliation_cell")}
            nights[str(day)]["publication"] = rows["publication"]
        latest = {**desk_rows(bank.id, days[-1]), "desk_note": _desk_notes(bank.id)}
        ledger = {
            (str(run.business_date), stage.stage): (stage.rows_in, stage.rows_out, stage.content_hash, stage.totals)
            for run in Run.objects.filter(bank_id=bank.id)
            for stage in StageRun.objects.filter(bank_id=bank.id, run_id=run.run_id)
            if stage.stage not in (StageName.INGEST, StageName.PUBLISH, DESK_STAGE)
        }
    return {"nights": nights, "latest": latest, "ledger": ledger}


def _desk_notes(bank_id: int) -> list[tuple[object, ...]]:
    fields = [f.name for f in DeskNote._meta.concrete_fields if f.name not in {"bank_id", "run_id", "business_date"}]
    return list(DeskNote.objects.filter(bank_id=bank_id).order_by("note_id").values_list(*fields))


def _stands(bank: BankFact) -> tuple[date | None, date | None]:
    """The date of the desk and that of the last published night."""
    with bank_scope(bank.id):
        dates, stands, shown = run_dates(bank_id=bank.id), desk_date(bank_id=bank.id), desk_night(bank_id=bank.id)
        assert (None if shown is None else shown["business_date"]) == stands, "what the list says of itself"
        return stands, None if dates is None else dates[1]


@pytest.mark.django_db
@pytest.mark.parametrize(("seed", "nights_max", "delta"), [(1, 100, False), (2, 3, True), (3, 100, False)])
def test_nights_in_one_run_equal_single_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, nights_max: int, delta: bool
) -> None:
    monkeypatch.setattr(stretch, "NIGHTS_MAX", nights_max)  # a connection for fewer nights than there are, too
    start = date(2024, 2, 26)
    places, (single, bulk), days = _banks(tmp_path, "single", "bulk", seed=seed, start=start, delta=delta)
    for day in days:
        nights_run(single, day, places, Silent())
    first = 0 if seed == 3 else 1  # the third begins with an empty book
    for day in days[:first]:
        nights_run(bulk, day, places, Silent())
    results = nights_run(bulk, days[-1], places, Silent())
    assert [result.business_date for result in results] == days[first:]
    assert _picture(bulk, places, days) == _picture(single, places, days)
    assert _stands(bulk) == (days[-1], days[-1])
    with bank_scope(bulk.id):
        assert Lake(places.lake, bulk.code).sweep(lake_paths(bank_id=bulk.id)) == []


@pytest.mark.django_db
def test_catch_up_that_stops_brings_the_desk_to_its_last_night(tmp_path: Path) -> None:
    places, (single, bulk), days = _banks(tmp_path, "single", "bulk", seed=4, start=date(2024, 5, 28))
    for day in days[:5]:
        nights_run(single, day, places, Silent())
    missing = places.inbox / bulk.code / days[5].isoformat()
    missing.rename(missing.with_name("kept-back"))
    with pytest.raises(NightDateMissingError):
        nights_run(bulk, days[-1], places, Silent())
    assert _stands(bulk) == (days[4], days[4])
    assert _picture(bulk, places, days[:5]) == _picture(single, places, days[:5])


@pytest.mark.django_db
@pytest.mark.parametrize("limit", ["notes", "history"])
def test_book_that_grows_large_in_a_catch_up_gets_a_connection_a_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    second = FIRST + timedelta(days=2)
    world = a_world(tmp_path, a_note("A"), a_note("B", first_seen_on=second))
    world.run(FIRST)
    with bank_scope(world.bank.id):
        known = named_files(world.bank, FIRST + timedelta(days=1), roll_start(FIRST + timedelta(days=1)))
    if limit == "notes":
        monkeypatch.setattr(opening, "SMALL_BOOK_NOTES", 2)
    else:
        monkeypatch.setattr(stretch, "HISTORY_ROWS_MAX", stretch._history_rows(known))
    alone: list[date] = []

    def opens(bank: BankFact, run: RunFact, *more: Any, **named: Any) -> Any:
        alone.append(run.business_date)
        return night_open(bank, run, *more, **named)

    monkeypatch.setattr(stretch, "night_open", opens)
    world.run(second + timedelta(days=2))
    assert alone == [second + timedelta(days=1), second + timedelta(days=2)]
    assert _stands(world.bank) == (alone[-1], alone[-1])


@pytest.mark.django_db
def test_map_of_renumberings_that_is_sent_again_every_day_does_not_bring_the_desk_every_night(tmp_path: Path) -> None:
    world = merged(tmp_path, *late_notes("N1", "N2"))
    keys = keys_of(world.notes)
    days = [MERGER + timedelta(days=number) for number in (2, 3, 4)]
    for day in days:
        again = [tuple(step) for step in steps_of(keys, MERGER)]
        rewrite(world.deliver(day, renumberings=again), keys)
    world.run_only(days[-1])
    with bank_scope(world.bank.id):
        runs = Run.objects.filter(bank_id=world.bank.id, business_date__in=days).order_by("business_date")
        published = [StageRun.objects.get(run_id=run.run_id, stage=StageName.PUBLISH) for run in runs]
    assert [DESK_LATER in stage.totals for stage in published] == [True] * 3
    assert _stands(world.bank) == (days[-1], days[-1])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "brought"), [(NightConnectionError("age"), False), (InterfaceError("closed"), False), (OSError(), True)]
)
def test_catch_up_whose_lock_went_with_its_connection_leaves_the_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, brought: bool
) -> None:
    world = a_world(tmp_path, a_note("A"))
    world.run(FIRST)
    days = [FIRST + timedelta(days=number) for number in (1, 2, 3)]
    for day in days:
        world.deliver(day)
    night_run = cycle._night_run

    def stops(stretch: Stretch, business_date: date, *more: Any) -> NightResult:
        if business_date == days[-1]:
            raise error
        return night_run(stretch, business_date, *more)

    monkeypatch.setattr(cycle, "_night_run", stops)
    with pytest.raises(type(error)):
        world.run_only(days[-1])
    assert _stands(world.bank) == (days[1] if brought else FIRST, days[1])
    monkeypatch.setattr(cycle, "_night_run", night_run)
    world.run_only(days[-1])
    assert _stands(world.bank) == (days[-1], days[-1])


@pytest.mark.django_db
def test_desk_that_cannot_be_brought_is_logged_and_the_first_error_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_desk(*_: object) -> None:
        raise OSError("no room for the desk")

    world = a_world(tmp_path, a_note("A"))
    world.run(FIRST)
    world.deliver(FIRST + timedelta(days=1))
    monkeypatch.setattr(cycle, "desk_bring", no_desk)
    with pytest.raises(NightDateMissingError), caplog.at_level("ERROR", "huikuan.nightly"):
        world.run_only(FIRST + timedelta(days=2))
    assert "no room for the desk" in caplog.text


@pytest.mark.xdist_group("kill")
def test_catch_up_killed_in_the_middle_goes_on_and_brings_the_desk(forks: Forks, tmp_path: Path) -> None:
    places, (calm, killed), days = _banks(tmp_path, "calm", "killed", seed=5, start=date(2024, 2, 26))
    nights_run(calm, days[-1], places, Silent())
    assert forks.night(killed, days[0], places) == 0
    for number, where in enumerate(KILLS):
        until = days[min(number + 2, len(days) - 1)]
        before = _stands(killed)[0]
        assert forks.night(killed, until, places, where) == -signal.SIGKILL, where
        stands, last = _stands(killed)
        assert stands in (before, until), where
        assert (stands == last) == (where in {*KILLS[:4], KILLS[-1]} and stands == last), where
        with bank_scope(killed.id):
            shown = {row.business_date for row in DeskNote.objects.filter(bank_id=killed.id)}
        assert all(stands is not None and on <= stands for on in shown), "the desk shows no night in part"
    assert forks.night(killed, days[-1], places) == 0
    assert _picture(killed, places, days) == _picture(calm, places, days)
    assert _stands(killed) == (days[-1], days[-1])
