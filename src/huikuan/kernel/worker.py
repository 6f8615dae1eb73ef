"""The worker: one process that does jobs of all banks, several at once, each in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from huikuan.kernel.jobs import HEARTBEAT_SECONDS, STALLED_SECONDS, stalled_retry

logger = logging.getLogger("huikuan.jobs")

STOP_SECONDS: Final = 3.0
_BEATS_MISSED_MAX: Final = STALLED_SECONDS / HEARTBEAT_SECONDS


def worker_run(*, concurrency: int, heartbeat_seconds: float = HEARTBEAT_SECONDS) -> None:
    """Work until SIGTERM or SIGINT. Jobs that do not end within STOP_SECONDS are left to whoever starts next."""
    with app.replace_connector(DjangoConnector().get_worker_connector()):
        asyncio.run(_work(concurrency, heartbeat_seconds))


async def _work(concurrency: int, heartbeat_seconds: float) -> None:
    stalled_seconds = heartbeat_seconds * _BEATS_MISSED_MAX
    async with app.open_async():
        await app.job_manager.prune_stalled_workers(stalled_seconds)
        await stalled_retry(stalled_seconds)
        logger.info("The worker is ready: %d jobs at once.", concurrency)
        await app.run_worker_async(
            concurrency=concurrency,
            delete_jobs="successful",
            shutdown_graceful_timeout=STOP_SECONDS,
            update_heartbeat_interval=heartbeat_seconds,
            stalled_worker_timeout=stalled_seconds,
        )
