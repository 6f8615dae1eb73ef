"""Credit cards, known to the bank's feeds as a status a month: the same decisions as loans, on the weights of cards."""

from __future__ import annotations

from typing import Final

import numpy as np

from huikuan.lab.decide import odds_of
from huikuan.lab.happened import Happened
from huikuan.lab.parameters import BUCKETS
from huikuan.lab.rules.draw import Integers, between, draw, happens
from huikuan.lab.rules.paying import EVERY, NOTHING, SEVERAL, outcomes
from huikuan.lab.world import World

CHARGED_OFF: Final = 8
_CHARGED_OFF_PPM: Final = 80_000  # a month, of cards in M7+
_BALANCE_MINOR: Final = (50_000, 3_000_000)


def bucket_next(bucket: Integers, chosen: Integers, several: Integers) -> Integers:
    """The bucket a month later: ``several`` is what it becomes where some of the missed months are paid."""
    worse = np.minimum(bucket + 1, BUCKETS - 1)
    better = np.where(chosen == SEVERAL, several, bucket)
    return np.where(chosen == NOTHING, worse, np.where(chosen == EVERY, 0, better))


def cards_step(world: World, happened: Happened) -> None:
    """Close the month of all cards."""
    paying, number = world.parameters.paying, world.people.number
    at = np.flatnonzero((world.state.card_of >= 0) & (world.state.card_of < CHARGED_OFF))
    if not at.size:
        return
    bucket, who = world.state.card_of[at], number[at]
    chosen = outcomes(
        draw(world.seed, "card-pays", who, world.day),
        bucket,
        odds_of(world, at),
        paying.cards,
        paying.spread_ppm.values,
    )
    several = between(draw(world.seed, "card-rows", who, world.day), 1, np.maximum(bucket - 1, 1))
    after = bucket_next(bucket, chosen, several)
    off = happens(draw(world.seed, "card-charge-off", who, world.day), _CHARGED_OFF_PPM)
    after = np.where((bucket == BUCKETS - 1) & (after == BUCKETS - 1) & off, CHARGED_OFF, after)
    world.state.card_of[at] = after
    balance = between(draw(world.seed, "card-balance", who, world.day), *_BALANCE_MINOR)
    happened.cards.append((who, after, balance))
