"""What befalls people: each month anew, as a function of the draws of the month."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from huikuan.lab.parameters import World
from huikuan.lab.rules.calendar import FARMERS
from huikuan.lab.rules.draw import PPM, Integers, Truths, draw, happens
from huikuan.lab.rules.people import People


class Kind(IntEnum):
    """Kinds of shocks, in the order of the parameters."""

    ILLNESS = 0  # 疾病
    JOB_LOSS = 1  # 失业
    HARVEST_FAILURE = 2  # 绝收, a whole village at once
    PRICE_DROP = 3  # 跌价, a whole trade at once
    DIVORCE = 4  # 离异
    FRAUD_VICTIM = 5  # 被骗


@dataclass(slots=True)
class Shocks:
    """The shock under which each borrower stands: kind (-1 none), last month, odds in parts per million."""

    kind: Integers
    until: Integers
    odds_ppm: Integers

    @classmethod
    def none(cls, people: int) -> "Shocks":
        """Nobody is under a shock."""
        return cls(np.full(people, -1, dtype=np.int64), np.full(people, -1, dtype=np.int64), np.full(people, PPM))


def strikes(seed: int, people: People, kind: Kind, month: int, monthly_ppm: int) -> Truths:
    """Whom a shock of a kind strikes in a month. Harvests fail by village, prices drop by trade and township."""
    stream = f"shock-{kind.name.lower()}"
    farms = np.isin(people.occupation, FARMERS)
    if kind is Kind.HARVEST_FAILURE:
        return farms & happens(draw(seed, stream, people.village, month), monthly_ppm)
    if kind is Kind.PRICE_DROP:
        trade = people.occupation * 1_000 + people.outlet
        return happens(draw(seed, stream, trade, month), monthly_ppm)
    struck = happens(draw(seed, stream, people.number, month), monthly_ppm)
    return struck & ~farms if kind is Kind.JOB_LOSS else struck


def shocks_of_month(seed: int, people: People, shocks: Shocks, month: int, world: World) -> Integers:
    """End what is over and begin what strikes, in place; return the kind that begins for each borrower, -1 for none."""
    over = shocks.until < month
    shocks.kind[over], shocks.odds_ppm[over] = -1, PPM
    began = np.full_like(shocks.kind, -1)
    for kind in Kind:
        shock = world.shocks[kind.name.lower()]
        struck = strikes(seed, people, kind, month, shock.monthly_ppm.value) & (shocks.kind < 0)
        shocks.kind[struck] = began[struck] = kind
        shocks.until[struck] = month + shock.months.value - 1
        shocks.odds_ppm[struck] = shock.odds_ppm.value
    return began
