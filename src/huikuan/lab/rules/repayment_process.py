"""A second borrower: repayments that call for repayments, and effort that calls for them too. Pure.

The controlled self-exciting process of Chehrazi, Glynn and Weber, *Dynamic Credit-Collections Optimization* (Management
Science 65:6, 2019). An account has a balance ``w`` and an intensity ``λ``, the rate at which repayments come:

* between events ``dλ = κ (λ∞ − λ) dt``;
* a repayment takes the share ``r`` of the balance, uniform on [r_min, 1]: ``w`` becomes ``(1 − r) w`` and λ rises by
  ``δ10 + δ11 r``, for who has paid is likelier to pay again;
* effort ``a`` raises λ by ``δ2 a`` at once and costs ``c a``.

Worth of an account: repayments less cost of effort, both discounted at the rate ρ. What doing nothing is worth is
known in closed form and what the best policy is worth nearly so (`repayment_value`), so a strategy can be measured
against truth. Nothing here is a bank's money: time, balances and costs are in units of the paper, and this is one of
the few places that use binary fractions. Balances are doubles, draws come from numpy's Philox (counter-based) with a
fixed seed: the same seed gives the same paths with the same numpy; to the last bit on another processor is not
promised.

The simulation is exact in time: no step. Between two events λ only falls (or is held), or rises towards λ∞, so its
largest value is known when the interval begins, and candidates at that rate are kept with the probability λ(t) ÷ bound
(thinning: Lewis and Shedler 1979, Ogata 1981).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator, Philox
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CHUNK: Final = 1 << 15
"""Accounts simulated side by side; each chunk has a stream of draws of its own."""


@dataclass(frozen=True)
class ProcessParameters:
    """What drives an account; the defaults are the reference case of the paper. Rates are per unit of time."""

    mean_level: float = 0.1
    """λ∞, to which the intensity returns."""
    reversion: float = 0.7
    """κ, how fast."""
    jump: float = 0.02
    """δ10, by which any repayment raises λ."""
    jump_share: float = 0.5
    """δ11, by which a repayment of everything raises it further."""
    effort_effect: float = 1.0
    """δ2, by which a unit of effort raises λ."""
    discount: float = 0.06
    """ρ."""
    effort_cost: float = 6.0
    """c, of a unit of effort."""
    share_min: float = 0.1
    """Smallest share of the balance that a repayment brings."""

    def __post_init__(self) -> None:
        """Refuse what has no value: every rate is positive, shares lie in (0, 1)."""
        positive = (self.mean_level, self.reversion, self.discount, self.effort_effect, self.effort_cost)
        if min(positive) <= 0 or min(self.jump, self.jump_share) < 0 or not 0 < self.share_min < 1:
            raise ValueError(f"Rates and costs must be positive, jumps not negative, shares between 0 and 1: {self}.")

    @property
    def push_cost(self) -> float:
        """Cost of raising λ by one."""
        return self.effort_cost / self.effort_effect


@dataclass(frozen=True)
class AccountState:
    """What a policy sees of many accounts at once; arrays of one length."""

    time: Floats
    balance: Floats
    intensity: Floats
    """After the repayment, before the effort."""
    repayments: NDArray[np.int64]
    """How many came so far."""


@dataclass(frozen=True)
class Effort:
    """What a policy does now, and until it is asked again."""

    push: Floats
    """By how much λ is raised at once (0 or more); effort is this ÷ δ2."""
    hold: Floats
    """Level under which λ is not allowed to fall; 0 lets it fall. A λ under it is pushed up to it first."""
    look_again: Floats
    """After how much time the policy is asked again if nothing happens; ``inf`` waits for the next repayment."""


Policy = Callable[[AccountState], Effort]
"""State → action. Asked at the start, after every repayment and at the times it asked for itself."""


@dataclass(frozen=True)
class Worth:
    """Discounted sums of simulated accounts, in the order they were given."""

    collected: Floats
    effort: Floats

    @property
    def net(self) -> Floats:
        """Repayments less cost of effort."""
        return self.collected - self.effort

    @property
    def mean(self) -> float:
        """Mean of the net worth."""
        return float(self.net.mean())

    @property
    def standard_error(self) -> float:
        """Standard error of the mean; independent accounts."""
        return float(self.net.std(ddof=1) / np.sqrt(self.net.size))


def simulate(
    parameters: ProcessParameters,
    policy: Policy,
    *,
    balance: Floats,
    intensity: Floats,
    seed: int,
    closed_below: float = 1e-6,
) -> Worth:
    """Play every account to its end under a policy and return what each was worth.

    ``balance`` and ``intensity`` are the starting values of each account. An account ends when its balance, or what
    that is worth at time 0, is under ``closed_below``; at most so much is left out of its worth. A policy that holds
    every balance, however small, never stops paying for it: say with ``closed_below`` when such an account is closed.
    """
    balance, intensity = np.asarray(balance, np.float64), np.asarray(intensity, np.float64)
    parts = []
    for start in range(0, balance.size, CHUNK):
        part = slice(start, start + CHUNK)
        draws = Generator(Philox(key=seed, counter=[0, 0, 0, start]))
        parts.append(_Run(parameters, policy, draws, balance[part], intensity[part], closed_below).play())
    return Worth(np.concatenate([p.collected for p in parts]), np.concatenate([p.effort for p in parts]))


class _Run:
    """The accounts of one chunk; arrays shrink as accounts end."""

    def __init__(
        self,
        parameters: ProcessParameters,
        policy: Policy,
        draws: Generator,
        balance: Floats,
        intensity: Floats,
        closed_below: float,
    ) -> None:
        self.p, self.policy, self.draws, self.closed_below = parameters, policy, draws, closed_below
        size = balance.size
        self.worth = Worth(np.zeros(size), np.zeros(size))
        self.account = np.arange(size)
        self.time, self.balance, self.level = np.zeros(size), balance.copy(), intensity.copy()
        self.repayments = np.zeros(size, np.int64)
        self.hold, self.until = np.zeros(size), np.zeros(size)

    def play(self) -> Worth:
        """Ask, wait, pay until no account is left."""
        self._keep(self.balance >= self.closed_below)
        self._ask(np.ones(self.account.size, bool))
        while self.account.size:
            self._wait()
        return self.worth

    def _keep(self, alive: NDArray[np.bool_]) -> None:
        if alive.all():
            return
        for name in ("account", "time", "balance", "level", "repayments", "hold", "until"):
            setattr(self, name, getattr(self, name)[alive])

    def _ask(self, who: NDArray[np.bool_]) -> None:
        """Let the policy act on the marked accounts; book the cost of the push."""
        if not who.any():
            return
        state = AccountState(self.time[who], self.balance[who], self.level[who], self.repayments[who])
        effort = self.policy(state)
        if effort.push.min() < 0 or effort.look_again.min() <= 0:
            raise ValueError("A policy may not push down, and asks to be asked again after a positive time.")
        raised = np.maximum(state.intensity + effort.push, effort.hold)
        cost = (raised - state.intensity) * self.p.push_cost * np.exp(-self.p.discount * state.time)
        np.add.at(self.worth.effort, self.account[who], cost)
        self.level[who], self.hold[who], self.until[who] = raised, effort.hold, state.time + effort.look_again

    def _wait(self) -> None:
        """One candidate for every account: kept, it is a repayment; a policy's time before it, the policy is asked."""
        p, size = self.p, self.account.size
        bound = np.maximum(np.maximum(self.level, self.hold), p.mean_level)
        wait = self.draws.standard_exponential(size) / bound
        accept, share = self.draws.random(size), p.share_min + (1 - p.share_min) * self.draws.random(size)
        asked = self.time + wait >= self.until
        wait = np.where(asked, self.until - self.time, wait)
        free = p.mean_level + (self.level - p.mean_level) * np.exp(-p.reversion * wait)
        np.add.at(self.worth.effort, self.account, self._held_cost(wait))
        self.level, self.time = np.maximum(free, self.hold), self.time + wait
        paid = ~asked & (accept * bound < self.level)
        worth_today = np.exp(-p.discount * self.time)
        self.worth.collected[self.account] += np.where(paid, share * self.balance * worth_today, 0)
        self.balance = np.where(paid, (1 - share) * self.balance, self.balance)
        self.level = np.where(paid, self.level + p.jump + p.jump_share * share, self.level)
        self.repayments = self.repayments + paid
        alive = self.balance * worth_today >= self.closed_below
        alive &= self.balance >= self.closed_below
        self._keep(alive)
        self._ask((asked | paid)[alive])

    def _held_cost(self, wait: Floats) -> Floats:
        """Discounted cost of keeping λ at ``hold`` while it would have fallen, over the next ``wait``.

        The level reaches ``hold`` after ``ln((λ − λ∞) ÷ (hold − λ∞)) ÷ κ``; from then on ``κ (hold − λ∞)`` is bought
        each unit of time. A hold at or under λ∞ costs nothing.
        """
        p = self.p
        over = self.hold - p.mean_level
        held = over > 0
        ratio = np.where(held, (self.level - p.mean_level) / np.where(held, over, 1), 1)
        begins = np.minimum(np.log(np.maximum(ratio, 1)) / p.reversion, wait)
        rate = np.where(held, p.push_cost * p.reversion * over, 0)
        spans = np.exp(-p.discount * (self.time + begins)) - np.exp(-p.discount * (self.time + wait))
        return np.asarray(rate * spans / p.discount)
