"""The ground of every test: a real PostgreSQL, migrated once, cloned for each worker (`-p tests.boot`).

- One cluster per run, in `.data/test`; a second run at the same time takes `.data/test-2` and so on.
- The template database is migrated as `huikuan_owner` and kept between runs; its name is a hash of the migrations, the
  lock file and the rights of the roles. Each worker works in a clone of it, as `huikuan_app`, like the product.
- A test that commits (`transaction=True`) gets a fresh clone afterwards: the application's role cannot flush tables.
- Without pytest-xdist the server starts only when a test asks for the database.
"""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from psycopg import sql

from huikuan.runtime.home import ROLE_APP, ROLE_OWNER, ROLE_SUPERUSER, Home, HomeLock
from huikuan.runtime.postgres import Server, cluster_locate
from huikuan.runtime.roles import GRANTS, database_ensure, grants_ensure

if TYPE_CHECKING:
    import psycopg

ROOT = Path(__file__).resolve().parent.parent
SLOTS_MAX = 6
KEPT_VARIABLES = {"HUIKUAN_REAL_DATA", "HUIKUAN_CHROMIUM"}
TEST_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "120",
}


class Ground:
    """The test cluster of this run. Workers of pytest-xdist share the one that the controller started."""

    def __init__(self, home: Home, lock: HomeLock | None) -> None:
        self.home = home
        self.database = f"t_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        self.template = f"template_{_template_key()}"
        self.server = Server(cluster_locate(home))
        self._lock = lock
        self._started = lock is None

    def environment(self, role: str, database: str) -> dict[str, str]:
        """Return the variables that make `huikuan.settings` use a database of the test cluster."""
        return self.home.environment(role, self.server.cluster.socket_folder, database)

    def superuser(self) -> "psycopg.Connection[Any]":
        """Open a connection as the superuser, for work on whole databases."""
        return self.server.connect(ROLE_SUPERUSER, "postgres")

    def start(self) -> None:
        """Start the server and make the template, unless that is done."""
        if self._started:
            return
        self._started = True
        self.server.start(TEST_SETTINGS)
        with self.superuser() as connection:
            names = {row[0] for row in connection.execute("select datname from pg_database")}
            if self.template in names:
                return
            for name in names:
                if str(name).startswith(("template_", "t_", "making")):
                    connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(str(name))))
            database_ensure(connection, "making")
        with self.server.connect(ROLE_SUPERUSER, "making") as connection:
            grants_ensure(connection)
        self._migrate("making")
        with self.superuser() as connection:
            connection.execute(sql.SQL("alter database making rename to {}").format(sql.Identifier(self.template)))

    def clone(self) -> None:
        """Give this worker a fresh clone of the template; whoever is connected to the old one is thrown out."""
        name = sql.Identifier(self.database)
        with self.superuser() as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))
            connection.execute(
                sql.SQL("create database {} template {} owner {} strategy file_copy").format(
                    name, sql.Identifier(self.template), sql.Identifier(ROLE_OWNER)
                )
            )

    def stop(self) -> None:
        """Stop the server if this process started it."""
        if self._lock is not None:
            self.server.stop()
            self._lock.release()

    def _migrate(self, database: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "django", "migrate", "--no-input", "--skip-checks", "--verbosity=0"],
            env={**os.environ, **self.environment(ROLE_OWNER, database)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            pytest.exit(f"migrating the test template failed:\n{done.stderr[-4000:]}", 3)


def _template_key() -> str:
    digest = hashlib.sha256(repr(GRANTS).encode())
    migrations = sorted((ROOT / "src/huikuan").glob("*/migrations/*.py"))
    for file in [ROOT / "uv.lock", ROOT / "src/huikuan/kernel/rls.py", *migrations]:
        if file.exists():
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _claim_home() -> tuple[Home, HomeLock]:
    """Take the first free test home; wait when all are taken."""
    told = False
    while True:
        for slot in range(1, SLOTS_MAX + 1):
            home = Home.at(ROOT / ".data" / ("test" if slot == 1 else f"test-{slot}"))
            lock = HomeLock(home)
            if lock.acquire():
                lock.note(pid=os.getpid())
                return home, lock
        if not told:
            print(f"{SLOTS_MAX} test runs are under way in this folder: waiting for one to end.")
            told = True
        time.sleep(1)


GROUND: Ground | None = None


def ground() -> Ground:
    """Return the test cluster of this run."""
    assert GROUND is not None, "the plugin tests.boot is not loaded (pyproject.toml, addopts)"
    return GROUND


def database_ready() -> None:
    """Start the server if need be and clone the template for this worker."""
    ground().start()
    ground().clone()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """Set the environment before pytest-django imports the settings; a wrapper runs before all plain hooks."""
    global GROUND  # noqa: PLW0603  the plugin is the one place that holds this
    inherited = os.environ.get("HUIKUAN_HOME", "")
    for name in [name for name in os.environ if name.startswith("HUIKUAN_") and name not in KEPT_VARIABLES]:
        del os.environ[name]
    os.environ.pop("DATABASE_URL", None)
    if "PYTEST_XDIST_WORKER" in os.environ:
        GROUND = Ground(Home.at(Path(inherited)), None)
    else:
        GROUND = Ground(*_claim_home())
    os.environ.update(GROUND.environment(ROLE_APP, GROUND.database))
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """With workers, start the server once, here in the controller."""
    if getattr(config.option, "numprocesses", None) and "PYTEST_XDIST_WORKER" not in os.environ:
        ground().start()


def pytest_unconfigure() -> None:
    """Stop what this run started."""
    if GROUND is not None:
        GROUND.stop()
