"""Quality of delivered feeds: what is counted of a field in a night, and the bins into which its values fall.

Counts are whole numbers; shares are parts per million, rounded half up. Nothing here is money: an amount is only
counted into a bin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

MORE: Final = "more"
"""Label of the bin above the last bound."""
NUMBER_BOUNDS: Final = (0, *(first * 10**power for power in range(15) for first in (1, 2, 5)))
"""Upper bounds of the bins of amounts (minor units), rates (ppm) and whole numbers: a factor of 2 to 2.5 each, so
that a wrong unit moves all values."""
DAY_BOUNDS: Final = (
    *(-3650, -1825, -1095, -730, -365, -180, -90, -60, -30, -14, -7, -1),
    *(0, 1, 7, 14, 30, 60, 90, 180, 365, 730, 1095, 1825, 3650),
)
"""Upper bounds of the bins of dates: days after the business date."""


@dataclass(frozen=True, slots=True)
class FieldMeasure:
    """What a delivered file had in one field.

    ``filled`` of ``rows`` had a value; of these ``invalid`` were refused with a reason that names the field.
    ``distinct`` and ``bins`` are of ``sampled`` accepted values. A field without bins is personal or free text.
    """

    feed: str
    field: str
    rows: int
    filled: int
    invalid: int
    sampled: int
    distinct: int
    bins: Mapping[str, int] | None


def share_ppm(part: int, whole: int) -> int | None:
    """Return a share in parts per million, rounded half up; None of nothing."""
    return None if whole == 0 else (2 * part * 1_000_000 + whole) // (2 * whole)


def bins_ordered(labels: Iterable[str]) -> list[str]:
    """Return labels in the order in which people read them: numbers by size, ``more`` after them, words by letters."""
    return sorted(labels, key=_place)


def _place(label: str) -> tuple[int, int, str]:
    if label == MORE:
        return 1, 0, label
    digits = label.removeprefix("-")
    if digits.isascii() and digits.isdecimal():
        return 0, int(label), label
    return 2, 0, label
