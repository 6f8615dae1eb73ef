"""The part of a demonstration's start that works on the database: two banks, their log-ins, their nights.

It runs as a process of its own with the application's role (`huikuan demo-prepare`), and starts another one for the
nights of the invented bank Liuxi, which so run beside those of the sample bank. Each step looks into the database
for what is done, so it may be killed anywhere and repeated.
"""

import json
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huikuan.runtime.home import write_private

if TYPE_CHECKING:
    from huikuan.nightly.cycle import NightResult
    from huikuan.nightly.facts import StageName

app = typer.Typer()
LOG_INS_FILE = "log-ins.json"
BESIDE_LOG = "demo-prepare-liuxi.log"
EXIT_TABLES_OLD = 3
NIGHTS_SINCE = date(2018, 5, 31)  # a whole month for roll rates; all 92 days would more than double the first start
_LINE_SECONDS = 5.0


@app.command("demo-prepare", hidden=True)
def demo_prepare(
    *,
    sample: Annotated[bool, typer.Option("--sample/--no-sample")] = True,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    beside: Annotated[int, typer.Option("--beside", help="Only so many nights of the invented bank.")] = 0,
) -> None:
    """Set up what `huikuan demo` shows: the sample bank and an invented one, one log-in per role, all their nights.

    Ends with code `EXIT_TABLES_OLD` when `huikuan migrate` must run first. `--no-sample` stops after that look.
    """
    from django.conf import settings
    from django.db import connections
    from django.utils import timezone

    from huikuan.kernel.facts import Who
    from huikuan.kernel.selectors.users import bank_by_id, user_list
    from huikuan.kernel.services.demo_users import demo_users_ensure
    from huikuan.sample.services.bank import sample_bank_ensure
    from huikuan.sample.services.liuxi import liuxi_bank_ensure

    if _tables_are_old():
        raise typer.Exit(EXIT_TABLES_OLD)
    if not sample:
        return
    home: Path = settings.HOME
    by, now = Who.program("demo"), timezone.now()
    bank_id = sample_bank_ensure(by=by, at=now)
    second_id = liuxi_bank_ensure(by=by, at=now)
    if beside:
        _nights_invented(home, second_id, beside)
        return

    def log_ins() -> None:
        try:
            for each in (bank_id, second_id):
                code = bank_by_id(each).code
                file = home / "keys" / f"demo-logins-{code}.json"
                if each == second_id and not file.exists() and not user_list(bank_id=each, on=now.date()):
                    shutil.copy(home / "keys" / f"demo-logins-{bank_by_id(bank_id).code}.json", file)
                made = demo_users_ensure(bank_id=each, bank_code=code, file=file, by=by, at=now)
                if each == bank_id:
                    rows = [[login.role_zh, login.role, login.username, login.password] for login in made]
                    write_private(home / "run" / LOG_INS_FILE, json.dumps(rows))
        finally:
            connections.close_all()

    first_on, last_on = since.date() if since else NIGHTS_SINCE, until.date() if until else date.max
    second = _beside_begin(home, _nights_number(first_on, last_on))
    with ThreadPoolExecutor(max_workers=1) as other:  # hashing thirty passwords takes seconds of a second processor
        made = other.submit(log_ins)
        _nights(home, bank_id, first_on, last_on)
        made.result()
    if second.wait() != 0:
        log = home / "log" / BESIDE_LOG
        raise RuntimeError(f"The nights of the invented bank failed. What they said is in {log}.")


def _nights_number(since: date, until: date) -> int:
    """Return how many nights of the sample bank lie between two days: the invented bank runs as many."""
    from huikuan.sample.facts import FIRST_DELIVERY_ON, SNAPSHOT_ON

    last_on = max(FIRST_DELIVERY_ON, min(until, SNAPSHOT_ON))
    return (last_on - max(FIRST_DELIVERY_ON, min(since, last_on))).days + 1


def _beside_begin(home: Path, nights: int) -> "subprocess.Popen[bytes]":
    """Start the nights of the invented bank in a process that ends with this one."""
    from huikuan.runtime.process import child_setup

    with (home / "log" / BESIDE_LOG).open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "huikuan", "demo-prepare", "--beside", str(nights)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=child_setup(),  # noqa: PLW1509 - no thread runs yet
        )


