"""Amounts as texts and fractions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.kernel.money import AMOUNT_MAX_MINOR, MoneyTextError, money_format, money_parse, ratio_ppm, round_half_up


@pytest.mark.parametrize(
    ("text", "digits", "minor"),
    [("0", 2, 0), ("12", 2, 1200), ("12.3", 2, 1230), ("12.34", 2, 1234), ("7", 0, 7), ("0.001", 3, 1), ("0.00", 2, 0)],
)
def test_text_of_the_currency_gives_minor_units(text: str, digits: int, minor: int) -> None:
    assert money_parse(text, digits) == minor


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "+1", "1.", ".5", "1,000", "1e3", "01", "１２", "NaN", "-0.01", "1.234", "0x1", "1\n"]
)
def test_text_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(MoneyTextError, match="expected"):
        money_parse(text, 2)


def test_negative_amount_is_read_only_where_it_may_be() -> None:
    assert money_parse("-0.01", 2, negative=True) == -1
    with pytest.raises(MoneyTextError, match="zero or more"):
        money_parse("-0.01", 2)


def test_amount_at_the_limit_is_read_and_above_is_refused() -> None:
    assert money_parse("10000000000.00", 2) == AMOUNT_MAX_MINOR
    with pytest.raises(MoneyTextError, match=r"at most 10000000000\.00"):
        money_parse("10000000000.01", 2)


@given(st.integers(-AMOUNT_MAX_MINOR, AMOUNT_MAX_MINOR), st.integers(0, 4))
def test_formatted_amount_is_read_back_exactly(minor: int, digits: int) -> None:
    assert money_parse(money_format(minor, digits), digits, negative=True) == minor


def test_grouped_text_has_commas_every_three_digits() -> None:
    assert money_format(-123_456_789, 2, grouping=True) == "-1,234,567.89"


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(1, 2, 1), (-1, 2, 0), (-3, 2, -1), (49, 100, 0), (50, 100, 1), (-51, 100, -1), (0, 7, 0)],
)
def test_half_goes_up(numerator: int, denominator: int, rounded: int) -> None:
    assert round_half_up(numerator, denominator) == rounded


def test_ratio_without_denominator_is_unknown() -> None:
    assert ratio_ppm(5, 0) is None
    assert ratio_ppm(1, 3) == 333_333
    assert ratio_ppm(2, 3) == 666_667
