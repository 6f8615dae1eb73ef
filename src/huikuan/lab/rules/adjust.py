"""One round of fitting: monthly weights moved by how far the simulated rates are from the counted ones.

Borrowers differ, seasons and blows come and go, so that the rates of a simulated bank are not its base weights. Each
weight is multiplied by (the root of) target ÷ simulated of the outcome that it leads to; some rounds of simulating and
adjusting settle. All in whole parts per million.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from math import isqrt
from typing import Final

from huikuan.kernel.money import PPM

Weights = tuple[int, int, int, int]
"""None, one, several, every (``lab.parameters.Month``)."""

FACTOR_MAX: Final = 2 * PPM
"""A round multiplies by no more than this, and divides by no more."""

SPREAD_MAX_PPM: Final = PPM
"""Beyond one, the odds of the best payers would fall below nothing."""
_NONE, _ONE, _SEVERAL, _EVERY = range(4)
_LAST: Final = 6


def factor_ppm(target_ppm: int, simulated_ppm: int) -> int:
    """Return the root of target ÷ simulated within the limits; 1 where both are nothing.

    The root keeps the chance of a round from being chased: half of the way, counted in ratios, is left to the next one.
    """
    if target_ppm == simulated_ppm:
        return PPM
    if simulated_ppm == 0:
        return FACTOR_MAX
    return min(FACTOR_MAX, max(PPM * PPM // FACTOR_MAX, isqrt(target_ppm * PPM * PPM // simulated_ppm)))


def weights_adjusted(weights: Weights, factors: Sequence[int]) -> Weights:
    """Multiply each weight by its factor (ppm) and bring the sum back to a million; the largest takes the rest.

    Where nothing would be left, the weights stay as they are.
    """
    raw = [weight * factor for weight, factor in zip(weights, factors, strict=True)]
    total = sum(raw)
    if total == 0:
        return weights
    parts = [one * PPM // total for one in raw]
    parts[parts.index(max(parts))] += PPM - sum(parts)
    return parts[_NONE], parts[_ONE], parts[_SEVERAL], parts[_EVERY]


def months_adjusted(
    months: Sequence[Weights], target: Mapping[str, int], simulated: Mapping[str, int]
) -> tuple[Weights, ...]:
    """Return the weights of all buckets, M0 first, after one round; figures by name in parts per million.

    ``book.*`` figures (a bank's own roll table) know M0 and M1 apart and are used where the target has them; otherwise
    ``panel.*`` figures are, with ``arrears.m1`` for what the panel does not tell apart.
    """
    from_book = any(name.startswith("book.") for name in target)
    rule = _from_book if from_book else _from_panel
    return tuple(weights_adjusted(row, rule(bucket, target, simulated)) for bucket, row in enumerate(months))


def spread_adjusted(spread: Sequence[int], target: Mapping[str, int], simulated: Mapping[str, int]) -> tuple[int, ...]:
    """Return how much a borrower's own odds count, by bucket, after one round; M0 and M1 only.

    The further those with arrears in the last year are from those without, the more unlike borrowers are; compared as
    logarithms of the ratio of the two rates. Without the figures, or without arrears, it stays as it was.
    """
    names = ("panel.entry.recent", "panel.entry.clean")
    if any(figures.get(name, 0) == 0 for figures in (target, simulated) for name in names):
        return tuple(spread)
    wanted, found = (math.log(figures[names[0]] / figures[names[1]]) for figures in (target, simulated))
    factor = PPM * 5 // 4 if found <= 0 else min(PPM * 5 // 4, max(PPM * 4 // 5, round(wanted / found * PPM)))
    return tuple(min(SPREAD_MAX_PPM, one * factor // PPM) if place < 2 else one for place, one in enumerate(spread))


def late_adjusted(weights: Sequence[int], target: Mapping[str, int], simulated: Mapping[str, int]) -> tuple[int, ...]:
    """Return the weights of the days of payment after one round: early, on the day, then the late ones.

    Who pays within the month, but late, is *in grace* at a month-end more often than who misses the whole month. So the
    share in grace among M1 says how many pay late; early ones keep their part, those on the day take the rest.
    """
    whole, factor = sum(weights), _odds_factor("arrears.grace", target, simulated)
    late = [max(1, one * factor // PPM) for one in weights[2:]]
    if sum(late) >= whole - weights[0]:
        return tuple(weights)
    return weights[0], whole - weights[0] - sum(late), *late


def _from_book(bucket: int, target: Mapping[str, int], simulated: Mapping[str, int]) -> tuple[int, ...]:
    name = "m7_plus" if bucket > _LAST else f"m{bucket}"
    outcomes = ("worse", "stay", "better", "cure") if bucket else ("worse",)
    found = [_factor(f"book.{name}.{outcome}", target, simulated) for outcome in outcomes]
    if bucket == 0:
        return found[0], PPM, PPM, _rest_factor("book.m0.worse", target, simulated)
    return tuple(found)


def _from_panel(bucket: int, target: Mapping[str, int], simulated: Mapping[str, int]) -> tuple[int, ...]:
    if bucket < 2:
        # the stock of M1 beside the later buckets says at which of the two steps the fewer are lost
        odds = _odds_factor("arrears.m1", target, simulated)
        if bucket == 1:
            return PPM * PPM // odds, PPM, PPM, PPM
        return _factor("panel.entry.all", target, simulated) * odds // PPM, PPM, PPM, PPM
    name = f"m{min(bucket, _LAST)}"
    if bucket == 2:
        cure = _factor("panel.m2.cure", target, simulated)
        return _factor("panel.m2.worse", target, simulated), _factor("panel.m2.stay", target, simulated), cure, cure
    worse = f"panel.{name}.{'stay' if bucket >= _LAST else 'worse'}"
    return tuple(
        _factor(figure, target, simulated)
        for figure in (worse, f"panel.{name}.stay", f"panel.{name}.better", f"panel.{name}.cure")
    )


def _factor(name: str, target: Mapping[str, int], simulated: Mapping[str, int]) -> int:
    """Return the factor of a figure; 1 where one of the two lacks it."""
    return factor_ppm(target[name], simulated[name]) if name in target and name in simulated else PPM


def _rest_factor(name: str, target: Mapping[str, int], simulated: Mapping[str, int]) -> int:
    """Return the factor of what is left of the row beside a figure."""
    if name not in target or name not in simulated:
        return PPM
    return factor_ppm(PPM - target[name], PPM - simulated[name])


def _odds_factor(name: str, target: Mapping[str, int], simulated: Mapping[str, int]) -> int:
    """Return the factor of the odds (share ÷ rest) of a figure; 1 where one of the two lacks it or knows no odds."""
    shares = [figures.get(name, 0) for figures in (target, simulated)]
    if not all(0 < share < PPM for share in shares):
        return PPM
    wanted, found = (share * PPM // (PPM - share) for share in shares)
    return factor_ppm(wanted, found)
