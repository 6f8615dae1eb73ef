"""Run a command whose descendants all end with it: `python -m huikuan.runtime.leash command [argument ...]`.

The kernel ends only direct children of a killed process. This one stands between: it leads a process group, is itself
sent SIGTERM when its parent ends, and then kills the group.
"""

import os
import signal
import subprocess
import sys
from types import FrameType


def _end_group(_number: int, _frame: FrameType | None) -> None:
    os.killpg(0, signal.SIGKILL)


def main(command: list[str]) -> int:
    """Run the command to its end and return its exit code."""
    signal.signal(signal.SIGTERM, _end_group)
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
