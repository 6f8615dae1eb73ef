"""Settlements, recoveries and calls as the simulator makes them, counted as the public data were."""

from __future__ import annotations

import numpy as np

from huikuan.kernel.money import PPM
from huikuan.lab.calibrate.calling import Called, calls_play
from huikuan.lab.calibrate.fit import RECOVERY_MONTHS, call_decline
from huikuan.lab.calibrate.loans import MATERIAL_PPM
from huikuan.lab.calibrate.simulate import Play
from huikuan.lab.calibrate.targets import Targets
from huikuan.lab.parameters import Parameters
from huikuan.lab.rules.contact import Offer
from huikuan.lab.rules.draw import between, draw, happens
from huikuan.lab.rules.rates import Mean, Share


def afterwards_figures(parameters: Parameters, targets: Targets, play: Play) -> dict[str, Share | Mean]:
    """Return the figures by name."""
    return {
        "settlement.broken": calls_play(parameters, play, Offer.PLAN).broken,
        **_recoveries(parameters, play),
        **_calls(calls_play(parameters, play, Offer.NONE), targets),
    }


def _recoveries(parameters: Parameters, play: Play) -> dict[str, Share | Mean]:
    """Charged-off notes over RECOVERY_MONTHS: each month something may come, a share of what was owed at the start."""
    who, after = np.arange(play.borrowers, dtype=np.int64), parameters.afterwards
    came = np.zeros(play.borrowers, dtype=np.int64)
    low, high = after.recovery_share_ppm.values
    for month in range(RECOVERY_MONTHS):
        comes = happens(draw(play.seed, "play-recovers", who, month), after.recovers_ppm.value)
        came += np.where(comes, between(draw(play.seed, "play-recovery", who, month), low, high), 0)
    came = np.minimum(came, PPM)
    return {
        "recovery.any": Share(int((came >= MATERIAL_PPM).sum()), play.borrowers),
        "recovery.part": Mean(int(came.sum()), play.borrowers, int((came * came).sum())),
    }


def _calls(called: Called, targets: Targets) -> dict[str, Share | Mean]:
    """Successes by attempt, thinned out to the level of each channel of the public data at the first call.

    What is compared is the decline: how many promise at the first call is assumed.
    """
    decline = call_decline(targets)
    first = called.promises[0].ppm
    if decline is None or first == 0:
        return {}
    return {
        f"call.{channel}.{attempt}": Share(min(one.of, one.hits * level // first), one.of)
        for channel, level in decline.first_ppm.items()
        for attempt, one in enumerate(called.promises, start=1)
    }
