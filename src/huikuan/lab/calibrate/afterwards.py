"""Settlements, recoveries and calls as the simulator's parameters make them, counted as the public data were."""

from __future__ import annotations

from typing import Final

import numpy as np

from huikuan.kernel.money import PPM
from huikuan.lab.calibrate.calls import ATTEMPTS_MAX
from huikuan.lab.calibrate.fit import RECOVERY_MONTHS, call_decline
from huikuan.lab.calibrate.loans import MATERIAL_PPM
from huikuan.lab.calibrate.simulate import Play
from huikuan.lab.calibrate.targets import Targets
from huikuan.lab.parameters import Parameters
from huikuan.lab.rules.draw import between, draw, happens
from huikuan.lab.rules.rates import Mean, Share

_CUSTOMERS: Final = 200_000
"""Of the calls: yes is rare, so many are needed."""


def afterwards_figures(parameters: Parameters, targets: Targets, play: Play) -> dict[str, Share | Mean]:
    """Return the figures by name; those of calls begin where the counted ones do, and fall as the parameters say."""
    return {**_settlements(parameters, play), **_recoveries(parameters, play), **_calls(parameters, targets, play)}


def _settlements(parameters: Parameters, play: Play) -> dict[str, Share | Mean]:
    who = np.arange(play.borrowers, dtype=np.int64)
    broken = happens(draw(play.seed, "play-settlement", who), parameters.afterwards.settlement_broken_ppm.value)
    return {"settlement.broken": Share(int(broken.sum()), play.borrowers)}


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


def _calls(parameters: Parameters, targets: Targets, play: Play) -> dict[str, Share | Mean]:
    """Calls to customers who are called until they say yes, ATTEMPTS_MAX times at most."""
    decline = call_decline(targets)
    if decline is None:
        return {}
    willing = parameters.answers.willing_ppm.values
    found: dict[str, Share | Mean] = {}
    for channel, first in decline.first_ppm.items():
        open_to = np.arange(_CUSTOMERS, dtype=np.int64)
        for attempt in range(1, ATTEMPTS_MAX + 1):
            rate = first * willing[min(attempt, len(willing)) - 1] // willing[0] if willing[0] else 0
            yes = happens(draw(play.seed, f"play-call-{channel}", open_to, attempt), rate)
            found[f"call.{channel}.{attempt}"] = Share(int(yes.sum()), open_to.size)
            open_to = open_to[~yes]
    return found
