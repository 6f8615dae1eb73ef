"""`huikuan demo`: everything on one machine, with the sample bank.

The order: lock the folder, check the port, start PostgreSQL, migrate, load the sample bank, run the nights, serve. What
is done already is found in the database (migrations, run ledger), never in a marker, so that a start that was killed
half-way is simply continued by the next one.
"""

import json
import os
import secrets
import shlex
import sys
from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from huikuan.runtime.console import Console
from huikuan.runtime.errors import HomeBusy, NotReady, log_tail
from huikuan.runtime.home import ROLE_APP, ROLE_OWNER, Home, HomeLock
from huikuan.runtime.postgres import Server, cluster_locate
from huikuan.runtime.prepare import EXIT_TABLES_OLD, LOG_INS_FILE
from huikuan.runtime.supervisor import Service, StopRequested, Supervisor
from huikuan.runtime.web import READY_SECONDS_MAX, address, answers, granian_command, port_check
from huikuan.runtime.worker import worker_start


@dataclass(frozen=True)
class DemoOptions:
    """What to show: the sample bank or empty tables; its nights from `since` to `until`, `None` for the usual."""

    sample: bool = True
    since: date | None = None
    until: date | None = None
    pages_command: str = ""  # builds the pages meanwhile; a wheel brings them


def demo_run(path: Path, host: str, port: int, options: DemoOptions) -> None:
    """Start everything in the home `path`, serve until a signal comes, then stop everything.

    Raises `RuntimeProblem` with what to do; whatever was started is stopped before it leaves here.
    """
    console = Console()
    home = Home.at(path)
    lock = HomeLock(home)
    if not lock.acquire():
        facts = lock.noted()
        raise HomeBusy(home.path, str(facts.get("address", "")), facts.get("pid", "unknown"))
    try:
        port_check(host, port)
        lock.note(pid=os.getpid(), address=address(host, port))
        with Supervisor() as supervisor:
            try:
                Demo(home, options, supervisor, console).serve(host, port)
            except StopRequested:
                pass
            console.say("\n  Stopping ...")
        console.say("  Stopped.")
    finally:
        lock.release()


class Demo:
    """One start of the demonstration."""

    def __init__(self, home: Home, options: DemoOptions, supervisor: Supervisor, console: Console) -> None:
        self._home = home
        self._options = options
        self._supervisor = supervisor
        self._console = console
        self._server = Server(cluster_locate(home))

    def serve(self, host: str, port: int) -> None:
        """Run all steps, start worker and web server, print where it is, stay."""
        console = self._console
        console.say(f"Huikuan 回款 · data in {self._home.path}")
        pages = self._pages_begin()
        with console.step("PostgreSQL"):
            self._supervisor.database_start(self._server)
        self._database_prepare()
        if pages is not None:
            with console.step("Pages (built meanwhile)"):
                self._supervisor.step_finish(pages)
        run_id = secrets.token_hex(8)
        with console.step("Worker and web server"):
            worker_start(self._supervisor, self._environment(ROLE_APP), self._home.log / "worker.log")
            self._web_start(host, port, run_id)
        console.say(f"\n  Ready after {console.seconds:.1f} s: {address(host, port)}")
        if self._options.sample:
            self._log_ins_print()
        console.say("\n  Ctrl-C stops everything.")
        self._supervisor.watch()

    def _pages_begin(self) -> Service | None:
        """Begin to build the pages beside the work on the database, if there is a command for it."""
        if not self._options.pages_command:
            return None
        command = [sys.executable, "-m", "huikuan.runtime.leash", *shlex.split(self._options.pages_command)]
        return self._supervisor.step_begin("Pages", command, os.environ, self._home.log / "pages.log")

    def _database_prepare(self) -> None:
        """Migrate if need be, then bring the sample bank up to its last night.

        Whether tables are old is found by the process that prepares: a second start saves one process of a second.
        """
        if self._server.is_empty():
            self._migrate()
        if self._prepare() == EXIT_TABLES_OLD:
            self._migrate()
            self._prepare()

    def _migrate(self) -> None:
        self._step("Database tables", "migrate", role=ROLE_OWNER)

    def _prepare(self) -> int:
        accepted = (0, EXIT_TABLES_OLD)
        if not self._options.sample:
            return self._step("Look at the tables", "demo-prepare", "--no-sample", accepted=accepted)
        days = {"--since": self._options.since, "--until": self._options.until}
        given = [word for name, day in days.items() if day for word in (name, day.isoformat())]
        return self._step("Sample bank and its nights", "demo-prepare", *given, talks=True, accepted=accepted)

    def _log_ins_print(self) -> None:
        rows = json.loads((self._home.run / LOG_INS_FILE).read_text())
        self._console.say("\n  Log-ins, one per role (made for this folder only):\n")
        self._console.table(("角色", "role", "user", "password"), rows)
        self._console.say("\n  The same passwords open the invented bank 柳溪农商行: liuxi.<role> for sample.<role>.")

    def _environment(self, role: str) -> dict[str, str]:
        return child_environment(self._home.environment(role, self._server.cluster.socket_folder))

    def _step(
        self, name: str, *arguments: str, role: str = ROLE_APP, talks: bool = False, accepted: Container[int] = (0,)
    ) -> int:
        log = self._home.log / f"{arguments[0]}.log"
        with self._console.step(name, talks=talks):
            return self._supervisor.step_run(
                name,
                [sys.executable, "-m", "huikuan", *arguments],
                self._environment(role),
                log,
                quiet=not talks,
                accepted=accepted,
            )

    def _web_start(self, host: str, port: int, run_id: str) -> None:
        log = self._home.log / "web.log"
        environment = {**self._environment(ROLE_APP), "HUIKUAN_RUN_ID": run_id}
        self._supervisor.service_start("The web server", granian_command(host, port), environment, log)
        if not self._supervisor.wait_ready(lambda: answers(host, port, run_id), READY_SECONDS_MAX):
            raise NotReady(address(host, port), log, log_tail(log))


def child_environment(own: dict[str, str]) -> dict[str, str]:
    """Return this process's environment with all settings of Huikuan replaced by `own`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HUIKUAN_", "GRANIAN_", "PG"))
        and name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    return {**kept, **own}
