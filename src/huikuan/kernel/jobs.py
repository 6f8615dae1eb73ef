"""Work that leaves a request: jobs, kept in PostgreSQL by procrastinate and done by `huikuan worker`.

A package declares its jobs in its ``jobs.py``::

    @job("portfolio.export_write", in_pieces=True)
    def export_write(*, bank_id: int, export_id: str) -> None: ...

and a service puts one in, **in the transaction of its fact**: no fact without its job, no job without its fact::

    job_id = export_write.put(bank_id=bank_id, export_id=str(export_id))

A job carries ids only; what it needs it reads as of the moment it runs. Its bank is opened for it: ``job`` runs it in
one ``bank_scope``, or, with ``in_pieces``, leaves that to the job, which commits piece by piece and shows progress.
A job may run twice (its worker died after the last commit): every job starts by looking at what is done already.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from django.db import connection
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job as QueuedJob
from procrastinate.jobs import Status

from huikuan.kernel.errors import DomainError
from huikuan.kernel.tenancy import bank_required, bank_scope

logger = logging.getLogger("huikuan.jobs")

HEARTBEAT_SECONDS: Final = 10.0
STALLED_SECONDS: Final = 30.0
"""A worker that has not been heard of for so long is taken for dead; its jobs go to another one."""
ATTEMPTS_MAX: Final = 5
"""A job is tried so often; one that kills its worker each time must not do so for ever."""
KEEP_FAILED_HOURS: Final = 30 * 24
_ID: Final = re.compile(r"^[0-9A-Za-z._-]{1,64}$")
_NAME: Final = re.compile(r"^[a-z]+\.[a-z_]+$")


class JobFunction(Protocol):
    """What ``job`` decorates: keyword-only ids, the bank among them."""

    def __call__(self, *, bank_id: int, **ids: Any) -> None:
        """Do the work."""
        ...


class _Retry(BaseRetryStrategy):
    """Try again after 4, 8, 16 … seconds; an error that a person has to remove is not tried again."""

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        if isinstance(exception, DomainError) or job.attempts + 1 >= ATTEMPTS_MAX:
            return None
        return RetryDecision(retry_in={"seconds": 2 ** (job.attempts + 2)})


@dataclass(frozen=True, slots=True)
class Job:
    """A declared job."""

    name: str
    run: Callable[..., None]

    def put(self, *, bank_id: int, lock: str | None = None, **ids: int | str) -> int:
        """Put a job in, in the transaction of the open ``bank_scope``; return its number.

        Jobs with the same ``lock`` run one after the other, in order. Raises ValueError for anything that is not an id.
        """
        bank_required(bank_id, f"Putting in the job {self.name}")
        for key, value in ids.items():
            if not isinstance(value, int) and not _ID.fullmatch(value):
                raise ValueError(f"{key} of the job {self.name} is not an id; jobs carry ids only.")
        return app.configure_task(self.name, lock=lock).defer(bank_id=bank_id, **ids)


def job(name: str, *, in_pieces: bool = False) -> Callable[[Callable[..., None]], Job]:
    """Declare a job ``package.what``. ``in_pieces``: the job opens ``bank_scope`` itself, once a piece."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not of the form package.what.")

    def declare(function: Callable[..., None]) -> Job:
        def run(context: JobContext, /, *, bank_id: int, **ids: int | str) -> None:
            job_run(name, function, in_pieces=in_pieces, number=context.job.id or 0, bank_id=bank_id, ids=ids)

        app.task(name=name, retry=_Retry(), pass_context=True)(run)
        return Job(name, function)

    return declare


def job_run(
    name: str, function: Callable[..., None], *, in_pieces: bool, number: int, bank_id: int, ids: dict[str, int | str]
) -> None:
    """Do a job for its bank and log begin, end and seconds; errors go on to the queue, which decides on a retry."""
    began = time.monotonic()
    logger.info("job %d %s of bank %d begins", number, name, bank_id)
    try:
        if in_pieces:
            function(bank_id=bank_id, **ids)
        else:
            with bank_scope(bank_id):
                function(bank_id=bank_id, **ids)
    except DomainError as error:
        logger.warning("job %d %s of bank %d: %s: %s", number, name, bank_id, error.code, error)
        raise
    logger.info("job %d %s of bank %d is done after %.1f s", number, name, bank_id, time.monotonic() - began)


def jobs_unfinished(numbers: list[int]) -> frozenset[int]:
    """Return which of these jobs are waiting or being worked on (by a worker that lives, as far as is known)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from procrastinate_jobs where id = any(%s) and status in ('todo', 'doing')", [numbers]
        )
        return frozenset(row[0] for row in cursor.fetchall())


def worker_is_alive(at: datetime | None = None) -> bool:
    """Tell whether a worker has been heard of within STALLED_SECONDS."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select 1 from procrastinate_workers where last_heartbeat > %s)",
            [(at or datetime.now(UTC)) - timedelta(seconds=STALLED_SECONDS)],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def periodic(name: str, cron: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Let the workers run a function on a schedule (cron in UTC; a sixth field counts seconds), one at a time."""

    def declare(function: Callable[[], None]) -> Callable[[], None]:
        def run(timestamp: int) -> None:  # noqa: ARG001  the schedule tells its moment
            function()

        app.periodic(cron=cron)(app.task(name=name, lock=name, queueing_lock=name)(run))
        return function

    return declare


async def stalled_retry(stalled_seconds: float = STALLED_SECONDS) -> int:
    """Give the jobs of dead workers back to the queue; return how many. One tried ATTEMPTS_MAX times has failed."""
    manager = app.job_manager
    found = list(await manager.get_stalled_jobs(seconds_since_heartbeat=stalled_seconds))
    for stalled in found:
        if stalled.attempts + 1 >= ATTEMPTS_MAX:
            logger.error(
                "job %s %s has lost its worker %d times: given up", stalled.id, stalled.task_name, ATTEMPTS_MAX
            )
            await manager.finish_job(stalled, Status.FAILED, delete_job=False)
        else:
            logger.warning("job %s %s has lost its worker: it is tried again", stalled.id, stalled.task_name)
            await manager.retry_job(stalled)
    return len(found)


@app.periodic(cron="* * * * * */15")
@app.task(name="kernel.stalled_retry", queueing_lock="kernel.stalled_retry")
async def stalled_retry_periodic(timestamp: int) -> None:  # noqa: ARG001  the schedule tells its moment
    """Every 15 seconds."""
    await app.job_manager.prune_stalled_workers(STALLED_SECONDS)
    await stalled_retry()


@app.periodic(cron="17 3 * * *")
@app.task(name="kernel.jobs_clean", queueing_lock="kernel.jobs_clean")
async def jobs_clean_periodic(timestamp: int) -> None:  # noqa: ARG001  the schedule tells its moment
    """Every night: forget failed jobs after KEEP_FAILED_HOURS; done ones are deleted at once."""
    await app.job_manager.delete_old_jobs(KEEP_FAILED_HOURS, include_failed=True, include_cancelled=True)
