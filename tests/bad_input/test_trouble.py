"""Trouble of the machine in the middle of a night: what is said, what stays, and that the night goes on from there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from psycopg import sql

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.cycle import nights_run
from huikuan.nightly.errors import NightClockError, NightConnectionError
from huikuan.nightly.facts import BankFact, StageName, StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.selectors.runs import RunView, run_views
from huikuan.nightly.stages.registry import STAGES
from huikuan.nightly.tests.books import book_random
from huikuan.nightly.tests.deliveries import a_bank_with_branches, delivery_write
from huikuan.nightly.tests.night_support import Silent, desk_rows, lake_hashes
from huikuan.portfolio.tests.deliveries import DAY
from tests import boot
from tests.bad_input.nights import a_place
from tests.bad_input.trouble import AWAY, CLOCK, CONNECTION, DISK

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("trouble")]
START = date(2024, 2, 27)
NOON = datetime(2026, 4, 1, 4, tzinfo=UTC)


def _banks(tmp_path: Path) -> tuple[NightPlaces, BankFact, BankFact]:
    """Two banks with the same delivery; the night of the first is done."""
    places = NightPlaces(tmp_path / "lake", tmp_path / "inbox")
    notes = book_random(5, notes=60, start=START, days=2)
    (_, calm), (_, disturbed) = a_bank_with_branches("calm"), a_bank_with_branches("disturbed")
    for bank in (calm, disturbed):
        delivery_write(places.inbox, bank.code, notes, START)
    nights_run(calm, START, places, Silent())
    return places, calm, disturbed


def _picture(bank: BankFact, places: NightPlaces) -> dict[str, Any]:
    with bank_scope(bank.id):
        return {"lake": lake_hashes(bank, places.lake, START), **desk_rows(bank.id, START)}


def _ledger(bank: BankFact) -> RunView:
    with bank_scope(bank.id):
        return run_views(bank_id=bank.id, before=None, limit=1)[0]


def _ends_well(places: NightPlaces, calm: BankFact, disturbed: BankFact) -> None:
    assert nights_run(disturbed, START, places, Silent())[-1].resumed
    assert _picture(disturbed, places) == _picture(calm, places)
    assert not nights_run(disturbed, START, places, Silent())[-1].changed


def test_disk_full_in_the_middle(tmp_path: Path, database_environment: Callable[[str], dict[str, str]]) -> None:
    places, calm, disturbed = _banks(tmp_path)
    job = {
        "bank": asdict(disturbed), "date": START.isoformat(), "bytes": 2_000,
        "lake": str(places.lake), "inbox": str(places.inbox),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.bad_input.limited", json.dumps(job)],
        env=database_environment("huikuan_app"), capture_output=True, text=True, check=True,
    )  # fmt: skip
    said = json.loads(done.stdout.splitlines()[-1])
    assert (said["code"], said["message"]) == ("nightly.disk_full", DISK.says)
    ledger = _ledger(disturbed)
    assert (ledger.state, ledger.error_message) == ("failed", DISK.says)
    _ends_well(places, calm, disturbed)


@pytest.mark.parametrize("away", [False, True], ids=["connection drops", "database away"])
def test_connection_lost_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, away: bool) -> None:
    places, calm, disturbed = _banks(tmp_path)
    snapshot = STAGES[StageName.SNAPSHOT]

    def cut(night: Night) -> StageOutput:
        output = snapshot(night)
        _cut(away=away)
        return output

    monkeypatch.setitem(STAGES, StageName.SNAPSHOT, cut)
    try:
        with pytest.raises(NightConnectionError) as caught:
            nights_run(disturbed, START, places, Silent())
    finally:
        _allow()
    assert caught.value.message == (AWAY if away else CONNECTION).says
    monkeypatch.undo()
    assert _ledger(disturbed).state == "failed"
    _ends_well(places, calm, disturbed)


def test_clock_moved_back(tmp_path: Path) -> None:
    place = a_place(tmp_path)
    place.delivery().write()
    moments = [NOON]
    nights_run(place.bank, DAY, place.places, Silent(), clock=lambda: moments[0])
    before = place.kept()
    moments[0] = NOON - timedelta(seconds=1)
    with pytest.raises(NightClockError) as caught:
        nights_run(place.bank, DAY, place.places, Silent(), clock=lambda: moments[0])
    assert caught.value.message == CLOCK.says
    assert place.kept() == before
    moments[0] = NOON
    assert not nights_run(place.bank, DAY, place.places, Silent(), clock=lambda: moments[0])[-1].changed


def _cut(*, away: bool) -> None:
    """Cut the connection of the night; ``away``: cut all to the database of the test, and let nobody in."""
    name = boot.ground().database
    own = connections["default"].connection.info.backend_pid
    with boot.ground().superuser() as superuser:
        if not away:
            superuser.execute("select pg_terminate_backend(%s)", [own])
            return
        superuser.execute(sql.SQL("alter database {} allow_connections false").format(sql.Identifier(name)))
        superuser.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])


def _allow() -> None:
    """Let everybody in, and forget the dead connections that the pool has kept."""
    name = boot.ground().database
    with boot.ground().superuser() as superuser:
        superuser.execute(sql.SQL("alter database {} allow_connections true").format(sql.Identifier(name)))
    default: Any = connections["default"]
    default.close()
    default.close_pool()
