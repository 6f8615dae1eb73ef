"""Whether a file has more rejected rows than are borne."""

from __future__ import annotations


def rejects_refuse(*, rejected: int, rows: int, limit_ppm: int, floor_rows: int) -> bool:
    """Tell whether ``rejected`` of ``rows`` refuse the day.

    Borne is the contract's share ``limit_ppm``, and up to ``floor_rows`` rows where they are not more than half of the
    file; a contract with a share of 0 bears none (``policies/cn/intake.yaml``).
    """
    if rejected * 1_000_000 <= limit_ppm * rows:
        return False
    return limit_ppm == 0 or rejected > floor_rows or 2 * rejected > rows
