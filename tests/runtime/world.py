"""A demonstration in a terminal of its own, and a look at every process that belongs to it."""

import contextlib
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from huikuan.runtime.process import is_running, processes_in, wait_until

READY = re.compile(r"Ready after ([0-9.]+) s: (http://\S+)")


def free_port() -> int:
    """Return a port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(home: Path) -> list[int]:
    """Return all running processes of a home folder: by their environment, their arguments or their folder."""
    needle = os.fsencode(home)
    found = set(processes_in(home / "pg" / "data"))
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            facts = (entry / "environ").read_bytes() + b"\0" + (entry / "cmdline").read_bytes()
            if needle in facts and int(entry.name) != os.getpid() and is_running(int(entry.name)):
                found.add(int(entry.name))
    return sorted(found)


def children_of(pid: int) -> list[int]:
    """Return the running direct children of a process."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and is_running(int(entry.name)):
                found.append(int(entry.name))
    return sorted(found)


def command_of(pid: int) -> str:
    """Return the command line of a process, empty when it is gone."""
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


class Demo:
    """`huikuan demo` in a pseudo-terminal, so that Ctrl-C is a real one."""

    def __init__(self, home: Path, port: int, *arguments: str) -> None:
        self.home, self.port, self.output = home, port, ""
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HUIKUAN_", "DJANGO_", "PYTEST_")) and name != "DATABASE_URL"
        }
        command = [sys.executable, "-m", "huikuan", "demo", "--home", str(home), "--port", str(port), *arguments]
        pid, self._terminal = pty.fork()
        if pid == 0:
            os.execve(sys.executable, command, environment)
        self.pid = pid
        self._code: int | None = None

    def read(self, seconds: float = 0.05) -> None:
        """Take what the terminal shows."""
        while select.select([self._terminal], [], [], seconds)[0]:
            try:
                text = os.read(self._terminal, 65536).decode(errors="replace")
            except OSError:  # the other end is closed
                return
            if not text:
                return
            self.output += text
            seconds = 0

    def wait_for(self, condition: Callable[[], bool], seconds: float = 60) -> None:
        """Read the terminal until a condition holds; fail with what it showed otherwise."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"not reached in {seconds} s; the terminal shows:\n{self.output}"
            assert self.code() is None or condition(), f"ended with {self.code()}:\n{self.output}"
            self.read()

    def ready(self, seconds: float = 60) -> float:
        """Wait for the line that gives the address; return the seconds that the line names."""
        self.wait_for(lambda: READY.search(self.output) is not None, seconds)
        match = READY.search(self.output)
        assert match is not None
        return float(match.group(1))

    def code(self) -> int | None:
        """Return the exit code, `None` while it runs."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def end(self, seconds: float = 30) -> int:
        """Wait for the end and return the exit code."""
        end = time.monotonic() + seconds
        while self.code() is None:
            assert time.monotonic() < end, f"still running after {seconds} s:\n{self.output}"
            self.read()
        self.read(0.2)
        code = self.code()
        assert code is not None
        return code

    def ctrl_c(self) -> None:
        """Press Ctrl-C: the terminal sends the signal to the whole foreground group."""
        os.write(self._terminal, b"\x03")

    def health(self) -> dict[str, str]:
        """Return the health answer."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/health", timeout=5) as response:
            answer = json.load(response)
        assert isinstance(answer, dict)
        return answer

    def part(self, name: str) -> int:
        """Return the process of a part: `supervisor`, `postgres`, `granian` or `worker`."""
        if name == "supervisor":
            return self.pid
        kind = "granian" if name == "worker" else name
        pid = next(child for child in children_of(self.pid) if kind in command_of(child))
        if name != "worker":
            return pid
        return next(child for child in children_of(pid) if "resource_tracker" not in command_of(child))

    def all_gone(self, seconds: float = 15) -> bool:
        """Wait until no process of the home is left."""
        return wait_until(lambda: processes_of(self.home) == [], seconds)

    def close(self) -> None:
        """End it in any case, also after a failed test."""
        if self.code() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)
            self.end()
        os.close(self._terminal)
        for pid in processes_of(self.home):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def run_huikuan(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of huikuan with these settings only in its environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HUIKUAN_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "huikuan", *arguments],
        env={**environment, "COLUMNS": "200", **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
