"""The fold of the night equals the exact engine to the minor unit, night after night, on random books."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time

import pytest

from huikuan.kernel.money import AMOUNT_MAX_MINOR
from huikuan.nightly.tests.books import Note, book_random
from huikuan.portfolio.facts import Compound, Instalment, Repayment, RepaymentMethod
from huikuan.portfolio.feed_contract import RATE_MAX_PPM
from huikuan.portfolio.tests.builders import a_note
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


def test_fold_rounds_an_exact_half_as_the_exact_engine_does() -> None:
    """Interest of 10.00 at 18 % is half a minor unit a day, and so is principal at a penalty rate of 18 %."""
    terms = a_note(
        principal_minor=1_000,
        disbursed_on=date(2024, 3, 1),
        first_due_on=date(2024, 3, 19),
        matures_on=date(2024, 3, 19),
        annual_rate_ppm=180_000,
        penalty_rate_ppm=180_000,
        compound=Compound.QUARTERLY,
        method=RepaymentMethod.GIVEN,
        instalment_count=1,
    )
    schedule = (Instalment(1, date(2024, 3, 19), 1_000, 1_000),)
    unpaid = Note("UNPAID", terms, schedule, date(2024, 3, 18))
    paying = Note("PAYING", terms, schedule, date(2024, 3, 18), defaultdict(list))
    day = date(2024, 3, 20)  # half a unit of penalty and of compound interest, which is capitalised today
    paying.repayments[day].append(Repayment("R", day, datetime.combine(day, time(9), UTC), 2))
    fold = FoldBook([unpaid, paying])
    for night in days_from(date(2024, 3, 18), 6):
        fold.night(night)
        fold.check(night)
    assert fold.allocations["PAYING"][0][5:8] == (0, 1, 1), "one unit of penalty, one of compound interest"


def test_fold_at_the_limits_of_intake_equals_the_exact_engine() -> None:
    """The largest principal and interest that intake accepts, at the highest rates, through five capitalisations."""
    limit, due_on = AMOUNT_MAX_MINOR, date(2024, 3, 19)
    terms = a_note(
        principal_minor=limit,
        disbursed_on=date(2024, 3, 1),
        first_due_on=due_on,
        matures_on=due_on,
        annual_rate_ppm=RATE_MAX_PPM,
        penalty_rate_ppm=RATE_MAX_PPM,
        compound=Compound.MONTHLY,
        method=RepaymentMethod.GIVEN,
        instalment_count=1,
    )
    note = Note("LARGEST", terms, (Instalment(1, due_on, limit, limit, limit),), date(2024, 3, 18))
    fold = FoldBook([note])
    nights = days_from(date(2024, 3, 18), 130)
    for night in nights:
        fold.night(night)
    assert fold.check(nights[-1]) == 1
