"""A bank's own roll rates: from the CSV of the roll table."""

from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.lab.calibrate.own import PLACES, RollFileError, outcomes, rolls_read, rolls_targets

HEAD = "from_status,to_status,accounts,rate_ppm\n"


def test_rows_of_the_roll_table_become_outcomes_of_each_bucket() -> None:
    counts = rolls_read(
        StringIO(HEAD + "m2,m0,50,\nm2,settled,10,\nm2,m1,5,\nm2,m2,20,\nm2,m3,10,\nm2,charged_off,5,\n")
    )
    figures = {name: one.training for name, one in rolls_targets(counts, "own").items()}
    found = {name: (one.hits, one.of) for name, one in figures.items()}  # type: ignore[union-attr]
    assert found == {
        "book.m2.cure": (60, 100),
        "book.m2.better": (5, 100),
        "book.m2.stay": (20, 100),
        "book.m2.worse": (15, 100),
    }


def test_ends_of_the_road_are_read_and_open_no_row() -> None:
    counts = rolls_read(StringIO(HEAD + "none,m1,5,\nsettled,settled,7,\ncharged_off,charged_off,9,\n"))
    assert rolls_targets(counts, "own") == {}


def test_equal_cells_add_up_and_further_columns_are_not_needed() -> None:
    assert rolls_read(StringIO("accounts,to_status,from_status\n3,m1,m0\n4,m1,m0\n")) == {("m0", "m1"): 7}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "line 1"),
        ("from_status,to_status\nm0,m1\n", "line 1"),
        (HEAD + "m0,m8,3,\n", "line 2"),
        (HEAD + "m0,m1,3,\nm0,m1,-3,\n", "line 3"),
        (HEAD + "m0,m1,3.5,\n", "line 2"),
        (HEAD + "m0,m1\n", "line 2"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, place: str) -> None:
    with pytest.raises(RollFileError, match=place):
        rolls_read(StringIO(text))


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(0, 1_000))))
def test_outcomes_of_a_bucket_add_up_to_its_notes(moves: list[tuple[int, int, int]]) -> None:
    figures = outcomes(moves)
    for bucket, place in PLACES.items():
        if place < 1:
            continue
        parts = [one for name, one in figures.items() if name.startswith(f"book.{bucket}.")]
        if parts:
            better = (
                sum(notes for start, end, notes in moves if start == place and 0 < end < start) if place == 1 else 0
            )
            assert sum(part.hits for part in parts) + better == parts[0].of
