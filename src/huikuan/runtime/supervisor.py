"""One parent for everything that an installation starts: steps, services, signals, an ordered stop.

Rules that keep a machine clean:
- Every child leads its own session, so that Ctrl-C in the terminal reaches this process only; the stop is ordered here.
- Every child is tied to this process by the kernel (`process.child_setup`): a killed supervisor leaves nothing.
- When a service ends by itself, all others are stopped and the command fails.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from huikuan.runtime.errors import ServiceEnded, StepFailed, log_tail
from huikuan.runtime.postgres import Server
from huikuan.runtime.process import child_setup, end_group

_POLL_SECONDS = 0.05
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(Exception):
    """A signal asked for the end. Not an error: everything is stopped in order and the command succeeds."""


@dataclass(frozen=True)
class Service:
    """A child process with its name and its log: a service stays, a step ends by itself."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path


class Supervisor:
    """Starts children and ends them. Use as a context manager from the main thread; leaving it stops everything."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._services: list[Service] = []
        self._steps: list[Service] = []
        self._beside: list[Service] = []
        self._server: Server | None = None
        self._former: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}

    def __enter__(self) -> "Supervisor":
        for number in _STOP_SIGNALS:
            self._former[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_all()
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def database_start(self, server: Server) -> None:
        """Start PostgreSQL; it is the last one to be stopped."""
        self._server = server
        server.start()
        self.check()

    def service_start(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        *,
        orphan_signal: int = signal.SIGTERM,
    ) -> Service:
        """Start a process that stays; its output goes to `log`. It gets `orphan_signal` when this process is killed."""
        self.check()
        with log.open("ab") as stream:
            process = subprocess.Popen(
                list(command),
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
                preexec_fn=child_setup(orphan_signal),  # noqa: PLW1509  no threads here
            )
        service = Service(name, process, log)
        self._services.append(service)
        return service

    def step_run(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        *,
        quiet: bool = True,
        accepted: Container[int] = (0,),
    ) -> int:
        """Run a process to its end, watching signals and services meanwhile; return its code if it is `accepted`.

        Output goes to `log` when `quiet`, else to the terminal. Raises `StepFailed`, `StopRequested`, `ServiceEnded`.
        """
        step = self._step_spawn(name, command, environment, log, quiet=quiet)
        return self._step_await(step, accepted)

    def step_begin(self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> Service:
        """Begin a step that runs beside others; when it fails, the next `check` raises `StepFailed`."""
        step = self._step_spawn(name, command, environment, log, quiet=True)
        self._beside.append(step)
        return step

    def step_finish(self, step: Service) -> None:
        """Wait for the end of a step that `step_begin` began."""
        self._beside.remove(step)
        self._step_await(step, (0,))

    def _step_spawn(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path, *, quiet: bool
    ) -> Service:
        self.check()
        with log.open("wb") as stream:
            process = subprocess.Popen(
                list(command),
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=stream if quiet else None,
                stderr=stream if quiet else None,
                start_new_session=True,
                preexec_fn=child_setup(signal.SIGTERM),  # noqa: PLW1509  no threads here
            )
        step = Service(name, process, log)
        self._steps.append(step)
        return step

    def _step_await(self, step: Service, accepted: Container[int]) -> int:
        while step.process.poll() is None:
            self.check()
            time.sleep(_POLL_SECONDS)
        self._steps.remove(step)
        code = step.process.returncode
        if code not in accepted:
            raise StepFailed(step.name, code, log_tail(step.log) or "(see above)", step.log)
        return code

    def check(self) -> None:
        """Raise `StopRequested` after a signal, `ServiceEnded` when a service is gone, `StepFailed` for one beside."""
        if self._stop.is_set():
            raise StopRequested
        for step in self._beside:
            if step.process.poll():
                raise StepFailed(step.name, step.process.returncode, log_tail(step.log), step.log)
        for service in self._services:
            code = service.process.poll()
            if code is not None:
                raise ServiceEnded(service.name, code, service.log)
        if self._server is not None and self._server.process is not None:
            code = self._server.process.poll()
            if code is not None:
                raise ServiceEnded("PostgreSQL", code, self._server.cluster.log)

    def wait_ready(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Poll `ready` while all services live; return whether it became true in time."""
        end = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > end:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def watch(self) -> None:
        """Stay until a signal comes (returns) or a service ends (raises `ServiceEnded`)."""
        while True:
            try:
                self.check()
            except StopRequested:
                return
            self._stop.wait(0.2)

    def stop_all(self) -> None:
        """Stop steps, services in reverse order, then PostgreSQL. Safe to call twice."""
        while self._steps:
            end_group(self._steps.pop().process)
        while self._services:
            end_group(self._services.pop().process)
        server, self._server = self._server, None
        if server is not None:
            server.stop()


def parent_watch_arm() -> None:
    """End this process in order when its parent ends: for a supervisor that `make` started."""
    from huikuan.runtime.process import die_with_parent

    parent = os.getppid()
    die_with_parent(signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
