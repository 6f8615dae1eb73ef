"""The worker as a service: it does the jobs that requests leave behind (`huikuan.kernel.jobs`)."""

import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from huikuan.runtime.supervisor import Supervisor

CONCURRENCY = 2  # a night and an export at once


def worker_command(concurrency: int = CONCURRENCY) -> Sequence[str]:
    """Return the command line of the worker."""
    return (sys.executable, "-m", "huikuan", "worker", "--concurrency", str(concurrency))


def worker_start(
    supervisor: Supervisor, environment: Mapping[str, str], log: Path, concurrency: int = CONCURRENCY
) -> None:
    """Start the worker. Services stop in reverse order of their start and before PostgreSQL.

    A worker that has lost its database hears no SIGTERM any more: when the supervisor is killed it is killed too.
    """
    mine = {**environment, "HUIKUAN_DB_POOL": "0"}  # a connection for each thread, as commands have it
    supervisor.service_start("The worker", worker_command(concurrency), mine, log, orphan_signal=signal.SIGKILL)
