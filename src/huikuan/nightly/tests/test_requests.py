"""Nights started from the page, corrections that a second person approves, a correction that is killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from huikuan.evidence.selectors.approvals import approval_list
from huikuan.kernel.facts import Role
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_client, a_user
from huikuan.nightly.as_of import BookAsOf, as_of_read
from huikuan.nightly.faults import VARIABLE
from huikuan.nightly.jobs import night_correct, night_rerun
from huikuan.nightly.models import NightRequest
from huikuan.nightly.services.request import requests_sweep
from huikuan.nightly.tests.deliveries import delivery_write
from huikuan.nightly.tests.worlds import World, a_note, a_world, pays

pytestmark = pytest.mark.django_db
DAYS = [date(2024, 3, 1) + timedelta(days=n) for n in range(3)]
WRONG_ON = DAYS[1]


@pytest.fixture
def world(tmp_path: Path, settings: LazySettings) -> World:
    """Two notes, both late on the second day; three nights are run. The home is the folder of the test."""
    settings.HOME = tmp_path
    notes = [a_note(key, first_due_on=DAYS[0], first_seen_on=DAYS[0]) for key in ("A", "B")]
    made = a_world(tmp_path, *notes)
    made.run(DAYS[-1])
    return made


def _put_right(world: World) -> None:
    """Note A paid on the second day after all."""
    pays(world.notes[0], WRONG_ON, 200_000)
    shutil.rmtree(world.places.inbox / world.bank.code / WRONG_ON.isoformat())
    delivery_write(world.places.inbox, world.bank.code, world.notes, WRONG_ON)


def _late(world: World, day: date) -> int:
    book: BookAsOf = as_of_read(world.bank, day, world.places.lake, known_at=None)
    return sum(line.notes for line in book.lines if line.bucket == "M1")


def _post(client: Client, path: str, **body: Any) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json")


def _request(world: World) -> NightRequest:
    with bank_scope(world.bank.id):
        return NightRequest.objects.get(bank_id=world.bank.id)


def test_night_from_the_page_is_run_by_its_job(world: World) -> None:
    client = a_client(a_user(world.row, role=Role.ADMINISTRATOR))
    after = DAYS[-1] + timedelta(days=1)
    refused = _post(client, f"/api/nights/{after}/rerun")
    assert (refused.status_code, refused.json()["code"]) == (422, "nightly.date_missing")
    world.deliver(after)
    answer = _post(client, f"/api/nights/{after}/rerun")
    assert answer.status_code == 202
    (row,) = client.get("/api/night-requests").json()
    assert (row["kind"], row["state"], row["business_date"]) == ("rerun", "queued", after.isoformat())
    night_rerun.run(bank_id=world.bank.id, request_id=answer.json()["id"])
    assert _request(world).state == "done"
    assert client.get("/api/nights").json()["items"][0]["business_date"] == after.isoformat()
    night_rerun.run(bank_id=world.bank.id, request_id=answer.json()["id"])  # a job may run twice


def test_correction_needs_a_second_person_and_shows_its_effect(world: World) -> None:
    proposer = a_client(a_user(world.row, role=Role.ACCOUNTING))
    approver = a_client(a_user(world.row, role=Role.COMPLIANCE_OFFICER))
    path = f"/api/nights/{WRONG_ON}/correct"
    assert _post(proposer, path, reason="cut by the core").json()["code"] == "nightly.nothing_to_correct"
    _put_right(world)
    answer = _post(proposer, path, reason="repayments were cut by the core")
    assert answer.status_code == 202
    decide = f"/api/approvals/{answer.json()['approval_id']}/decide"
    assert _post(proposer, decide, decision="approve").json()["code"] == "evidence.approval_own"
    assert not approver.get("/api/night-requests").json()
    assert _post(approver, decide, decision="approve").status_code == 204
    (row,) = approver.get("/api/night-requests").json()
    assert (row["kind"], row["state"], row["reason"]) == ("correction", "queued", "repayments were cut by the core")
    assert proposer.get(f"/api/night-requests/{row['id']}/effect").json() == []
    night_correct.run(bank_id=world.bank.id, request_id=row["id"])
    effect = proposer.get(f"/api/night-requests/{row['id']}/effect").json()
    assert [(one["business_date"], one["overdue_notes_before"], one["overdue_notes_after"]) for one in effect] == [
        (day.isoformat(), 2, 1) for day in DAYS[1:]
    ]
    runs = proposer.get("/api/nights").json()["items"]
    assert [run["kind"] for run in runs] == ["correction", "nightly", "correction", "nightly", "nightly"]
    detail = proposer.get(f"/api/nights/{runs[1]['run_id']}").json()
    assert (detail["in_force"], detail["request_id"]) == (False, None)
    assert proposer.get(f"/api/nights/{runs[0]['run_id']}").json()["cause_run_id"] == runs[1]["run_id"]
    with bank_scope(world.bank.id):
        assert [one.state for one in approval_list(bank_id=world.bank.id, state=None, user_id=0)] == ["approved"]


def test_error_of_a_job_stands_in_its_request(world: World) -> None:
    client = a_client(a_user(world.row, role=Role.ADMINISTRATOR))
    after = DAYS[-1] + timedelta(days=1)
    folder = world.deliver(after)
    answer = _post(client, f"/api/nights/{after}/rerun")
    shutil.rmtree(folder)
    with pytest.raises(Exception, match="no delivery"):
        night_rerun.run(bank_id=world.bank.id, request_id=answer.json()["id"])
    (row,) = client.get("/api/night-requests").json()
    assert (row["state"], row["error_code"]) == ("failed", "nightly.date_missing")


def test_request_whose_job_was_given_up_has_failed(world: World) -> None:
    client = a_client(a_user(world.row, role=Role.ADMINISTRATOR))
    world.deliver(DAYS[-1] + timedelta(days=1))
    _post(client, f"/api/nights/{DAYS[-1] + timedelta(days=1)}/rerun")
    with bank_scope(world.bank.id):
        assert requests_sweep(bank_id=world.bank.id, at=world.moment) == 0, "its job is waiting"
        with connection.cursor() as cursor:
            cursor.execute("update procrastinate_jobs set status = 'failed'")
        assert requests_sweep(bank_id=world.bank.id, at=world.moment) == 1
    assert _request(world).error_code == "nightly.job_lost"


def test_report_of_a_night_groups_reasons_and_names_feeds_that_did_not_come(world: World) -> None:
    auditor = a_client(a_user(world.row, role=Role.AUDITOR))
    lead = a_client(a_user(world.row, role=Role.TEAM_LEAD))
    run = auditor.get("/api/nights").json()["items"][0]["run_id"]
    report = auditor.get(f"/api/nights/{run}").json()
    assert report["reasons"] == [] and report["in_force"] is True
    assert {"guarantee", "management"} <= set(report["absent"])
    assert lead.get(f"/api/nights/{run}").json()["reasons"] is None, "no right to see rejects"


class Killed:
    """`huikuan nightly --correct` in a process of its own, killed at a fault point if asked to."""

    def __init__(self, environment: dict[str, str], home: Path, bank: str) -> None:
        self._environment = {**environment, "HUIKUAN_HOME": str(home)}
        self._bank = bank

    def run(self, fault: str = "") -> int:
        """Correct WRONG_ON; return the exit code, negative for a signal."""
        command = [sys.executable, "-m", "huikuan", "nightly", "--bank", self._bank, "--date", WRONG_ON.isoformat()]
        done = subprocess.run(
            [*command, "--correct", "--reason", "cut by the core"],
            env={**self._environment, VARIABLE: fault},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in {0, -signal.SIGKILL}, done.stderr
        return done.returncode


@pytest.fixture
def committed(transactional_db: None, world: World) -> Iterator[World]:
    """A world that other processes see."""
    yield world


@pytest.mark.xdist_group("kill")
def test_correction_that_is_killed_shows_nothing_and_goes_on(
    committed: World, tmp_path: Path, database_environment: Callable[[str], dict[str, str]]
) -> None:
    _put_right(committed)
    environment = {**database_environment("huikuan_app"), "HUIKUAN_KEYS_FILE": os.environ["HUIKUAN_KEYS_FILE"]}
    process = Killed(environment, tmp_path, committed.bank.code)
    before = [_late(committed, day) for day in DAYS]
    for fault in ("age:written", "snapshot:after_commit", "publish:written", "publish:inside_commit"):
        assert process.run(fault) == -signal.SIGKILL, fault
        assert [_late(committed, day) for day in DAYS] == before, fault
    assert process.run() == 0
    assert [_late(committed, day) for day in DAYS] == [before[0], before[1] - 1, before[2] - 1]
    request = _request(committed)
    assert (request.state, request.by_kind) == ("done", "program")
