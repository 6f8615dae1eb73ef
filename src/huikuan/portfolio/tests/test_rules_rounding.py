"""Rounding of fractions: the four ways, on both sides of the half and of zero."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.conventions import Rounding
from huikuan.portfolio.rules.rounding import half_up, round_ratio

NUMERATORS = st.integers(-(10**30), 10**30)
DENOMINATORS = st.integers(1, 10**14)


@pytest.mark.parametrize(
    ("tenths", "half_up_", "half_even", "up", "down"),
    [
        (0, 0, 0, 0, 0),
        (1, 0, 0, 1, 0),
        (4, 0, 0, 1, 0),
        (5, 1, 0, 1, 0),
        (6, 1, 1, 1, 0),
        (10, 1, 1, 1, 1),
        (15, 2, 2, 2, 1),
        (25, 3, 2, 3, 2),
        (-1, 0, 0, -1, 0),
        (-5, 0, 0, -1, 0),
        (-6, -1, -1, -1, 0),
        (-10, -1, -1, -1, -1),
        (-15, -1, -2, -2, -1),
        (-25, -2, -2, -3, -2),
    ],
)
def test_tenths_are_rounded_each_way(tenths: int, half_up_: int, half_even: int, up: int, down: int) -> None:
    found = [round_ratio(tenths, 10, rounding) for rounding in Rounding]
    assert found == [half_up_, half_even, up, down]


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [(Rounding.HALF_UP, 200), (Rounding.HALF_EVEN, 200), (Rounding.UP, 200), (Rounding.DOWN, 100)],
)
def test_a_unit_makes_whole_yuan(rounding: Rounding, expected: int) -> None:
    assert round_ratio(300, 2, rounding, unit=100) == expected


@given(NUMERATORS, DENOMINATORS, st.sampled_from(Rounding), st.sampled_from([1, 10, 100, 1000]))
def test_rounded_is_a_multiple_near_the_exact(numerator: int, denominator: int, rounding: Rounding, unit: int) -> None:
    exact, rounded = Fraction(numerator, denominator), round_ratio(numerator, denominator, rounding, unit)
    assert rounded % unit == 0
    if rounding in (Rounding.HALF_UP, Rounding.HALF_EVEN):
        assert abs(rounded - exact) <= Fraction(unit, 2)
    elif rounding is Rounding.UP:
        assert 0 <= abs(rounded) - abs(exact) < unit
    else:
        assert 0 <= abs(exact) - abs(rounded) < unit


@given(st.integers(-(10**12), 10**12), st.sampled_from([1, 2, 4, 5, 8, 10, 16, 1000]))
def test_rounding_agrees_with_that_of_decimal(numerator: int, denominator: int) -> None:
    exact = Decimal(numerator) / denominator
    for rounding, theirs in (
        (Rounding.HALF_EVEN, ROUND_HALF_EVEN),
        (Rounding.UP, ROUND_UP),
        (Rounding.DOWN, ROUND_DOWN),
    ):
        assert round_ratio(numerator, denominator, rounding) == int(exact.to_integral_value(theirs))


@given(NUMERATORS, DENOMINATORS)
def test_half_up_is_the_rounding_of_the_default(numerator: int, denominator: int) -> None:
    assert round_ratio(numerator, denominator, Rounding.HALF_UP) == half_up(numerator, denominator)
