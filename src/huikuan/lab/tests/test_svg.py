"""Drawings of figures with their intervals."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.kernel.money import PPM
from huikuan.lab.calibrate.svg import WIDTH, Dot, Line, drawing, percent
from huikuan.lab.rules.rates import Interval

shares = st.lists(st.integers(0, PPM), min_size=3, max_size=3).map(sorted)


@pytest.mark.parametrize(
    ("ppm", "text"),
    [
        (0, "0 %"),
        (20_557, "2.06 %"),
        (20_549, "2.05 %"),
        (20_000, "2 %"),
        (PPM, "100 %"),
        (999_950, "100 %"),
        (49, "0 %"),
    ],
)
def test_shares_are_shown_in_percent_half_up_without_needless_zeros(ppm: int, text: str) -> None:
    assert percent(ppm) == text


@given(st.lists(shares, max_size=5))
def test_drawing_is_well_formed_and_everything_lies_on_it(figures: list[list[int]]) -> None:
    lines = [
        Line(f"<{place}>", Dot(at, Interval(low, high)), None, None) for place, (low, at, high) in enumerate(figures)
    ]
    picture = ET.fromstring(drawing("A & B", lines))  # noqa: S314 - our own text
    circles = [one for one in picture.iter() if one.tag.endswith("circle")]
    assert len(circles) == len(figures) + 2, "the legend shows two circles"
    assert all(0 < int(one.attrib["cx"]) <= WIDTH for one in circles)


def test_the_same_figures_are_the_same_bytes() -> None:
    lines = [Line("M2", Dot(1, Interval(0, 2)), Dot(3, Interval(2, 4)), Dot(2, Interval(1, 3)))]
    assert drawing("title", lines) == drawing("title", lines)