def _nights_invented(home: Path, bank_id: int, nights: int) -> None:
    """Put the mapping of the invented bank in its place, write its extracts and run its nights that are missing."""
    from huikuan.kernel.tenancy import bank_scope
    from huikuan.nightly.selectors.runs import run_latest
    from huikuan.sample.liuxi.book import BANK_CODE, FIRST_ON, LAST_ON

    last_on = min(LAST_ON, FIRST_ON + timedelta(days=nights - 1))
    with bank_scope(bank_id):
        latest = run_latest(bank_id=bank_id)
    if latest is not None and latest.business_date >= last_on and latest.state == "done":
        return
    from huikuan.nightly.cycle import nights_run  # heavy, and not needed by a second start
    from huikuan.nightly.opening import NightPlaces
    from huikuan.nightly.selectors.bank import bank_fact
    from huikuan.sample.liuxi.extract import liuxi_deliver, mapping_install

    mapping_install(home / "mappings" / BANK_CODE)
    liuxi_deliver(home / "inbox", to_on=last_on)
    nights_run(bank_fact(bank_id), last_on, NightPlaces.of(home), NightCounter())


def _tables_are_old() -> bool:
    """Tell whether a migration is not applied yet; the role of the application may look, not apply."""
    from django.db import ProgrammingError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except ProgrammingError:  # not even the table of migrations may be read: the first start was cut short
        return True
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _nights(home: Path, bank_id: int, since: date, until: date) -> None:
    """Deliver and run the nights up to `until` that the ledger lacks; an empty book begins on `since`."""
    from huikuan.kernel.tenancy import bank_scope
    from huikuan.nightly.selectors.runs import run_latest
    from huikuan.sample.facts import FIRST_DELIVERY_ON, SNAPSHOT_ON

    last_on = max(FIRST_DELIVERY_ON, min(until, SNAPSHOT_ON))
    first_on = max(FIRST_DELIVERY_ON, min(since, last_on))
    with bank_scope(bank_id):
        latest = run_latest(bank_id=bank_id)
    if latest is not None and latest.business_date >= last_on and latest.state == "done":
        return
    from huikuan.nightly.cycle import nights_run  # heavy, and not needed by a second start
    from huikuan.nightly.opening import NightPlaces
    from huikuan.nightly.selectors.bank import bank_fact
    from huikuan.sample.deliver import sample_deliver

    counter = Counter("delivery", (last_on - first_on).days + 1)
    sample_deliver(home / "inbox", first_on, last_on, progress=counter.step)
    nights_run(bank_fact(bank_id), last_on, NightPlaces.of(home), NightCounter())


class Counter:
    """Shows how far a series of days is, its rate and the time left: one line that moves, or a line now and then."""

    def __init__(self, name: str, of: int) -> None:
        self._name, self._of, self._number = name, of, 0
        self._began = time.monotonic()
        self._shown = 0.0

    def step(self, day: date) -> None:
        """One more day is done."""
        self._number += 1
        self.show(day, self._number, self._of)

    def show(self, day: date, number: int, of: int) -> None:
        """Show that `number` days `of` all are done."""
        now = time.monotonic()
        last = number == of
        if not last and now - self._shown < (0.1 if sys.stdout.isatty() else _LINE_SECONDS):
            return
        self._shown = now
        each = (now - self._began) / number
        text = f"    {self._name} {number} of {of} · {day} · {each:.2f} s each · {each * (of - number):.0f} s left"
        if sys.stdout.isatty():
            print(f"\r{text}\x1b[K", end="\n" if last else "", flush=True)
        else:
            print(text, flush=True)


class NightCounter:
    """Shows the nights of a catch-up."""

    def __init__(self) -> None:
        self._counter = Counter("night", 0)
        self._number = self._of = 0

    def night_begins(self, _business_date: date, number: int, of: int) -> None:
        """Remember which night of how many runs."""
        self._number, self._of = number, of

    def stage_begins(self, _business_date: date, _stage: "StageName") -> None:
        """Stages are too short to be shown."""

    def night_ends(self, result: "NightResult") -> None:
        """Show the night that ended."""
        self._counter.show(result.business_date, self._number, self._of)
