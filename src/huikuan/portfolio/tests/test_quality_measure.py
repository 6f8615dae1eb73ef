"""What is measured of a delivery: by hand for a small one, and every n-th block of a big one."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake import quality
from huikuan.portfolio.intake.quality import quality_measure
from huikuan.portfolio.rules.quality import MORE, FieldMeasure, bins_ordered, share_ppm
from huikuan.portfolio.tests.deliveries import ADelivery


def measured(delivery: ADelivery) -> tuple[duckdb.DuckDBPyConnection, dict[tuple[str, str], FieldMeasure]]:
    """Check a delivery and measure it, by feed and field."""
    con = delivery.connect()
    found = quality_measure(con, contracts_shipped(), delivery.check(con))
    return con, {(one.feed, one.field): one for one in found}


def test_every_field_of_every_delivered_feed_is_measured(tmp_path: Path) -> None:
    _, found = measured(ADelivery(tmp_path / "d").write())
    assert {feed for feed, _ in found} == {"product", "party", "contract", "note", "instalment", "repayment"}
    assert {field for feed, field in found if feed == "note"} == set(contracts_shipped()["note"].columns)


def test_filled_and_different_values_are_counted_by_hand(tmp_path: Path) -> None:
    _, found = measured(ADelivery(tmp_path / "d").write())
    assert found["note", "compound"].bins == {"none": 101, "quarterly": 1}
    maturity = found["note", "matures_on"]  # all on 2026-12-10
    assert (maturity.rows, maturity.filled, maturity.sampled, maturity.distinct) == (102, 102, 102, 1)
    assert maturity.bins == {"Y2026": 102}
    value = found["repayment", "value_on"]  # rows of one day: held against the business date
    assert value.bins is not None and not any(label.startswith("Y") for label in value.bins)
    principal = found["note", "principal"]  # 1,000.00 of one note in minor units stands on the bound of its bin
    assert principal.bins is not None and principal.bins["100000"] >= 1
    assert sum(principal.bins.values()) == 102
    reverses = found["repayment", "reverses"]
    assert (reverses.filled, reverses.distinct, reverses.bins) == (0, 0, None)
    assert sum((found["contract", "institution_code"].bins or {}).values()) == found["contract", "amount"].rows


def test_personal_values_have_counts_and_no_bins(tmp_path: Path) -> None:
    _, found = measured(ADelivery(tmp_path / "d").write())
    for field in contracts_shipped()["party"].personal:
        assert found["party", field.name].bins is None
    assert found["party", "name"].filled == found["party", "name"].rows


def test_refused_value_is_filled_and_invalid_and_its_neighbours_are_not(tmp_path: Path) -> None:
    delivery = ADelivery(tmp_path / "d")
    delivery.rows["parties"][1]["party_kind"] = "?"
    _, found = measured(delivery.write())
    kind, name = found["party", "party_kind"], found["party", "name"]
    assert (kind.filled, kind.invalid, kind.sampled) == (kind.rows, 1, kind.rows - 1)
    assert (name.filled, name.invalid) == (name.rows, 0)


def test_missing_required_value_is_not_filled_and_not_invalid(tmp_path: Path) -> None:
    delivery = ADelivery(tmp_path / "d")
    delivery.rows["parties"][1]["party_kind"] = ""
    _, found = measured(delivery.write())
    kind = found["party", "party_kind"]
    assert (kind.filled, kind.invalid) == (kind.rows - 1, 0)


def test_big_file_is_counted_whole_and_sampled_by_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "SAMPLE_ROWS", 60)
    monkeypatch.setattr(quality, "_BLOCK_LINES", 10)
    _, found = measured(ADelivery(tmp_path / "d").write())
    name, number = found["party", "name"], found["party", "identity_number"]
    assert name.rows == name.filled == 102
    assert 40 <= name.sampled <= 60
    assert (number.filled, number.sampled) in {(1, 0), (1, 1)}  # the only one is counted, whether sampled or not


@given(st.integers(0, 10**12), st.integers(1, 10**12))
def test_share_is_half_up_between_nothing_and_all(part: int, whole: int) -> None:
    found = share_ppm(min(part, whole), whole)
    assert found is not None and 0 <= found <= 1_000_000
    assert abs(found * whole - min(part, whole) * 1_000_000) * 2 <= whole


def test_share_of_nothing_is_none() -> None:
    assert share_ppm(0, 0) is None


def test_bins_are_read_by_size() -> None:
    assert bins_ordered(["10", "-7", MORE, "2", "b", "a"]) == ["-7", "2", "10", MORE, "a", "b"]
