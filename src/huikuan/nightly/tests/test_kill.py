"""A night that is killed at any point goes on from there and ends as if nothing had happened."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import pytest

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.cycle import nights_run
from huikuan.nightly.facts import STAGE_ORDER, BankFact, StageName
from huikuan.nightly.faults import FaultPoint
from huikuan.nightly.lock import night_is_locked
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.selectors.runs import RunView, run_of_date, run_views
from huikuan.nightly.tests.books import book_random
from huikuan.nightly.tests.deliveries import a_bank_with_branches, delivery_write, people_feeds
from huikuan.nightly.tests.night_support import Silent, desk_rows, lake_hashes
from huikuan.portfolio.lake import Lake
from huikuan.portfolio.selectors.lake import lake_paths

START = date(2024, 2, 27)
LOCK_SECONDS_MAX = 3.0
FAULTS = [(stage, point) for stage in STAGE_ORDER for point in FaultPoint]


class Forks:
    """Runs nights in processes of their own (``night_forks``)."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "huikuan.nightly.tests.night_forks"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def night(self, bank: BankFact, day: date, places: NightPlaces, fault: str = "") -> int:
        """Run a night and return its exit code, negative for a signal."""
        wanted = {
            "bank": asdict(bank),
            "date": day.isoformat(),
            "lake": str(places.lake),
            "inbox": str(places.inbox),
            "fault": fault,
        }
        answers, asks = _pipes(self.process)
        asks.write(json.dumps(wanted) + "\n")
        asks.flush()
        return int(answers.readline())

    def end(self) -> None:
        """End the process."""
        answers, asks = _pipes(self.process)
        asks.close()
        self.process.wait(timeout=30)
        answers.close()


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert process.stdout is not None
    assert process.stdin is not None
    return process.stdout, process.stdin


@pytest.fixture
def forks(transactional_db: None, database_environment: Callable[[str], dict[str, str]]) -> Iterator[Forks]:
    """Nights in processes of their own, on this test's database."""
    started = Forks(database_environment("huikuan_app"))
    yield started
    started.end()


def _done(bank: BankFact, day: date) -> tuple[UUID | None, tuple[str, ...]]:
    with bank_scope(bank.id):
        run = run_of_date(bank_id=bank.id, business_date=day)
    return (None, ()) if run is None else (run.run_id, run.stages_done)


def _picture(bank: BankFact, places: NightPlaces, day: date) -> dict[str, Any]:
    """All that a night leaves behind, without run ids, times and keyed tokens."""
    with bank_scope(bank.id):
        hashes = lake_hashes(bank, places.lake, day)
        return {"lake": hashes, **desk_rows(bank.id, day)}


def _ledger(bank: BankFact) -> list[RunView]:
    with bank_scope(bank.id):
        return run_views(bank_id=bank.id, before=None, limit=100)


@pytest.mark.xdist_group("kill")
def test_night_killed_at_every_point_in_turn_ends_as_an_undisturbed_one(forks: Forks, tmp_path: Path) -> None:
    places, calm, killed, days = _banks(tmp_path, nights=4)
    for day in days[:-1]:
        nights_run(calm, day, places, Silent())
        assert forks.night(killed, day, places) == 0
    nights_run(calm, days[-1], places, Silent())
    runs = set()
    for stage, point in FAULTS:
        runs.add(_kill(forks, killed, places, days[-1], stage, point))
    assert forks.night(killed, days[-1], places) == 0
    assert len(runs - {None}) == 1, "it is one run all the time"
    _same_picture(calm, killed, places, days[-1])
    _nothing_left_to_do(killed, places, days[-1])


@pytest.mark.soak
@pytest.mark.xdist_group("kill")
def test_night_killed_once_at_any_point_ends_as_an_undisturbed_one(forks: Forks, tmp_path: Path) -> None:
    places, calm, killed, days = _banks(tmp_path, nights=len(FAULTS) + 1)
    nights_run(calm, days[0], places, Silent())
    assert forks.night(killed, days[0], places) == 0
    for day, (stage, point) in zip(days[1:], FAULTS, strict=True):
        _kill(forks, killed, places, day, stage, point)
        assert forks.night(killed, day, places) == 0
        nights_run(calm, day, places, Silent())
        _same_picture(calm, killed, places, day)
        _nothing_left_to_do(killed, places, day)


def _banks(tmp_path: Path, *, nights: int) -> tuple[NightPlaces, BankFact, BankFact, list[date]]:
    """Two banks with the same deliveries of ``nights`` days."""
    places = NightPlaces(tmp_path / "lake", tmp_path / "inbox")
    days = [START + timedelta(days=number) for number in range(nights)]
    notes = book_random(3, notes=50, start=START, days=nights)
    (_, calm), (_, killed) = a_bank_with_branches("calm"), a_bank_with_branches("killed")
    for day in days:
        for bank in (calm, killed):
            feeds = people_feeds(notes, day)
            if day != days[0]:  # one is rejected and carried forward
                feeds["contact_points"][0] = (
                    *feeds["contact_points"][0][:3],
                    "no number",
                    *feeds["contact_points"][0][4:],
                )
            delivery_write(places.inbox, bank.code, notes, day, more=feeds)
    return places, calm, killed, days


def _kill(
    forks: Forks, bank: BankFact, places: NightPlaces, day: date, stage: StageName, point: FaultPoint
) -> UUID | None:
    """Kill a night at a point and see that exactly the stages before it are visible; return its run."""
    where = f"{stage}:{point}"
    assert forks.night(bank, day, places, where) == -signal.SIGKILL, where
    run_id, done = _done(bank, day)
    committed = STAGE_ORDER.index(stage) + (point is FaultPoint.AFTER_COMMIT)
    assert done == STAGE_ORDER[:committed], where
    until = time.monotonic() + LOCK_SECONDS_MAX  # the server needs a moment to notice that the process is gone
    while night_is_locked(bank.id) and time.monotonic() < until:
        time.sleep(0.02)
    with bank_scope(bank.id):
        view = run_views(bank_id=bank.id, before=None, limit=1)[0]
    assert view.state == ("done" if committed == len(STAGE_ORDER) else "failed"), where
    return run_id


def _same_picture(calm: BankFact, killed: BankFact, places: NightPlaces, day: date) -> None:
    assert _done(killed, day)[1] == STAGE_ORDER
    assert _picture(killed, places, day) == _picture(calm, places, day)


def _nothing_left_to_do(bank: BankFact, places: NightPlaces, day: date) -> None:
    """Running the night once more changes nothing, and no file lies in the lake that no row names."""
    ledger = _ledger(bank)
    assert not nights_run(bank, day, places, Silent())[-1].changed
    assert _ledger(bank) == ledger
    with bank_scope(bank.id):
        named = lake_paths(bank_id=bank.id)
    assert Lake(places.lake, bank.code).sweep(named) == []
