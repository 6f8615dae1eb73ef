"""The command of the worker."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(pretty_exceptions_enable=False)


@app.command("worker")
def worker_command(
    concurrency: Annotated[int, typer.Option("--concurrency", min=1, max=16, help="Jobs at once.")] = 2,
    heartbeat: Annotated[float, typer.Option("--heartbeat", min=0.1, max=10.0, hidden=True)] = 10.0,
) -> None:
    """Do jobs (exports, nights that were started from the page) until the process is told to stop.

    `huikuan demo` and `huikuan serve` start one themselves. More of them may run beside each other on any machine that
    reaches the database and the home folder.
    """
    from huikuan.kernel.worker import worker_run

    worker_run(concurrency=concurrency, heartbeat_seconds=heartbeat)
