"""How a borrower decides, a month at a time, what he pays: integers over arrays.

Five days before the due day of each month a borrower decides what becomes of his open instalments (``outcomes``) and on
which day (``days_after``). The weights are those of his bucket; his own odds, the season and what has befallen him
multiply the weight of paying nothing.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from huikuan.lab.parameters import Month
from huikuan.lab.rules.draw import PPM, Draws, Integers, between, pick

NOTHING, ONE, SEVERAL, EVERY = range(4)
DECIDES_BEFORE: Final = 5  # days before the due day
NOTHING_MOST_PPM: Final = 985_000  # nobody is beyond hope

# What multiplies the odds of paying nothing, by tenth of the borrowers; each has the mean of one.
ABILITY_PPM: Final = (50_000, 100_000, 200_000, 300_000, 450_000, 650_000, 900_000, 1_350_000, 2_000_000, 4_000_000)
WILLINGNESS_PPM: Final = (
    300_000, 400_000, 500_000, 600_000, 700_000, 850_000, 1_000_000, 1_250_000, 1_700_000, 2_700_000,
)  # fmt: skip

# Days from the due day, first and last, of each kind of paying: early, on the due day, and four kinds of late.
_ON_DAY: Final = ((-4, -1), (0, 0), (1, 5), (6, 10), (11, 15), (16, 20))


def traits(ability: Integers, willingness: Integers) -> Integers:
    """A borrower's own odds in parts per million, mean one, from two tenths (0 to 9)."""
    found: Integers = np.asarray(ABILITY_PPM)[ability] * np.asarray(WILLINGNESS_PPM)[willingness] // PPM
    return found


def odds_joined(*parts: Integers) -> Integers:
    """The product of odds in parts per million."""
    whole = np.full_like(parts[0], PPM)
    for part in parts:
        whole = whole * part // PPM
    return whole


def outcomes(
    draws: Draws, bucket: Integers, odds_ppm: Integers, months: Sequence[Month], spread_ppm: Sequence[int]
) -> Integers:
    """NOTHING, ONE, SEVERAL or EVERY for each decision.

    ``bucket`` counts missed months, 7 for all more; ``odds_ppm`` multiplies the weight of paying nothing, as far as
    ``spread_ppm`` of the bucket lets it; the other weights keep their proportion.
    """
    weights = np.asarray([month.weights for month in months], dtype=np.int64)[bucket]
    nothing = weights[:, NOTHING]
    odds = PPM + (odds_ppm - PPM) * np.asarray(spread_ppm, dtype=np.int64)[bucket] // PPM
    moved = np.minimum(nothing * odds // PPM, np.maximum(nothing, NOTHING_MOST_PPM))
    left, rest = np.maximum(PPM - nothing, 1), PPM - moved
    one = weights[:, ONE] * rest // left
    several = weights[:, SEVERAL] * rest // left
    point = between(draws, 0, PPM - 1)
    found: Integers = (point >= moved).astype(np.int64) + (point >= moved + one) + (point >= moved + one + several)
    return found


def days_after(kind: Draws, day: Draws, weights: Sequence[int], *, early: np.ndarray) -> Integers:
    """Days from the due day to the payment, -4 to 20; who may not pay early (``early`` false) pays on the day."""
    chosen = pick(kind, weights)
    low, high = np.asarray(_ON_DAY, dtype=np.int64).T
    days = between(day, low[chosen], high[chosen])
    return np.where(early, days, np.maximum(days, 0))


def part_share(draws: Draws) -> Integers:
    """Of who pays a part: how much of the oldest instalment, in parts per million."""
    return between(draws, 100_000, 800_000)
