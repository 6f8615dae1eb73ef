"""Commands of the simulator."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from huikuan.kernel.commands.common import operator
from huikuan.lab.calibrate.commands import calibrate_command, report_command
from huikuan.lab.live_cli import contact_command, live_command

app = typer.Typer(pretty_exceptions_enable=False)
lab_app = typer.Typer(
    pretty_exceptions_enable=False, no_args_is_help=True, help="The simulator: a rural bank to practise on."
)
app.add_typer(lab_app, name="lab")
lab_app.command("calibrate")(calibrate_command)
lab_app.command("report")(report_command)
lab_app.command("live")(live_command)
lab_app.command("contact")(contact_command)

_DAY = ["%Y-%m-%d"]
_START = datetime(2024, 11, 1)  # noqa: DTZ001 - a day


@lab_app.command("create")
def create_command(
    borrowers: Annotated[int, typer.Option(help="How many borrowers.")] = 20_000,
    months: Annotated[int, typer.Option(help="How many months of deliveries.")] = 24,
    seed: Annotated[int, typer.Option(help="The same seed gives the same history.")] = 1,
    start: Annotated[
        datetime, typer.Option("--from", formats=_DAY, help="First delivery, the first of a month.")
    ] = _START,
    out: Annotated[Path | None, typer.Option(help="Folder for files only; no bank is set up.")] = None,
    parameters: Annotated[Path | None, typer.Option(help="Another parameter file than the one shipped.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes; they change nothing but the time.")] = 1,
) -> None:
    """Simulate a bank: write its deliveries day by day, and apart from them the truth, which the product never reads.

    Without --out the bank is set up in this installation and its deliveries go to the inbox.
    """
    from huikuan.lab.create import Order, bank_files_create
    from huikuan.lab.parameters import PARAMETERS, parameters_load
    from huikuan.lab.places import BANK_CODE

    try:
        order = Order(seed=seed, borrowers=borrowers, months=months, start=start.date())
        given = parameters_load(parameters or PARAMETERS)
    except (ValueError, OSError) as problem:
        raise typer.BadParameter(str(problem)) from problem
    if out is None:
        from huikuan.lab.services.bank import simulated_bank_ensure

        simulated_bank_ensure(by=operator(), at=timezone.now())
    base = out or settings.HOME / "lab" / BANK_CODE
    inbox = base / "inbox" if out else settings.HOME / "inbox"
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=of)
            bars.update(tasks[what], completed=done)

        bank_files_create(
            order,
            given,
            inbox=inbox,
            truth=base / "truth",
            journal=base / "journal",
            workers=min(workers, os.cpu_count() or 1),
            progress=progress,
        )
    typer.echo(f"Bank {BANK_CODE}: deliveries in {inbox / BANK_CODE}, the truth in {base / 'truth'}.")
    if out is None:
        last = order.spans()[-1].last
        from huikuan.lab.rules.days import date_of

        typer.echo(f"Next: huikuan nightly --bank {BANK_CODE} --date {date_of(last)}")
