"""Reports: formulas on small tables that can be checked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.insight.facts import BucketCell, NightSums, RollCell
from huikuan.insight.reports.bucket_balance import book_totals, bucket_balances, class_balances
from huikuan.insight.reports.overdue_rate import overdue_rates
from huikuan.insight.reports.roll_rate import period_complete, roll_rates
from huikuan.insight.reports.trend import trend

M0 = BucketCell("M0", "pass", 90, 0, 1, 9_000, 0, 0, 0, 0, 0, 9_000)
M1 = BucketCell("M1", "special_mention", 9, 9, 0, 900, 30, 6, 2, 900, 30, 900)
M4 = BucketCell("M4", "substandard", 1, 1, 0, 100, 40, 9, 5, 100, 100, 100)
GONE = BucketCell("charged_off", "loss", 5, 0, 2, 700, 700, 70, 7, 0, 0, 0)


def test_overdue_rates_are_named_and_differ_where_only_principal_counts() -> None:
    rates = overdue_rates([M0, M1, M4, GONE])
    assert (rates.management.numerator_minor, rates.management.denominator_minor) == (1_000, 10_000)
    assert rates.management.rate_ppm == 100_000
    assert (rates.regulatory.numerator_minor, rates.regulatory.rate_ppm) == (130, 13_000)


def test_overdue_rate_without_a_balance_is_unknown_and_not_zero() -> None:
    assert overdue_rates([]).management.rate_ppm is None
    assert overdue_rates([GONE]).regulatory.rate_ppm is None


@pytest.mark.parametrize(("numerator", "ppm"), [(1, 333_333), (2, 666_667)])
def test_rate_is_rounded_half_up_to_parts_per_million(numerator: int, ppm: int) -> None:
    cell = replace(M0, management_minor=numerator, denominator_minor=3)
    assert overdue_rates([cell]).management.rate_ppm == ppm


def test_totals_leave_out_what_is_off_the_book_and_buckets_show_it_last() -> None:
    totals = book_totals([GONE, M4, M1, M0])
    assert (totals.notes, totals.balance_minor, totals.overdue_notes, totals.stale_notes) == (100, 10_000, 10, 1)
    assert (totals.overdue_principal_minor, totals.overdue_interest_minor, totals.penalty_minor) == (70, 15, 7)
    rows = bucket_balances([GONE, M4, M1, M0])
    assert [row.bucket for row in rows] == ["M0", "M1", "M4", "charged_off"]
    assert [row.overdue_minor for row in rows] == [0, 36, 49, 770]
    assert [row.class_floor for row in class_balances([GONE, M4, M1, M0])] == [
        "pass", "special_mention", "substandard",
    ]  # fmt: skip


def test_cells_of_a_bucket_in_two_classes_are_one_row() -> None:
    (row,) = bucket_balances([M1, replace(M1, class_floor="substandard")])
    assert (row.notes, row.balance_minor) == (18, 1_800)


def test_roll_rates_are_shares_of_the_row_by_count_and_by_amount() -> None:
    cells = [RollCell("M1", "M2", 1, 300), RollCell("M1", "M0", 3, 100), RollCell("M0", "M0", 7, 50)]
    rates = roll_rates(cells)
    assert [(r.from_bucket, r.to_bucket, r.notes_ppm, r.amount_ppm) for r in rates] == [
        ("M0", "M0", 1_000_000, 1_000_000),
        ("M1", "M0", 750_000, 250_000),
        ("M1", "M2", 250_000, 750_000),
    ]


def test_roll_row_without_balance_has_no_rate_by_amount() -> None:
    (rate,) = roll_rates([RollCell("settled", "settled", 2, 0)])
    assert (rate.notes_ppm, rate.amount_ppm) == (1_000_000, None)


@given(st.lists(st.integers(min_value=0, max_value=10**15), min_size=1, max_size=10))
def test_roll_rates_of_a_row_add_up_to_one_up_to_rounding(amounts: list[int]) -> None:
    buckets = ["M0", "M1", "M2", "M3", "M4", "M5", "M6", "M7+", "charged_off", "settled"]
    cells = [RollCell("M1", bucket, 1, amount) for bucket, amount in zip(buckets, amounts, strict=False)]
    shares = [rate.amount_ppm for rate in roll_rates(cells)]
    if sum(amounts) == 0:
        assert shares == [None] * len(cells)
    else:
        assert abs(sum(share for share in shares if share is not None) - 1_000_000) <= len(cells)


@pytest.mark.parametrize(
    ("day", "complete"),
    [
        (date(2024, 2, 28), False),
        (date(2024, 2, 29), True),
        (date(2023, 2, 28), True),
        (date(2024, 12, 31), True),
        (date(2025, 1, 1), False),
    ],
)
def test_period_is_complete_on_the_last_day_of_a_month(day: date, complete: bool) -> None:
    assert period_complete(day) is complete


def test_trend_is_in_order_of_date_with_both_rates() -> None:
    nights = [NightSums(date(2024, 1, 2), 2, 50, 10, 1_000), NightSums(date(2024, 1, 1), 1, 0, 0, 0)]
    first, second = trend(nights)
    assert (first.business_date, first.balance_minor, first.management_ppm) == (date(2024, 1, 1), 0, None)
    assert (second.balance_minor, second.overdue_notes) == (1_000, 2)
    assert (second.management_ppm, second.regulatory_ppm) == (50_000, 10_000)
