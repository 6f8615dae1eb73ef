"""Three engines on lives under any convention, with loan events: the night's fold and what it hands to the exact
engine, the exact engine alone, and the naive oracle. All figures, to the minor unit and the last fraction.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from huikuan.portfolio.facts import FactInvalid, Instalment
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.rules.engine import fold_holds
from huikuan.portfolio.tests.oracle_same import assert_same
from huikuan.portfolio.tests.random_lives import life_from_seed, live, noon
from huikuan.portfolio.tests.random_notes import case_from_seed, fold_case_from_seed
from tests.differential.fold_book import days_from
from tests.differential.lives_book import LifeNote, LivesBook, expected_of, life_note

START = date(2024, 2, 12)  # crosses a 29 February and a day of capitalisation


def _lives(seeds: range, nights: int, *, late: bool) -> list[LifeNote]:
    """Lives with events under any convention, and as many without under those that the fold has."""
    cases = [life_from_seed(seed) if seed % 2 else fold_case_from_seed(seed) for seed in seeds]
    # Half of the lives with events have the conventions of the fold, so that it carries on what an event left behind.
    cases = [
        replace(case, conventions=fold_case_from_seed(seed).conventions) if seed % 4 == 1 else case
        for seed, case in zip(seeds, cases, strict=True)
    ]
    found = (life_note(case, seed, START, nights, late=late) for seed, case in zip(seeds, cases, strict=True))
    return [note for note in found if note is not None]


@pytest.mark.parametrize(
    ("seeds", "nights"),
    [(range(160), 16), pytest.param(range(1_000, 3_000), 60, marks=pytest.mark.soak)],
)
def test_nights_equal_the_exact_engine_and_the_oracle(seeds: range, nights: int) -> None:
    notes = _lives(seeds, nights, late=True)
    book = LivesBook(notes)
    folded, replayed = 0, set[str]()
    for day in days_from(START, nights):
        aged = book.night(day)
        folded += aged.folded
        replayed |= aged.replayed.keys()
        assert book.check(day) > len(notes) * 3 // 4
    assert folded > len(notes) * 3
    assert {"event", "backdated", "convention", "first_seen"} <= replayed
    assert len([reason for reason in replayed if reason.startswith("held_")]) > 3
    assert _same_as_the_oracle(notes, START + timedelta(days=nights - 1)) > len(notes) // 2


def test_what_arrives_late_leaves_the_book_as_if_it_had_been_in_time() -> None:
    books = []
    for late in (False, True):
        book = LivesBook(_lives(range(300, 380), 10, late=late))
        for day in days_from(START, 15):  # five nights more than anything is late
            book.night(day)
        books.append(book)
    in_time, late_too = (book.picture() for book in books)
    assert in_time == late_too and len(in_time) > 40


def test_note_that_the_rules_refuse_is_held_as_it_was_and_replayed_when_it_can_be() -> None:
    """A rescheduling that does not add up holds its note and nothing else; its reversal lets the note go on."""
    (note,) = [life_note(case_from_seed(3), 1, START, 10, late=False)]
    assert note is not None
    wrong_on = START + timedelta(days=2)
    wrong = LoanEvent(
        "WRONG", EventKind.RESCHEDULE, wrong_on, noon(wrong_on), schedule=(Instalment(9_000, wrong_on, 1, 0),)
    )
    back = replace(wrong, core_ref="BACK", value_on=wrong_on + timedelta(days=3), schedule=(), reverses="WRONG")
    arrives = {**note.arrives, "WRONG": wrong_on, "BACK": back.value_on}
    note = replace(note, case=replace(note.case, events=(wrong, back)), arrives=arrives)
    book = LivesBook([note])
    held = []
    for day in days_from(START, 10):
        aged = book.night(day)
        held.append(sum(aged.held.values()))
        assert book.check(day) == 1 - held[-1]
    assert held == [0, 0, 1, 1, 1, 0, 0, 0, 0, 0]


def test_conventions_of_the_fold_are_reached_and_others_too() -> None:
    lacking = {fold_holds(note.case.conventions) for note in _lives(range(160), 16, late=True)}
    assert None in lacking and len(lacking) > 5


def _same_as_the_oracle(notes: list[LifeNote], day: date) -> int:
    same = 0
    for note in notes:
        done = expected_of(note, day)
        if done is not None:
            try:
                life = live(note.known_on(day), day)
            except FactInvalid:
                continue
            assert_same(done, life)
            same += 1
    return same
