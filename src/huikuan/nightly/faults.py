"""Fault points: places at which a test kills the night, to show that it recovers from there.

``HUIKUAN_FAULT="<stage>:<point>"`` makes the process end by SIGKILL at that point: no handler runs, no transaction
ends, no file is closed. Unset, which is always so in production, a point costs one look-up.
"""

from __future__ import annotations

import os
import signal
from enum import StrEnum
from typing import Final

VARIABLE: Final = "HUIKUAN_FAULT"


class FaultPoint(StrEnum):
    """Where a stage can be interrupted."""

    BEFORE_WRITE = "before_write"  # nothing of the stage exists
    WRITTEN = "written"  # its files lie in the lake, no row names them
    INSIDE_COMMIT = "inside_commit"  # rows are written in an open transaction
    AFTER_COMMIT = "after_commit"  # the stage is visible, the next has not begun


def fault_point(stage: str, point: FaultPoint) -> None:
    """Kill this process if the environment asks for it at this point of this stage."""
    if os.environ.get(VARIABLE) == f"{stage}:{point}":
        os.kill(os.getpid(), signal.SIGKILL)
