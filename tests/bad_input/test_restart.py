"""A PostgreSQL that is really stopped and started again in the middle of a night, on a cluster of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import pytest

from huikuan.runtime.home import DATABASE_NAME, ROLE_APP, ROLE_OWNER, Home, HomeLock
from huikuan.runtime.postgres import Server, cluster_locate
from tests.bad_input.trouble import RESTART
from tests.boot import ROOT, TEST_SETTINGS

pytestmark = [pytest.mark.soak, pytest.mark.xdist_group("trouble")]


@pytest.fixture
def server() -> Iterator[Server]:
    """A server whose database is migrated; its files are gone afterwards."""
    (ROOT / ".data").mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="restart-", dir=ROOT / ".data") as folder:
        Path(folder).chmod(0o711)  # so that the account of PostgreSQL can enter
        home = Home.at(Path(folder))
        lock = HomeLock(home)
        assert lock.acquire()
        made = Server(cluster_locate(home))
        made.start(TEST_SETTINGS)
        try:
            command = [sys.executable, "-m", "django", "migrate", "--no-input", "--skip-checks", "--verbosity=0"]
            subprocess.run(command, env=_environment(made, ROLE_OWNER), cwd=ROOT, check=True)
            yield made
        finally:
            made.stop()
            lock.release()


def _environment(server: Server, role: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("HUIKUAN_")}
    return {**own, **server.cluster.home.environment(role, server.cluster.socket_folder, DATABASE_NAME)}


@pytest.mark.parametrize("while_away", [False, True], ids=["back at once", "still away"])
def test_database_restarted_in_the_middle_of_a_night(server: Server, tmp_path: Path, *, while_away: bool) -> None:
    """The night goes on when the server is there again, or while it is still away."""
    night = subprocess.Popen(
        [sys.executable, "-m", "tests.bad_input.restarted", str(tmp_path)],
        env=_environment(server, ROLE_APP), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with night:
        assert night.stdin is not None and night.stdout is not None
        assert _said(night.stdout) == "stop"
        server.stop()
        if not while_away:
            server.start(TEST_SETTINGS)
        _go(night.stdin)
        error = json.loads(_said(night.stdout))
        assert (error["code"], error["message"]) == ("nightly.connection_lost", RESTART.says)
        if while_away:
            server.start(TEST_SETTINGS)
        _go(night.stdin)
        assert json.loads(_said(night.stdout)) == {"state": "failed", "resumed": True, "same": True}
    assert night.returncode == 0


def _said(stream: IO[str]) -> str:
    return stream.readline().strip()


def _go(stream: IO[str]) -> None:
    stream.write("\n")
    stream.flush()
