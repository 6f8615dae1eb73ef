"""A round of fitting moves weights towards the counted rates, and stops there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huikuan.kernel.money import PPM
from huikuan.lab.rules.adjust import (
    FACTOR_MAX,
    SPREAD_MAX_PPM,
    Weights,
    factor_ppm,
    months_adjusted,
    spread_adjusted,
    weights_adjusted,
)

EVEN: Weights = (250_000, 250_000, 250_000, 250_000)
MONTHS: tuple[Weights, ...] = ((20_000, 0, 0, 980_000), (300_000, 300_000, 0, 400_000), *([EVEN] * 6))
weights = st.tuples(*[st.integers(0, PPM)] * 3).map(
    lambda cuts: (
        min(cuts),
        sorted(cuts)[1] - min(cuts),
        max(cuts) - sorted(cuts)[1],
        PPM - max(cuts),
    )
)


@given(weights, st.tuples(*[st.integers(0, FACTOR_MAX)] * 4))
def test_weights_add_up_to_a_million_and_nothing_comes_of_nothing(row: Weights, factors: tuple[int, ...]) -> None:
    found = weights_adjusted(row, factors)
    assert sum(found) == PPM
    if found != row:
        assert all(after == 0 for before, after in zip(row, found, strict=True) if before == 0)


@given(st.integers(0, PPM), st.integers(0, PPM))
def test_factor_stays_within_its_limits(target: int, simulated: int) -> None:
    assert PPM * PPM // FACTOR_MAX <= factor_ppm(target, simulated) <= FACTOR_MAX


def test_figures_that_agree_move_nothing() -> None:
    figures = {"panel.entry.all": 20_000, "panel.m2.cure": 600_000, "panel.m2.stay": 300_000, "panel.m2.worse": 100_000}
    assert months_adjusted(MONTHS, figures, figures) == MONTHS


def test_too_few_cures_raise_the_weights_that_cure() -> None:
    target = {"panel.m3.cure": 400_000, "panel.m3.better": 100_000, "panel.m3.stay": 200_000, "panel.m3.worse": 300_000}
    simulated = dict.fromkeys(target, 250_000)
    none, one, several, every = months_adjusted(MONTHS, target, simulated)[3]
    assert every > none > one > several


def test_more_m1_than_wanted_loses_more_of_it_and_brings_in_less() -> None:
    target, simulated = {"arrears.m1": 500_000}, {"arrears.m1": 600_000}
    moved = months_adjusted(MONTHS, target, simulated)
    assert moved[0][0] < MONTHS[0][0]
    assert moved[1][0] > MONTHS[1][0]


def test_own_roll_rates_are_fitted_bucket_by_bucket() -> None:
    target, simulated = (
        {"book.m0.worse": 40_000, "book.m1.cure": 500_000},
        {"book.m0.worse": 10_000, "book.m1.cure": 400_000},
    )
    moved = months_adjusted(MONTHS, target, simulated)
    assert 39_000 < moved[0][0] < 41_000
    assert moved[1][3] > MONTHS[1][3]
    assert moved[2:] == MONTHS[2:]


def test_spread_grows_where_those_with_recent_arrears_are_not_unlike_enough() -> None:
    target = {"panel.entry.recent": 80_000, "panel.entry.clean": 10_000}
    alike = {"panel.entry.recent": 20_000, "panel.entry.clean": 20_000}
    spread = (400_000, 400_000, 100_000)
    assert spread_adjusted(spread, target, alike) == (500_000, 500_000, 100_000)
    assert spread_adjusted(spread, target, target) == spread
    assert spread_adjusted(spread, {}, alike) == spread
    assert spread_adjusted((SPREAD_MAX_PPM, 0, 0), target, alike)[0] == SPREAD_MAX_PPM
