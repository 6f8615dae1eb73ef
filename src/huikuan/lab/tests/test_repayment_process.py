"""The self-exciting repayment process: closed form, best policy and exact simulation agree with the paper."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huikuan.lab.rules.repayment_policies import (
    balance_worth_effort,
    follow_frontier,
    hold,
    leave_alone,
    push_every,
    push_once,
)
from huikuan.lab.rules.repayment_process import AccountState, Effort, Policy, ProcessParameters, Worth, simulate
from huikuan.lab.rules.repayment_value import BestWorked, LeftAlone, share_nodes

REFERENCE = ProcessParameters()
BALANCE, INTENSITY = 75.0, 0.11
SEED = 20190601


@cache
def alone() -> LeftAlone:
    return LeftAlone(REFERENCE)


@cache
def best() -> BestWorked:
    return BestWorked(REFERENCE, balance_top=101)


def played(
    policy: Policy, paths: int, *, balance: float = BALANCE, intensity: float = INTENSITY, seed: int = SEED
) -> Worth:
    start = np.full(paths, balance), np.full(paths, intensity)
    return simulate(REFERENCE, policy, balance=start[0], intensity=start[1], seed=seed)


def test_doing_nothing_is_worth_the_published_figure() -> None:
    assert round(alone().worth(BALANCE, INTENSITY), 2) == 38.29
    assert alone().worth(BALANCE, INTENSITY) == pytest.approx(38.2909, abs=5e-5)


def test_doing_nothing_satisfies_the_equation_of_the_process() -> None:
    p, (shares, weights) = REFERENCE, share_nodes(REFERENCE)
    levels = np.array([0.0, 0.05, 0.1, 0.3, 1.0, 2.5])
    after = alone().share((levels[:, None] + p.jump + p.jump_share * shares).ravel()).reshape(levels.size, -1)
    income = levels * ((shares + (1 - shares) * after) @ weights)
    drift = p.reversion * (p.mean_level - levels) * alone().share_slope(levels)
    assert (p.discount + levels) * alone().share(levels) - drift == pytest.approx(income, abs=1e-8)


def test_time_cut_off_as_published_overstates_doing_nothing() -> None:
    steps = round(20 / REFERENCE.reversion / 0.02)
    kept = alone()._kept(np.array([INTENSITY]))[0, : steps + 1]
    cut = BALANCE * (1 - REFERENCE.discount * 0.02 * (kept.sum() - (kept[0] + kept[-1]) / 2))
    assert cut == pytest.approx(39.39, abs=0.01)


def test_best_policy_is_worth_the_published_figure() -> None:
    assert best().worth(BALANCE, INTENSITY) == pytest.approx(55.78, abs=0.03)
    assert best().worth(BALANCE, INTENSITY) == pytest.approx(55.752, abs=0.0005)


def test_best_policy_does_not_depend_on_the_grid() -> None:
    finer = BestWorked(REFERENCE, balance_top=76, balance_step=0.25, intensity_step=0.01)
    assert best().worth(BALANCE, INTENSITY) == pytest.approx(finer.worth(BALANCE, INTENSITY), abs=0.0005)


def test_frontier_is_the_published_one() -> None:
    balances = np.array([10.0, 14.5, 22, 33, 44, 56, 67, 78, 100])
    published = np.array([0, 0, 0.28, 0.51, 0.69, 0.85, 0.99, 1.11, 1.33])
    assert best().frontier(balances) == pytest.approx(published, abs=0.01)
    assert (np.diff(best().frontiers) >= 0).all()


def test_small_balances_are_left_alone() -> None:
    assert balance_worth_effort(REFERENCE) == pytest.approx(16.22, abs=0.01)
    assert best().worth(14.0, INTENSITY) == pytest.approx(alone().worth(14.0, INTENSITY), abs=1e-6)
    assert best().worth(17.0, INTENSITY) > alone().worth(17.0, INTENSITY)


def test_gain_over_doing_nothing_grows_with_the_balance_and_is_small_for_active_payers() -> None:
    def gain(balance: float, level: float) -> float:
        return 100 * (best().worth(balance, level) - alone().worth(balance, level)) / balance

    shown = [gain(balance, INTENSITY) for balance in (25, 50, 75, 100)]
    assert shown == sorted(shown)
    assert gain(100, 2.0) < gain(100, INTENSITY) / 5


def test_best_policy_satisfies_the_inequalities_that_prove_it_best() -> None:
    """Effort is never worth more than its cost, and waiting never brings more than the worth: verification theorem."""
    p, levels = REFERENCE, best().intensities
    step, inner = levels[1], slice(0, 150)
    for row in range(40, best().balances.size, 20):
        worths, income = best().worths[row], best()._income(float(best().balances[row]))
        slope = np.gradient(worths, step)
        assert (slope[inner] <= p.push_cost + 1e-3).all()
        surplus = income - (p.discount + levels) * worths - p.reversion * (levels - p.mean_level) * slope
        assert (surplus[inner] <= 5e-3).all()


@pytest.mark.parametrize("level", [0.0, INTENSITY, 1.0])
def test_simulated_accounts_left_alone_agree_with_the_closed_form(level: float) -> None:
    worth = played(leave_alone(), 100_000, intensity=level)
    assert abs(worth.mean - alone().worth(BALANCE, level)) < 2 * worth.standard_error
    assert worth.effort.sum() == 0


@pytest.mark.parametrize(("balance", "level"), [(75.0, 0.11), (75.0, 0.02), (25.0, 0.3), (100.0, 1.5)])
def test_simulated_accounts_on_the_frontier_agree_with_the_best_worth(balance: float, level: float) -> None:
    worth = played(follow_frontier(best()), 100_000, balance=balance, intensity=level)
    assert abs(worth.mean - best().worth(balance, level)) < 2 * worth.standard_error


def test_both_published_figures_within_two_standard_errors() -> None:
    nothing, worked = played(leave_alone(), 20_000), played(follow_frontier(best()), 20_000)
    assert abs(nothing.mean - 38.29) < 2 * nothing.standard_error
    assert abs(worked.mean - 55.78) < 2 * worked.standard_error


@pytest.mark.soak
def test_four_million_accounts_agree_with_both_worths() -> None:
    for policy, exact in (
        (leave_alone(), alone().worth(BALANCE, INTENSITY)),
        (follow_frontier(best()), best().worth(BALANCE, INTENSITY)),
    ):
        worth = played(policy, 4_000_000)
        assert worth.standard_error < 0.01
        assert abs(worth.mean - exact) < 2 * worth.standard_error


@settings(max_examples=25, deadline=None)
@given(level=st.floats(0.0, 2.0), least=st.floats(0.5, 90.0), start=st.floats(0.0, 2.0), balance=st.floats(5.0, 100.0))
def test_no_fixed_level_beats_the_best_policy(level: float, least: float, start: float, balance: float) -> None:
    worth = played(hold(level, balance_min=least), 4_000, balance=balance, intensity=start)
    assert worth.mean < best().worth(balance, start) + 4.5 * worth.standard_error + 1e-6


@pytest.mark.parametrize(
    ("policy", "published"),
    [
        (push_once(1.0), 50.5),
        (push_every(1.0, 0.3, balance_min=15.5), 52.7),
        (hold(0.5, balance_min=15.5), 53.8),
        (hold(1.0, balance_min=15.5), 55.2),
    ],
)
def test_fixed_cadences_are_worth_what_others_measured(policy: Policy, published: float) -> None:
    worth = played(policy, 20_000)
    assert worth.mean == pytest.approx(published, abs=4 * worth.standard_error)


def test_same_seed_same_paths_and_another_seed_others() -> None:
    first, again, other = (played(hold(0.5, balance_min=15.5), 2_000, seed=seed) for seed in (1, 1, 2))
    assert (first.net == again.net).all()
    assert (first.net != other.net).any()


def test_accounts_of_a_later_chunk_do_not_change_the_first() -> None:
    short, long = played(leave_alone(), 1 << 15), played(leave_alone(), (1 << 15) + 7)
    assert (short.net == long.net[: 1 << 15]).all()


def test_nothing_is_collected_beyond_the_balance() -> None:
    worth = played(hold(2.0, balance_min=1.0), 5_000)
    assert (worth.collected <= BALANCE).all()
    assert (worth.effort > 0).all()


@pytest.mark.parametrize("start", [0.1, 1.0])
def test_effort_held_until_the_only_repayment_costs_what_can_be_computed(start: float) -> None:
    """Whoever pays, pays (almost) all: upkeep of 0.5 runs from when λ has fallen to it until the first repayment."""
    p, level = ProcessParameters(share_min=0.999), 0.5
    over = level - p.mean_level
    begins = max(0.0, np.log((start - p.mean_level) / over) / p.reversion) if start > level else 0.0
    survives = np.exp(-(p.mean_level * begins + max(start - level, 0) / p.reversion))
    upkeep = p.push_cost * p.reversion * over * np.exp(-p.discount * begins) * survives / (p.discount + level)
    accounts = np.full(50_000, 100.0), np.full(50_000, start)
    worth = simulate(p, hold(level, balance_min=1.0), balance=accounts[0], intensity=accounts[1], seed=3)
    error = worth.effort.std() / np.sqrt(worth.effort.size)
    assert abs(worth.effort.mean() - (p.push_cost * max(level - start, 0) + upkeep)) < 2.5 * error


def test_a_policy_that_pushes_down_is_refused() -> None:
    def down(state: AccountState) -> Effort:
        minus = np.full(state.time.shape, -0.1)
        return Effort(minus, np.zeros(state.time.shape), np.full(state.time.shape, np.inf))

    with pytest.raises(ValueError, match="push down"):
        played(down, 10)


def test_parameters_without_a_value_are_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        ProcessParameters(discount=0.0)
    with pytest.raises(ValueError, match="positive"):
        ProcessParameters(share_min=1.0)
    with pytest.raises(ValueError, match="outside the grid"):
        best().worth(1000.0, INTENSITY)
