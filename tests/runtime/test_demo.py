"""Starts, stops and kills of `huikuan demo`, in a terminal, with real processes (without the sample bank)."""

import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from huikuan.runtime.process import processes_in, wait_until
from tests.runtime.world import Demo, free_port, processes_of

pytestmark = pytest.mark.xdist_group("demo")

Starter = Callable[..., Demo]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One home for all tests of this file; PostgreSQL's account must be able to enter it."""
    folder = Path(tempfile.mkdtemp(prefix="huikuan-demo-"))
    folder.chmod(0o711)
    yield folder / "home"
    shutil.rmtree(folder)


@pytest.fixture
def start(home: Path) -> Iterator[Starter]:
    """Return a function that starts a demonstration; all are ended after the test."""
    started: list[Demo] = []

    def starter(path: Path = home, port: int = 0, *arguments: str) -> Demo:
        started.append(Demo(path, port or free_port(), "--no-sample", *arguments))
        return started[-1]

    yield starter
    for demo in reversed(started):
        demo.close()


def test_demo_with_ctrl_c_stops_all_it_started_and_nothing_else(start: Starter, home: Path) -> None:
    other = os.spawnlp(os.P_NOWAIT, "sleep", "sleep", "60")
    demo = start()
    demo.ready()
    assert demo.health()["status"] == "ok"
    demo.ctrl_c()
    assert demo.end() == 0
    assert "Stopped." in demo.output
    assert processes_of(home) == []
    os.kill(other, signal.SIGKILL)  # still there to be killed
    assert os.waitstatus_to_exitcode(os.waitpid(other, 0)[1]) == -signal.SIGKILL


def test_demo_with_early_and_repeated_ctrl_c_ends_in_order(start: Starter, home: Path) -> None:
    demo = start()
    demo.wait_for(lambda: "PostgreSQL" in demo.output)
    for _ in range(3):
        demo.ctrl_c()
    assert demo.end() == 0
    assert processes_of(home) == []


@pytest.mark.parametrize("part", ["postgres", "granian", "worker"])
def test_demo_with_a_killed_part_ends_with_a_message_and_starts_again(part: str, start: Starter, home: Path) -> None:
    demo = start()
    demo.ready()
    os.kill(demo.part(part), signal.SIGKILL)
    assert demo.end() == 1
    name = "PostgreSQL" if part == "postgres" else "The web server"
    assert f"{name} ended unexpectedly" in demo.output
    assert demo.all_gone()
    again = start(home, demo.port)
    again.ready()


def test_demo_with_a_killed_supervisor_leaves_nothing_and_starts_again(start: Starter, home: Path) -> None:
    demo = start()
    demo.ready()
    os.kill(demo.pid, signal.SIGKILL)
    demo.end()
    assert demo.all_gone()
    again = start(home, demo.port)
    again.ready()


def test_demo_with_a_port_in_use_names_the_port_and_the_way_out(start: Starter, home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        demo = start(home, port)
        assert demo.end() == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in demo.output
    assert f"--port {port + 1}" in demo.output
    assert processes_of(home) == []


def test_demo_started_twice_in_a_folder_names_the_address_of_the_first(start: Starter, home: Path) -> None:
    first = start()
    first.ready()
    second = start()
    assert second.end() == 1
    assert f"already runs at http://127.0.0.1:{first.port}" in second.output
    assert first.health()["status"] == "ok"


@pytest.mark.parametrize("sign", ["data.new", "postmaster.pid", "migrate.log"])
def test_demo_killed_during_its_first_start_is_continued_by_the_next(sign: str, start: Starter, home: Path) -> None:
    fresh = home.parent / f"first-{sign}"
    demo = start(fresh)
    places = {
        "data.new": fresh / "pg/data.new",
        "postmaster.pid": fresh / "pg/data/postmaster.pid",
        "migrate.log": fresh / "log/migrate.log",
    }
    demo.wait_for(places[sign].exists)
    os.kill(demo.pid, signal.SIGKILL)
    demo.end()
    assert demo.all_gone()
    again = start(fresh)
    again.ready()
    assert again.health()["status"] == "ok"


@pytest.mark.soak
def test_demo_second_start_is_ready_within_five_seconds(start: Starter) -> None:
    seconds: list[float] = []
    while len(seconds) < 3 and (not seconds or min(seconds) > 5):  # other tests run at the same time
        demo = start()
        seconds.append(demo.ready())
        demo.ctrl_c()
        demo.end()
    assert min(seconds) <= 5


def test_demo_under_make_ends_when_its_parent_is_killed(home: Path) -> None:
    port = free_port()
    script = f"exec 1>&2; {sys.executable} -m huikuan demo --no-sample --home {home} --port {port} --end-with-parent; :"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HUIKUAN_", "DJANGO_"))}
    parent = os.spawnvpe(os.P_NOWAIT, "sh", ["sh", "-c", script], environment)
    assert wait_until(lambda: len(processes_in(home / "pg" / "data")) > 1, 20)
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    assert wait_until(lambda: processes_of(home) == [], 20)
