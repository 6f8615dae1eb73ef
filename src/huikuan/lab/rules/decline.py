"""How success falls from attempt to attempt: a rate of the first one by channel, a common factor for each further one.

    rate(channel, attempt) = first(channel) × keep ^ (attempt − 1)

Fitted by maximum likelihood of Poisson counts, which small rates make as good as binomial ones. Then the best first
rate for a factor is a quotient, and one dimension is left to search.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from huikuan.kernel.money import PPM
from huikuan.lab.rules.rates import LEVEL_PPM, Interval, Share, quantile

STEP_PPM: Final = 1_000
"""The factor is searched in steps of a thousandth."""


@dataclass(frozen=True, slots=True)
class Decline:
    """First rates by channel, the factor for each further attempt and its interval (profile likelihood)."""

    first_ppm: Mapping[str, int]
    keep_ppm: int
    keep: Interval


def decline_fit(attempts: Mapping[str, Sequence[Share]], *, level_ppm: int = LEVEL_PPM) -> Decline:
    """Fit the two from the shares of successes by attempt, the first attempt first, of each channel.

    Raises ValueError where a channel has no success at all: then there is nothing to decline.
    """
    if not attempts or any(sum(one.hits for one in row) == 0 for row in attempts.values()):
        raise ValueError("every channel needs at least one success")
    worth = {keep: _worth(attempts, keep) for keep in range(STEP_PPM, PPM + 1, STEP_PPM)}
    best = max(worth, key=lambda keep: worth[keep])
    near = [keep for keep, one in worth.items() if worth[best] - one <= quantile(level_ppm) ** 2 / 2]
    return Decline({name: _first(row, best) for name, row in attempts.items()}, best, Interval(min(near), max(near)))


def decline_ppm(first_ppm: int, keep_ppm: int, attempt: int) -> int:
    """Return the rate of an attempt, counted from 1, cut down to whole parts per million at each step."""
    rate = first_ppm
    for _ in range(attempt - 1):
        rate = rate * keep_ppm // PPM
    return rate


def _exposure(row: Sequence[Share], keep_ppm: int) -> float:
    return sum(one.of * (keep_ppm / PPM) ** place for place, one in enumerate(row))


def _first(row: Sequence[Share], keep_ppm: int) -> int:
    return min(PPM, round(sum(one.hits for one in row) / _exposure(row, keep_ppm) * PPM))


def _worth(attempts: Mapping[str, Sequence[Share]], keep_ppm: int) -> float:
    """Return the logarithm of the likelihood at the best first rates, up to a constant."""
    total = 0.0
    for row in attempts.values():
        hits = sum(one.hits for one in row)
        total += sum(one.hits * place for place, one in enumerate(row)) * math.log(keep_ppm / PPM)
        total -= hits * math.log(_exposure(row, keep_ppm))
    return total
