"""When a feed is unlike the nights before, on both sides of every threshold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.policies import PolicyInvalidError
from huikuan.portfolio.quality_policies import DriftExample, drift_policy_of_bank, quality_file_load
from huikuan.portfolio.rules.quality import FieldMeasure
from huikuan.portfolio.rules.quality_drift import (
    DriftLevel,
    DriftMeasure,
    field_drifts,
    psi,
    shares_usual,
    volume_drift,
)

POLICY = drift_policy_of_bank(Path("/nowhere"), "bank", date(2024, 1, 31))
BINS = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 10**6), min_size=1)


def a_field(**changes: object) -> FieldMeasure:
    """A code with two values, whole and right."""
    bins = {"active": 900, "settled": 100}
    usual = FieldMeasure("note", "core_status", 1000, 1000, 0, 1000, 2, bins)
    return replace(usual, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("example", quality_file_load().examples, ids=lambda example: example.name)
def test_policy_keeps_what_it_promises(example: DriftExample) -> None:
    found = volume_drift("note", example.rows, example.usual, POLICY)
    assert (found is None) == (example.then == "usual")


def test_volume_alerts_above_the_threshold_and_not_at_it() -> None:
    usual = [1000, 1000, 1000, 1000, 1000]  # the smallest spread: 1 % of the median, 10 rows
    assert volume_drift("note", 1035, usual, POLICY) is None
    found = volume_drift("note", 1036, usual, POLICY)
    assert found is not None and (found.value, found.usual, found.score, found.nights) == (1036, 1000, 3600, 5)
    fewer = volume_drift("note", 964, usual, POLICY)
    assert fewer is not None and fewer.score == -3600


def test_volume_looks_at_the_last_nights_only() -> None:
    assert volume_drift("note", 100, [10_000] * 30 + [100] * 20, POLICY) is None
    assert volume_drift("note", 10_000, [10_000] * 30 + [100] * 20, POLICY) is not None


def test_one_night_with_the_history_does_not_make_the_others_odd() -> None:
    assert volume_drift("repayment", 150, [120_000, 140, 160, 150, 155], POLICY) is None


@given(BINS)
def test_a_distribution_is_stable_against_itself(bins: dict[str, int]) -> None:
    assert psi(bins, shares_usual([bins])) < 0.01  # a share below the smallest one is lifted to it


@given(BINS, st.lists(BINS, min_size=1, max_size=5))
def test_stability_index_is_never_negative(bins: dict[str, int], nights: list[dict[str, int]]) -> None:
    assert psi(bins, shares_usual(nights)) >= 0


def test_stability_index_of_known_shares() -> None:
    # (0.5 − 0.8) ln(0.5 / 0.8) + (0.5 − 0.2) ln(0.5 / 0.2) = 0.4159
    assert psi({"a": 50, "b": 50}, {"a": 0.8, "b": 0.2}) == pytest.approx(0.4159, abs=0.0001)


def test_usual_shares_forget_one_odd_night_and_add_up() -> None:
    found = shares_usual([{"a": 9, "b": 1}, {"a": 900, "b": 100}, {"c": 5_000_000}, {}])
    assert found == pytest.approx({"a": 0.9, "b": 0.1, "c": 0.0})
    assert shares_usual([{}, {}]) == {}


def test_distribution_is_watched_then_alerts() -> None:
    before = [a_field()] * 5
    assert field_drifts(a_field(), before, POLICY) == []
    (watched,) = field_drifts(a_field(bins={"active": 780, "settled": 220}), before, POLICY)
    assert (watched.measure, watched.level) == (DriftMeasure.DISTRIBUTION, DriftLevel.WATCH)
    (loud,) = field_drifts(a_field(bins={"active": 600, "settled": 400}), before, POLICY)
    assert (loud.level, loud.nights) == (DriftLevel.ALERT, 5) and loud.score > loud.usual


def test_few_values_and_few_nights_are_not_judged() -> None:
    odd = a_field(bins={"settled": 499}, sampled=499)
    assert field_drifts(odd, [a_field()] * 5, POLICY) == []
    assert field_drifts(replace(odd, bins={"settled": 500}), [a_field()] * 5, POLICY) != []
    assert field_drifts(replace(odd, bins={"settled": 500}), [a_field()] * 4, POLICY) == []


@pytest.mark.parametrize(("filled", "measure"), [(980, None), (979, DriftMeasure.COMPLETENESS)])
def test_completeness_may_fall_by_two_points(filled: int, measure: DriftMeasure | None) -> None:
    found = field_drifts(a_field(filled=filled, sampled=filled), [a_field()] * 5, POLICY)
    assert [one.measure for one in found] == ([] if measure is None else [measure])


@pytest.mark.parametrize(("invalid", "measure"), [(5, None), (6, DriftMeasure.VALIDITY)])
def test_validity_may_fall_by_half_a_point(invalid: int, measure: DriftMeasure | None) -> None:
    found = field_drifts(a_field(invalid=invalid, sampled=1000 - invalid), [a_field()] * 5, POLICY)
    assert [one.measure for one in found] == ([] if measure is None else [measure])


def test_bank_has_thresholds_of_its_own_and_a_wrong_file_names_the_field(tmp_path: Path) -> None:
    file = tmp_path / "policies" / "east" / "data_quality.yaml"
    file.parent.mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "policies" / "cn" / "data_quality.yaml"
    file.write_text(shipped.read_text().replace("volume_z_milli: 3500", "volume_z_milli: 9000"))
    assert drift_policy_of_bank(tmp_path, "east", date(2024, 1, 31)).volume_z_milli == 9000
    assert drift_policy_of_bank(tmp_path, "west", date(2024, 1, 31)).volume_z_milli == 3500
    file.write_text(shipped.read_text().replace("nights_min: 5", "nights_min: 50"))
    with pytest.raises(PolicyInvalidError, match="expected nights_min not above nights_usual"):
        drift_policy_of_bank(tmp_path, "east", date(2024, 1, 31))
