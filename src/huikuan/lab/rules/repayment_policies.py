"""Policies for the self-exciting process: the fixed cadences that collections departments use, and the best one. Pure.

A policy is a plain function from the state of many accounts to what is done about them (`repayment_process.Policy`),
so a strategy of any kind plays against the process by being wrapped in one. Those here are yardsticks.
"""

from __future__ import annotations

import numpy as np

from huikuan.lab.rules.repayment_process import AccountState, Effort, Floats, Policy, ProcessParameters
from huikuan.lab.rules.repayment_value import BestWorked, LeftAlone


def _effort(state: AccountState, *, push: Floats | float = 0.0, hold: Floats | float = 0.0) -> Effort:
    """Return the same for every account unless arrays are given, asked again after the next repayment only."""
    shape = state.time.shape
    return Effort(np.broadcast_to(push, shape), np.broadcast_to(hold, shape), np.full(shape, np.inf))


def leave_alone() -> Policy:
    """No effort, ever."""
    return _effort


def push_once(level: float) -> Policy:
    """At the start raise λ to ``level`` where it is lower; then nothing."""

    def policy(state: AccountState) -> Effort:
        missing = np.maximum(level - state.intensity, 0)
        return _effort(state, push=np.where(state.time == 0, missing, 0))

    return policy


def push_every(period: float, by: float, *, balance_min: float = 0.0) -> Policy:
    """At the times 0, ``period``, 2 ``period``, … raise λ by ``by`` where the balance is at least ``balance_min``."""

    def policy(state: AccountState) -> Effort:
        passed = np.floor(state.time / period + 1e-9)
        on_time = np.abs(state.time - passed * period) < 1e-9 * (1 + state.time)
        worked = state.balance >= balance_min
        look_again = np.where(worked, (passed + 1) * period - state.time, np.inf)
        return Effort(np.where(on_time & worked, by, 0.0), np.zeros(state.time.shape), look_again)

    return policy


def hold(level: float, *, balance_min: float = 0.0) -> Policy:
    """Never let λ fall under ``level`` while the balance is at least ``balance_min``."""

    def policy(state: AccountState) -> Effort:
        return _effort(state, hold=np.where(state.balance >= balance_min, level, 0.0))

    return policy


def follow_frontier(best: BestWorked) -> Policy:
    """Keep λ at or above the frontier λ*(w): the best policy (`repayment_value`)."""

    def policy(state: AccountState) -> Effort:
        return _effort(state, hold=best.frontier(state.balance))

    return policy


def balance_worth_effort(parameters: ProcessParameters) -> float:
    """Return the balance from which the first unit of effort pays when the intensity is the mean level.

    It pays while ``w g'(λ) > c ÷ δ2``, and ``g'`` is largest at small λ.
    """
    slope = float(LeftAlone(parameters).share_slope(np.array([parameters.mean_level]))[0])
    return parameters.push_cost / slope
