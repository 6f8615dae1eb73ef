"""Shares and means with their intervals, for calibration: exact counts in, parts per million out.

A row of a panel is no independent draw: an account brings many months, and an applicant several accounts. The *design
effect* is by how much the clustering widens the variance; an interval is that of the sample thinned out by it (Kish).
Statistics are floating point; they judge the simulator and are never part of a simulated history.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from huikuan.kernel.money import PPM, ratio_ppm, round_half_up

LEVEL_PPM: Final = 950_000
"""Level of an interval that is shown: 95 %."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds of a share or mean, both inclusive, in parts per million."""

    low_ppm: int
    high_ppm: int

    def holds(self, ppm: int) -> bool:
        """Return whether a figure lies between the bounds."""
        return self.low_ppm <= ppm <= self.high_ppm


@dataclass(frozen=True, slots=True)
class ClusterSums:
    """What the variance of a share needs to know of its clusters: sums over clusters of ``hits`` of ``of`` rows."""

    clusters: int
    hits: int
    of: int
    hits_squared: int
    hits_of: int
    of_squared: int


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``of`` rows; ``design_ppm`` is the design effect, at least one (1,000,000)."""

    hits: int
    of: int
    design_ppm: int = PPM

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.of:
            raise ValueError(f"{self.hits} of {self.of} is no share")
        if self.design_ppm < PPM:
            raise ValueError("a design effect is at least one")

    @property
    def ppm(self) -> int:
        """The share; 0 of nothing."""
        return ratio_ppm(self.hits, self.of) or 0

    def interval(self, level_ppm: int = LEVEL_PPM) -> Interval:
        """Return the Wilson score interval of the thinned-out sample; everything, where there is no row."""
        return wilson(self.hits, self.of, level_ppm=level_ppm, design_ppm=self.design_ppm)


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of ``of`` independent figures in parts per million, from their sum and the sum of their squares."""

    total_ppm: int
    of: int
    total_squared: int

    @property
    def ppm(self) -> int:
        """The mean, half up; 0 of nothing."""
        return round_half_up(self.total_ppm, self.of) if self.of else 0

    def interval(self, level_ppm: int = LEVEL_PPM) -> Interval:
        """Return mean ± quantile × standard error; everything, where fewer than two figures are known."""
        if self.of < 2:
            return Interval(0, PPM)
        variance = (self.total_squared - self.total_ppm**2 / self.of) / (self.of - 1)
        half = quantile(level_ppm) * math.sqrt(max(variance, 0.0) / self.of)
        return Interval(math.floor(self.ppm - half), math.ceil(self.ppm + half))


def quantile(level_ppm: int) -> float:
    """Return the normal quantile of a two-sided interval of this level: 1.96 for 95 %."""
    if not 0 < level_ppm < PPM:
        raise ValueError("a level lies between nothing and everything")
    return NormalDist().inv_cdf(0.5 + level_ppm / PPM / 2)


def simultaneous_level(level_ppm: int, intervals: int) -> int:
    """Return the level at which that many intervals hold together with ``level_ppm`` at least (Bonferroni)."""
    if intervals < 1:
        raise ValueError("at least one interval")
    return PPM - (PPM - level_ppm) // intervals


def wilson(hits: int, of: int, *, level_ppm: int = LEVEL_PPM, design_ppm: int = PPM) -> Interval:
    """Return the Wilson score interval of a share, outward to whole parts per million.

    Source: Wilson (1927), J. Am. Stat. Assoc. 22; with ``design_ppm`` above one the sample counts as
    ``of`` divided by it.
    """
    if of == 0:
        return Interval(0, PPM)
    effective = of * PPM / design_ppm
    share = hits / of
    z_squared = quantile(level_ppm) ** 2
    centre = share + z_squared / (2 * effective)
    half = math.sqrt(z_squared * (share * (1 - share) / effective + z_squared / (4 * effective**2)))
    scale = PPM / (1 + z_squared / effective)
    low = 0 if hits == 0 else max(0, math.floor((centre - half) * scale))
    high = PPM if hits == of else min(PPM, math.ceil((centre + half) * scale))
    return Interval(low, high)


def design_effect(sums: ClusterSums) -> int:
    """Return the design effect of a share over clusters, in parts per million, at least one.

    Variance of a ratio by linearisation, sum over clusters of (hits − share × of)², against that of independent rows.
    One where the share is 0 or 1, or fewer than two clusters are known: then nothing can be said.
    """
    if sums.clusters < 2 or sums.hits in (0, sums.of):
        return PPM
    share = sums.hits / sums.of
    spread = sums.hits_squared - 2 * share * sums.hits_of + share**2 * sums.of_squared
    variance = spread * sums.clusters / (sums.clusters - 1) / sums.of**2
    return max(PPM, round(variance / (share * (1 - share) / sums.of) * PPM))


def share_of(sums: ClusterSums) -> Share:
    """Return the share of clustered rows with its design effect."""
    return Share(sums.hits, sums.of, design_effect(sums))


def agree(one: Share | Mean, other: Share | Mean, level_ppm: int) -> bool:
    """Return whether two independent figures agree: their difference lies within its interval of this level.

    The half width of the difference is the root of the sum of squares of the half widths that face each other
    (Newcombe 1998, method 10), so that small shares are judged by their skewed intervals.
    """
    high, low = (one, other) if one.ppm >= other.ppm else (other, one)
    down = high.ppm - high.interval(level_ppm).low_ppm
    up = low.interval(level_ppm).high_ppm - low.ppm
    return high.ppm - low.ppm <= math.hypot(down, up)
