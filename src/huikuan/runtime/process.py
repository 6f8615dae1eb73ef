"""Starting and ending child processes so that none outlives the one who started it."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(signal_number: int = signal.SIGKILL) -> None:
    """Ask the kernel to send `signal_number` to this process when its parent ends, however it ends.

    Linux only; elsewhere it does nothing, and a killed parent may leave this process behind.
    """
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)


def child_setup(signal_number: int = signal.SIGKILL) -> Callable[[], None]:
    """Return a `preexec_fn` that ties the child to this process.

    The kernel sends the signal when the *thread* that started the child ends, so call `Popen` from the main thread.
    """
    parent = os.getpid()

    def setup() -> None:
        die_with_parent(signal_number)
        if os.getppid() != parent:  # the parent ended between fork and prctl
            os._exit(1)

    return setup


def process_state(pid: int) -> str:
    """Return the state letter of a process, "" when there is none; a zombie ("Z") counts as ended everywhere here."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[0]


def is_running(pid: int) -> bool:
    """Tell whether a process is there and is no zombie."""
    return process_state(pid) not in {"", "Z", "X"}


def processes_in(folder: Path) -> list[int]:
    """Return the running processes whose working directory is `folder`, oldest first.

    A server process of PostgreSQL works in its data folder, which identifies it without a doubt, even when the
    number in a stale pid file has been given to another process.
    """
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            here = (entry / "cwd").readlink() == folder
        except OSError:
            continue
        if here and is_running(int(entry.name)):
            found.append(int(entry.name))
    return sorted(found)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll `condition` for at most `seconds`; return whether it became true."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= end:
            return False
        time.sleep(0.02)
    return True


def signal_group(pid: int, signal_number: int) -> None:
    """Send a signal to the process group that `pid` leads; a group that is gone is no error."""
    try:
        os.killpg(pid, signal_number)
    except (ProcessLookupError, PermissionError):
        return


def end_group(child: "subprocess.Popen[bytes]", patience_seconds: float = 5.0) -> None:
    """End a child that leads its own group: TERM, then KILL to the whole group when patience is over."""
    if child.poll() is None:
        signal_group(child.pid, signal.SIGTERM)
        try:
            child.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            pass
    signal_group(child.pid, signal.SIGKILL)
    child.wait()
