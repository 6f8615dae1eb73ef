"""Commands that play the simulated bank in accelerated time and contact its borrowers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from django.conf import settings
from django.utils import timezone

from huikuan.kernel.commands.common import operator
from huikuan.kernel.errors import ConflictError, InputInvalidError
from huikuan.kernel.lines import simulated_require
from huikuan.kernel.selectors.users import bank_by_code
from huikuan.lab.places import BANK_CODE

if TYPE_CHECKING:
    from huikuan.lab.live import LiveOrder

_DAY: Final = ["%Y-%m-%d"]
_TEN: Final = datetime(1900, 1, 1, 10)  # noqa: DTZ001 - a time of the day
_LOOK_SECONDS: Final = 0.1

BankOption = Annotated[str, typer.Option("--bank", help="Code of the simulated bank.")]
FolderOption = Annotated[Path | None, typer.Option("--folder", help="What is kept of it (default: in the home).")]


class NobodyAnswersError(ConflictError):
    """A contact was written down, and no process lives the bank."""

    code = "lab.nobody_answers"

    def __init__(self, folder: Path, seconds: int) -> None:
        super().__init__(
            f"Nothing answered within {seconds} seconds. Is `huikuan lab live` running on {folder}? "
            "The contact waits there and is made at its next start."
        )


def live_command(
    bank: BankOption = BANK_CODE,
    seed: Annotated[int | None, typer.Option(help="At the first start, with --borrowers and --from.")] = None,
    borrowers: Annotated[int | None, typer.Option(help="At the first start: how many.")] = None,
    start: Annotated[
        datetime | None,
        typer.Option("--from", formats=_DAY, help="At the first start: first day, the first of a month."),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", formats=_DAY, help="Deliver the days up to this one at once.")
    ] = None,
    speed: Annotated[int, typer.Option(min=1, help="Times faster than life; 8640 is a day in ten seconds.")] = 8640,
    days: Annotated[int | None, typer.Option(min=0, help="End after so many days; without it, go on.")] = None,
    nights: Annotated[bool, typer.Option("--nights", help="Run the night of each day after its delivery.")] = False,
    inbox: Annotated[Path | None, typer.Option("--inbox", help="Inbox folder (default: inbox of the home).")] = None,
    folder: FolderOption = None,
    parameters: Annotated[
        Path | None, typer.Option(help="At the first start: another parameter file than the one shipped.")
    ] = None,
) -> None:
    """Play the simulated bank in accelerated time: new days arrive in the inbox, people pay or do not.

    It may be ended or killed at any moment; the next start goes on after the last delivery, with the same files as if
    it had never been away. `huikuan lab contact` contacts its borrowers meanwhile. At its end (of
    --days, or Ctrl-C) the truth of all days is written to the folder. After `huikuan lab create` give its
    seed, borrowers and first day, and its --parameters if it had any.
    """
    from huikuan.lab.contact_parameters import contact_shipped
    from huikuan.lab.live_loop import live_open, live_run
    from huikuan.lab.parameters import parameters_load

    order = _order(seed, borrowers, start)
    try:
        given = None if parameters is None else parameters_load(parameters)
    except (ValueError, OSError) as problem:
        raise typer.BadParameter(str(problem)) from problem
    _bank_ready(bank)
    to, kept = inbox or settings.HOME / "inbox", _folder(folder)
    with live_open(order, given, contact_shipped(), inbox=to, folder=kept) as live:
        typer.echo(f"Living {live.bank.order.borrowers:,} borrowers since {live.bank.order.start} …")
        live.catch_up(None if until is None else until.date())
        typer.echo(f"{live.bank.open_day} is open; contacts: huikuan lab contact --help")

        def after_day(day: date) -> None:
            if nights:
                _night(day, to)

        if nights and live.bank.day >= live.bank.order.start:
            _night(live.bank.day, to)
        try:
            live_run(live, speed=speed, days=days, told=typer.echo, after_day=after_day)
        finally:  # Ctrl-C too
            live.truth_tell()


def contact_command(
    party: Annotated[str, typer.Option(help="Borrower as in the feeds, for example P00000012.")],
    channel: Annotated[str, typer.Option(help="call, robot, sms, message, letter or visit.")] = "call",
    tone: Annotated[str, typer.Option(help="service, friendly, plain or stern.")] = "friendly",
    offer: Annotated[str, typer.Option(help="none, part, plan or relief.")] = "none",
    at: Annotated[datetime, typer.Option(formats=["%H:%M"], help="Time of the day that is open.")] = _TEN,
    wait: Annotated[int, typer.Option(min=1, help="Seconds to wait for the answer.")] = 60,
    folder: FolderOption = None,
) -> None:
    """Contact a borrower of the bank that `huikuan lab live` plays; print what becomes of it as JSON.

    Nothing leaves this machine: the borrower is a function of the simulator.
    """
    kept = _folder(folder)
    key = f"{time.time_ns()}-{os.getpid()}"
    asked, answered = kept / "asked" / f"{key}.json", kept / "answered" / f"{key}.json"
    asked.parent.mkdir(parents=True, exist_ok=True)
    contact = {"party": party, "channel": channel, "tone": tone, "offer": offer, "minute": at.hour * 60 + at.minute}
    part = asked.with_name(f".{asked.name}.part")
    part.write_text(json.dumps(contact), encoding="utf-8")
    part.replace(asked)
    ends = time.monotonic() + wait
    while not answered.exists():
        if time.monotonic() > ends:
            raise NobodyAnswersError(kept, wait)
        time.sleep(_LOOK_SECONDS)
    text = answered.read_text(encoding="utf-8")
    typer.echo(text.strip())
    if "error" in json.loads(text):
        raise typer.Exit(1)


def _order(seed: int | None, borrowers: int | None, start: datetime | None) -> LiveOrder | None:
    from huikuan.lab.live import LiveOrder

    if seed is None or borrowers is None or start is None:
        if (seed, borrowers, start) == (None, None, None):
            return None
        raise typer.BadParameter("--seed, --borrowers and --from belong together")
    order = LiveOrder(seed, borrowers, start.date())
    try:
        _ = order.order
    except ValueError as problem:
        raise typer.BadParameter(str(problem)) from problem
    return order


def _bank_ready(code: str) -> None:
    """Set the bank up unless it is there; refuse any other and every bank of real people."""
    from huikuan.lab.services.bank import simulated_bank_ensure

    if code != BANK_CODE:
        simulated_require(bank_id=bank_by_code(code).id)
        raise InputInvalidError("bank", code, f"{BANK_CODE}, the bank of the simulator")
    simulated_bank_ensure(by=operator(), at=timezone.now())


def _folder(given: Path | None) -> Path:
    return given or settings.HOME / "lab" / BANK_CODE / "live"


def _night(day: date, inbox: Path) -> None:
    """Run the nights up to a day as the installation does, in a process of their own."""
    command = [sys.executable, "-m", "huikuan", "nightly", "--bank", BANK_CODE, "--date", day.isoformat()]
    done = subprocess.run([*command, "--inbox", str(inbox)], check=False)
    if done.returncode != 0:
        typer.echo(f"The night of {day} did not end well; the bank goes on.", err=True)
