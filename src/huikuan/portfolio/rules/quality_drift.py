"""When a delivered feed is unlike the nights before: its volume, the distribution of a field, completeness, validity.

All of it is statistics over counts, so ratios are binary floats here; what is kept is whole (ppm, thousandths).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Final

from huikuan.portfolio.rules.quality import FieldMeasure, share_ppm

_MAD_TO_SIGMA: Final = 1.4826  # of a normal distribution
_SHARE_MIN: Final = 0.0005  # a bin that is empty on one side: the logarithm needs a share
_PPM: Final = 1_000_000


class DriftMeasure(StrEnum):
    """What has drifted."""

    VOLUME = "volume"
    DISTRIBUTION = "distribution"
    COMPLETENESS = "completeness"
    VALIDITY = "validity"


class DriftLevel(StrEnum):
    """How loudly it is said."""

    WATCH = "watch"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class DriftPolicy:
    """Thresholds; see ``policies/cn/data_quality.yaml``."""

    nights_usual: int
    nights_min: int
    volume_z_milli: int
    volume_spread_min_ppm: int
    psi_watch_ppm: int
    psi_alert_ppm: int
    psi_values_min: int
    completeness_fall_ppm: int
    validity_fall_ppm: int


@dataclass(frozen=True, slots=True)
class Drift:
    """A figure that is unlike the nights before. ``field`` is empty for the feed as a whole.

    ``value`` and ``usual`` are rows, ppm, or PSI and its threshold × 10⁶; ``score`` is the robust z × 1000, the PSI
    × 10⁶ or the fall in ppm; ``nights`` those that it was held against.
    """

    feed: str
    field: str
    measure: DriftMeasure
    level: DriftLevel
    value: int
    usual: int
    score: int
    nights: int


def volume_drift(feed: str, rows: int, usual: Sequence[int], policy: DriftPolicy) -> Drift | None:
    """Hold the rows of a feed against those of the nights before, by the robust z-score.

    z = (rows − median) / (1.4826 × median absolute deviation), with a smallest spread of a share of the median and of
    one row: a feed that never moves would alert at its first new row.
    """
    usual = usual[-policy.nights_usual :]
    if len(usual) < policy.nights_min:
        return None
    middle = median(usual)
    spread = _MAD_TO_SIGMA * median([abs(rows_then - middle) for rows_then in usual])
    spread = max(spread, middle * policy.volume_spread_min_ppm / _PPM, 1.0)
    z_milli = round((rows - middle) / spread * 1000)
    if abs(z_milli) <= policy.volume_z_milli:
        return None
    return Drift(feed, "", DriftMeasure.VOLUME, DriftLevel.ALERT, rows, round(middle), z_milli, len(usual))


def psi(bins: Mapping[str, int], usual: Mapping[str, float]) -> float:
    """Return the population stability index Σ (p − q) ln(p / q) of bins (counts, not all 0) and usual ones (shares)."""
    values = sum(bins.values())
    total = 0.0
    for label in {*bins, *usual}:
        now = max(bins.get(label, 0) / values, _SHARE_MIN)
        then = max(usual.get(label, 0.0), _SHARE_MIN)
        total += (now - then) * math.log(now / then)
    return total


def shares_usual(nights: Sequence[Mapping[str, int]]) -> dict[str, float]:
    """Return the median share of each bin over the nights, brought to one: a night with a history in it weighs nothing.

    Nights without values are left out; without any the result is empty.
    """
    known = [(bins, sum(bins.values())) for bins in nights if any(bins.values())]
    labels = {label for bins, _ in known for label in bins}
    shares = {label: median([bins.get(label, 0) / values for bins, values in known]) for label in labels}
    total = sum(shares.values())
    return {label: share / total for label, share in shares.items()} if total else {}


def field_drifts(now: FieldMeasure, before: Sequence[FieldMeasure], policy: DriftPolicy) -> list[Drift]:
    """Hold a field against the nights before, oldest first."""
    before = before[-policy.nights_usual :]
    if len(before) < policy.nights_min:
        return []
    found = [
        _fall(now, before, DriftMeasure.COMPLETENESS, policy.completeness_fall_ppm),
        _fall(now, before, DriftMeasure.VALIDITY, policy.validity_fall_ppm),
        _distribution(now, before, policy),
    ]
    return [drift for drift in found if drift is not None]


def _fall(now: FieldMeasure, before: Sequence[FieldMeasure], measure: DriftMeasure, limit_ppm: int) -> Drift | None:
    value = _share(now, measure)
    usual = [share for share in (_share(one, measure) for one in before) if share is not None]
    if value is None or not usual:
        return None
    middle = round(median(usual))
    fall = middle - value
    if fall <= limit_ppm:
        return None
    return Drift(now.feed, now.field, measure, DriftLevel.ALERT, value, middle, fall, len(usual))


def _share(one: FieldMeasure, measure: DriftMeasure) -> int | None:
    if measure is DriftMeasure.COMPLETENESS:
        return share_ppm(one.filled, one.rows)
    return share_ppm(one.filled - one.invalid, one.filled)


def _distribution(now: FieldMeasure, before: Sequence[FieldMeasure], policy: DriftPolicy) -> Drift | None:
    nights = [one.bins for one in before if one.bins is not None and one.sampled > 0]
    if now.bins is None or sum(now.bins.values()) < policy.psi_values_min or len(nights) < policy.nights_min:
        return None
    score = round(psi(now.bins, shares_usual(nights)) * _PPM)
    if score <= policy.psi_watch_ppm:
        return None
    loud = score > policy.psi_alert_ppm
    level, threshold = (DriftLevel.ALERT, policy.psi_alert_ppm) if loud else (DriftLevel.WATCH, policy.psi_watch_ppm)
    return Drift(now.feed, now.field, DriftMeasure.DISTRIBUTION, level, score, threshold, score, len(nights))
