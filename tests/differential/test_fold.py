"""The fold of the night equals the exact engine to the minor unit, night after night, on random books."""

from __future__ import annotations

from datetime import date

import pytest

from huikuan.nightly.tests.books import book_random
from tests.differential.fold_book import FoldBook, days_from

START = date(2023, 11, 25)  # crosses a year, a 29 February and five days of capitalisation
# seed, notes, days, and after how many nights all notes are compared (the last night always is)
BOOKS = [
    (1, 120, 45, 1),
    (2, 200, 110, 13),
    *(pytest.param(seed, 400, 400, 7, marks=pytest.mark.soak) for seed in range(100, 112)),
]


@pytest.mark.parametrize(("seed", "notes", "days", "every"), BOOKS)
def test_fold_of_a_random_book_equals_the_exact_engine(seed: int, notes: int, days: int, every: int) -> None:
    fold = FoldBook(book_random(seed, notes=notes, start=START, days=days))
    folded = replayed = 0
    for number, day in enumerate(days_from(START, days), start=1):
        aged = fold.night(day)
        folded += aged.folded
        replayed += sum(aged.replayed.values())
        if number % every == 0 or number == days:
            assert fold.check(day) > 0
    assert folded > 20 * replayed > 0, "the fold itself must do most of the work for this test to mean something"
