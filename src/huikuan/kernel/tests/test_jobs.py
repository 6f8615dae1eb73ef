"""Jobs: put in with their fact, done in their bank by a real worker, taken over when a worker is killed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.jobs import Job as QueuedJob

from huikuan.kernel import jobs
from huikuan.kernel.errors import BankScopeMissingError, ConflictError
from huikuan.kernel.models import Bank, Institution
from huikuan.kernel.tenancy import bank_current, bank_scope
from huikuan.kernel.tests import job_samples
from huikuan.kernel.tests.builders import a_bank

WAIT_SECONDS = 30.0
HEARTBEAT = 0.2
Environment = Callable[[str], dict[str, str]]


def _rows() -> list[tuple[int, str, int, dict[str, Any]]]:
    """Jobs that a test put; what a worker's own schedule adds comes and goes with the clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, status::text, attempts, args from procrastinate_jobs where queueing_lock is null order by id"
        )
        return [(*row[:3], json.loads(row[3])) for row in cursor.fetchall()]


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {_rows()}"
        time.sleep(0.05)


@pytest.fixture
def bank(transactional_db: None) -> Bank:
    """A bank whose row others see."""
    return a_bank()


class Workers:
    """Worker processes on the database of the test."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        """Start one that knows the jobs of this test."""
        worker = subprocess.Popen(
            [sys.executable, "-c", f"from huikuan.kernel.tests.job_samples import worker; worker({HEARTBEAT})"],
            env={**self._environment, "HUIKUAN_DB_POOL": "0"},
            start_new_session=True,
        )
        self._started.append(worker)
        return worker

    def end(self) -> None:
        """End those that are left."""
        for worker in self._started:
            if worker.poll() is None:
                os.kill(worker.pid, signal.SIGKILL)
            worker.wait()


@pytest.fixture
def workers(bank: Bank, database_environment: Environment) -> Iterator[Workers]:
    """Workers, ended after the test."""
    started = Workers(database_environment("huikuan_app"))
    yield started
    started.end()


def test_job_and_its_fact_are_put_in_together_or_not_at_all(bank: Bank) -> None:
    with pytest.raises(RuntimeError), bank_scope(bank.id):
        job_samples.touch.put(bank_id=bank.id, name="gone")
        raise RuntimeError
    assert _rows() == []
    with bank_scope(bank.id):
        number = job_samples.touch.put(bank_id=bank.id, name="kept")
    assert _rows() == [(number, "todo", 0, {"bank_id": bank.id, "name": "kept"})]
    assert jobs.jobs_unfinished([number, number + 1]) == {number}


def test_job_without_a_bank_or_with_more_than_ids_is_refused(bank: Bank) -> None:
    with pytest.raises(BankScopeMissingError), transaction.atomic():
        job_samples.touch.put(bank_id=bank.id, name="x")
    with pytest.raises(ValueError, match="ids only"), bank_scope(bank.id):
        job_samples.touch.put(bank_id=bank.id, name="Zhang San")
    assert _rows() == []


@pytest.mark.parametrize("name", ["touch", "a.b.c", "Kernel.touch"])
def test_job_is_named_by_its_package(name: str) -> None:
    with pytest.raises(ValueError, match=r"package\.what"):
        jobs.job(name)


def test_job_runs_in_its_bank_unless_it_works_in_pieces(bank: Bank) -> None:
    seen: list[int | None] = []

    def look(*, bank_id: int, **_ids: int | str) -> None:
        seen.append(bank_current())

    for in_pieces in (False, True):
        jobs.job_run("kernel.look", look, in_pieces=in_pieces, number=1, bank_id=bank.id, ids={})
    assert seen == [bank.id, None]


@pytest.mark.parametrize(
    ("error", "attempts", "again"),
    [
        (RuntimeError(), 0, True),
        (RuntimeError(), jobs.ATTEMPTS_MAX - 2, True),
        (RuntimeError(), jobs.ATTEMPTS_MAX - 1, False),
        (ConflictError("a person has to act"), 0, False),
    ],
)
def test_job_is_tried_again_unless_a_person_has_to_act(error: Exception, attempts: int, again: bool) -> None:
    job = QueuedJob(id=1, queue="default", lock=None, queueing_lock=None, task_name="kernel.look", attempts=attempts)
    assert (jobs._Retry().get_retry_decision(exception=error, job=job) is not None) == again


@pytest.mark.xdist_group("worker")
def test_worker_does_a_job_and_health_tells_that_it_lives(bank: Bank, workers: Workers, tmp_path: Path) -> None:
    assert not jobs.worker_is_alive()
    with bank_scope(bank.id):
        job_samples.touch.put(bank_id=bank.id, name="branch-of-job")
    workers.start()
    _wait(lambda: _rows() == [])
    with bank_scope(bank.id):
        assert Institution.objects.filter(bank_id=bank.id, code="branch-of-job").exists()
    assert jobs.worker_is_alive()


@pytest.mark.xdist_group("worker")
def test_job_of_a_killed_worker_is_done_by_the_next(bank: Bank, workers: Workers) -> None:
    with bank_scope(bank.id):
        number = job_samples.slow.put(bank_id=bank.id, name="slow-branch")
    killed = workers.start()
    _wait(lambda: _rows()[0][1] == "doing")
    with bank_scope(bank.id):
        _wait(lambda: Institution.objects.filter(bank_id=bank.id, code="slow-branch").exists())
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert [row[:2] for row in _rows()] == [(number, "doing")]
    time.sleep(HEARTBEAT * 4)
    workers.start()
    _wait(lambda: _rows() == [])
    with bank_scope(bank.id):
        assert Institution.objects.filter(bank_id=bank.id, code="slow-branch-done").exists()


def test_job_that_kills_its_worker_each_time_is_given_up(bank: Bank) -> None:
    with bank_scope(bank.id):
        number = job_samples.touch.put(bank_id=bank.id, name="x")
    for attempts, status in ((jobs.ATTEMPTS_MAX - 2, "todo"), (jobs.ATTEMPTS_MAX - 1, "failed")):
        with connection.cursor() as cursor:
            cursor.execute("update procrastinate_jobs set status = 'doing', attempts = %s", [attempts])
        with app.replace_connector(app.connector):
            assert asyncio.run(jobs.stalled_retry()) == 1
        assert [row[:2] for row in _rows()] == [(number, status)]
    assert jobs.jobs_unfinished([number]) == frozenset()
