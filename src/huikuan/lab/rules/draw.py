"""Chance without state: a draw is a function of (seed, stream, entity, step).

Any number of workers, any cutting of the work and any order of it therefore give the same history. All comparisons are
of integers, never of binary fractions, so that every CPU decides alike.

The mixing function is the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
generators", OOPSLA 2014), applied once for each of the parts that are mixed in.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

PPM = 1_000_000
Draws = NDArray[np.uint64]
Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]

_MASK = (1 << 64) - 1
_GAMMA = 0x9E3779B97F4A7C15
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


def draw(seed: int, stream: str, entity: Integers, step: int | Integers = 0) -> Draws:
    """64 random bits for each entity in a step of a stream.

    ``entity`` and ``step`` are whole numbers (``step`` one for all, or one for each). Two streams share
    nothing.
    """
    key = np.uint64(_stream_key(seed, stream))
    mixed = _mix(entity.astype(np.uint64) * np.uint64(_GAMMA) + key)
    steps = np.atleast_1d(np.asarray(step, dtype=np.int64)).astype(np.uint64)  # arrays wrap without a warning
    return _mix(mixed ^ _mix(steps * np.uint64(_GAMMA) + np.uint64(_SECOND)))


def happens(draws: Draws, ppm: int | Integers) -> Truths:
    """True where an event of ``ppm`` parts per million happens; never at 0 or below, always at a million or above."""
    rate = np.clip(np.asarray(ppm, dtype=np.int64), 0, PPM)
    last = (1 << 64) // PPM
    limit = rate.astype(np.uint64) * np.uint64(last)  # 2^64 = 1_000_000 x last + a rest below one part per million
    found: Truths = (draws < limit) | (rate == PPM)
    return found


def between(draws: Draws, low: int | Integers, high: int | Integers) -> Integers:
    """A whole number from ``low`` to ``high``, both included, each as likely; spans are below 2^32."""
    span = (np.asarray(high, dtype=np.int64) - np.asarray(low, dtype=np.int64) + 1).astype(np.uint64)
    # the upper 64 bits of draw x span, in two halves
    carried = ((draws & _LOW) * span) >> _HALF
    return np.asarray(low, dtype=np.int64) + (((draws >> _HALF) * span + carried) >> _HALF).astype(np.int64)


def pick(draws: Draws, weights: Sequence[int] | Integers) -> Integers:
    """The place of one of the weights for each draw, as likely as its weight.

    ``weights`` are whole numbers of 0 or more, below 2^32 in sum and above 0: one list for all, or a row for each draw.
    """
    limits = np.cumsum(np.asarray(weights, dtype=np.int64), axis=-1)
    point = between(draws, 0, limits[..., -1] - 1)
    if limits.ndim == 1:
        return np.searchsorted(limits, point, side="right").astype(np.int64)
    found: Integers = (limits <= point[:, None]).sum(axis=1, dtype=np.int64)
    return found


@lru_cache(maxsize=1024)
def _stream_key(seed: int, stream: str) -> int:
    text = f"{seed}/{stream}".encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "little") & _MASK


def _mix(bits: Draws) -> Draws:
    """SplitMix64's finaliser; the products wrap at 2^64."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(_FIRST)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(_SECOND)
    return bits ^ (bits >> np.uint64(31))
