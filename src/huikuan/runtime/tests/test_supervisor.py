"""The supervisor by itself: steps beside others, failures, and descendants that end with their leash."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from huikuan.runtime.errors import StepFailed
from huikuan.runtime.process import child_setup, is_running, wait_until
from huikuan.runtime.supervisor import StopRequested, Supervisor

SHELL = ("sh", "-c")


def test_step_with_an_error_names_its_log_and_its_last_lines(tmp_path: Path) -> None:
    with Supervisor() as supervisor, pytest.raises(StepFailed, match=r"the reason\nStart again"):
        supervisor.step_run("Try", [*SHELL, "echo the reason; exit 3"], os.environ, tmp_path / "log")


def test_step_with_an_accepted_code_returns_it(tmp_path: Path) -> None:
    with Supervisor() as supervisor:
        assert supervisor.step_run("Try", [*SHELL, "exit 3"], os.environ, tmp_path / "log", accepted=(0, 3)) == 3


def test_step_beside_that_fails_ends_the_step_that_is_waited_for(tmp_path: Path) -> None:
    started = time.monotonic()
    with Supervisor() as supervisor:
        supervisor.step_begin("Pages", [*SHELL, "echo broken; exit 1"], os.environ, tmp_path / "pages")
        with pytest.raises(StepFailed, match="Pages"):
            supervisor.step_run("Nights", ["sleep", "30"], os.environ, tmp_path / "nights")
    assert time.monotonic() - started < 15


def test_step_beside_that_succeeds_is_waited_for(tmp_path: Path) -> None:
    with Supervisor() as supervisor:
        pages = supervisor.step_begin("Pages", [*SHELL, "sleep 0.3; echo built"], os.environ, tmp_path / "pages")
        supervisor.step_run("Nights", ["true"], os.environ, tmp_path / "nights")
        supervisor.step_finish(pages)
    assert (tmp_path / "pages").read_text() == "built\n"


def test_signal_during_a_step_ends_the_step_and_asks_to_stop(tmp_path: Path) -> None:
    script = f"echo $$ > {tmp_path}/pid; exec sleep 60"
    with Supervisor() as supervisor:
        subprocess.Popen([*SHELL, f"sleep 0.5; kill -TERM {os.getpid()}"])
        with pytest.raises(StopRequested):
            supervisor.step_run("Sleep", [*SHELL, script], os.environ, tmp_path / "log")
    assert not is_running(int((tmp_path / "pid").read_text()))


def test_leash_of_a_killed_parent_takes_grandchildren_with_it(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    leash = [sys.executable, "-m", "huikuan.runtime.leash", "sh", "-c", f"sleep 60 & echo $! > {file}; wait"]
    parent = os.fork()
    if parent == 0:
        subprocess.Popen(leash, start_new_session=True, preexec_fn=child_setup(signal.SIGTERM))  # noqa: PLW1509
        time.sleep(60)
        os._exit(0)
    assert wait_until(lambda: file.exists() and file.read_text().strip() != "", 20)
    grandchild = int(file.read_text())
    assert is_running(grandchild)
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    assert wait_until(lambda: not is_running(grandchild), 10)
