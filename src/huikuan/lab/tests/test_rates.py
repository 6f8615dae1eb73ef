"""Shares, means, their intervals, and the decline of success: by example and for all counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.kernel.money import PPM
from huikuan.lab.rules.decline import decline_fit, decline_ppm
from huikuan.lab.rules.rates import (
    ClusterSums,
    Interval,
    Mean,
    Share,
    agree,
    design_effect,
    quantile,
    share_of,
    simultaneous_level,
    wilson,
)


def sums(clusters: list[tuple[int, int]]) -> ClusterSums:
    """Sums over clusters given as (hits, of)."""
    return ClusterSums(
        len(clusters),
        sum(h for h, _ in clusters),
        sum(n for _, n in clusters),
        sum(h * h for h, _ in clusters),
        sum(h * n for h, n in clusters),
        sum(n * n for _, n in clusters),
    )


def test_wilson_interval_of_10_in_100_is_the_textbook_one() -> None:
    assert wilson(10, 100) == Interval(55_229, 174_366)


def test_wilson_interval_of_no_hit_begins_at_nothing_and_of_all_hits_ends_at_everything() -> None:
    assert wilson(0, 20).low_ppm == 0 < wilson(0, 20).high_ppm
    assert wilson(20, 20).high_ppm == PPM > wilson(20, 20).low_ppm
    assert wilson(0, 0) == Interval(0, PPM)


@given(st.integers(1, 5_000), st.data())
def test_wilson_interval_holds_the_share_and_widens_with_level_and_design(of: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, of))
    plain, wide, high = wilson(hits, of), wilson(hits, of, design_ppm=2 * PPM), wilson(hits, of, level_ppm=990_000)
    assert plain.holds(Share(hits, of).ppm)
    for other in (wide, high):
        assert other.low_ppm <= plain.low_ppm and plain.high_ppm <= other.high_ppm
    mirrored = wilson(of - hits, of)
    assert abs(mirrored.low_ppm - (PPM - plain.high_ppm)) <= 1


def test_design_effect_of_equal_rows_in_clusters_is_their_number_in_a_cluster() -> None:
    one_of_each = sums([(4, 4), (0, 4)] * 500)
    assert design_effect(one_of_each) == pytest.approx(4 * PPM, rel=0.01)


def test_design_effect_of_rows_that_are_clusters_of_their_own_is_one() -> None:
    assert design_effect(sums([(1, 1), (0, 1), (0, 1)] * 500)) == pytest.approx(PPM, rel=0.01)


def test_design_effect_of_one_cluster_or_of_no_difference_is_one() -> None:
    assert design_effect(sums([(1, 4)])) == PPM
    assert design_effect(sums([(3, 3), (2, 2)])) == PPM
    assert share_of(sums([(3, 3), (2, 2)])) == Share(5, 5)


@given(st.lists(st.integers(0, PPM), min_size=2, max_size=50))
def test_interval_of_a_mean_holds_it(figures: list[int]) -> None:
    mean = Mean(sum(figures), len(figures), sum(one * one for one in figures))
    assert mean.interval().holds(mean.ppm)


def test_interval_of_a_mean_of_one_figure_says_nothing() -> None:
    assert Mean(5, 1, 25).interval() == Interval(0, PPM)


def test_quantile_of_95_percent_is_1_96_and_levels_are_shared_among_intervals() -> None:
    assert quantile(950_000) == pytest.approx(1.959964, abs=1e-6)
    assert simultaneous_level(950_000, 10) == 995_000
    with pytest.raises(ValueError, match="level"):
        quantile(PPM)
    with pytest.raises(ValueError, match="at least one"):
        simultaneous_level(950_000, 0)


def test_shares_agree_up_to_the_interval_of_their_difference_and_not_beyond() -> None:
    assert agree(Share(500, 1_000), Share(540, 1_000), 950_000)
    assert not agree(Share(500, 1_000), Share(550, 1_000), 950_000)
    assert agree(Share(500, 1_000), Share(550, 1_000), 990_000)


@given(st.integers(1, 400), st.integers(1, 400), st.data())
def test_agreement_does_not_depend_on_the_order(first: int, second: int, data: st.DataObject) -> None:
    one = Share(data.draw(st.integers(0, first)), first)
    other = Share(data.draw(st.integers(0, second)), second)
    assert agree(one, one, 950_000)
    assert agree(one, other, 950_000) == agree(other, one, 950_000)


def test_what_is_no_share_is_refused() -> None:
    with pytest.raises(ValueError, match="no share"):
        Share(2, 1)
    with pytest.raises(ValueError, match="at least one"):
        Share(1, 2, PPM - 1)


def test_decline_is_found_again_in_counts_that_follow_it() -> None:
    rows = {
        name: [Share(round(first * 0.8**place * 100_000), 100_000) for place in range(6)]
        for name, first in (("cellular", 0.05), ("telephone", 0.02))
    }
    found = decline_fit(rows)
    assert abs(found.keep_ppm - 800_000) <= 2_000
    assert found.keep.holds(800_000)
    assert found.first_ppm["cellular"] == pytest.approx(50_000, rel=0.01)
    assert found.first_ppm["telephone"] == pytest.approx(20_000, rel=0.01)


def test_decline_of_a_channel_without_success_is_refused() -> None:
    with pytest.raises(ValueError, match="success"):
        decline_fit({"cellular": [Share(0, 10)]})


@given(st.integers(0, PPM), st.integers(0, PPM), st.integers(1, 12))
def test_declining_rate_never_rises(first: int, keep: int, attempt: int) -> None:
    assert decline_ppm(first, keep, 1) == first
    assert decline_ppm(first, keep, attempt + 1) <= decline_ppm(first, keep, attempt)
