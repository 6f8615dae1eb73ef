"""The class floor of the night against the explanation, on random lives with restructurings."""

from __future__ import annotations

from datetime import date
from itertools import islice

import pytest

from huikuan.nightly.stages.classify import observed_load, parameters_load
from huikuan.nightly.steps import rows_of, steps_run
from huikuan.portfolio.explain.loan import class_rules_load
from huikuan.portfolio.facts import ClassFloor, CoreStatus
from huikuan.portfolio.lake import rows_load
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.loan_events import EventKind
from huikuan.portfolio.policies import overdue_policies_load
from huikuan.portfolio.restructured_policies import observation_rules_load
from huikuan.portfolio.rules.classification import SEVERITY
from huikuan.portfolio.rules.explain.build import explain
from huikuan.portfolio.tests.random_lives import life_from_seed
from tests.differential.fold_book import days_from
from tests.differential.lives_book import LifeNote, LivesBook, expected_of, life_note

START = date(2024, 2, 12)
NIGHTS = 8


def _lives(wanted: int) -> list[LifeNote]:
    """Lives in which a restructuring happens, some of which is reversed or comes late."""
    found = (life_note(life_from_seed(seed), seed, START, NIGHTS, late=True) for seed in range(100_000))
    with_one = (
        note
        for note in found
        if note is not None and any(event.kind is EventKind.RESTRUCTURE for event in note.case.events)
    )
    return list(islice(with_one, wanted))


def _explained(note: LifeNote, day: date) -> tuple[ClassFloor, bool] | None:
    """The floor that the explanation leads to and whether an observation decides it; None for a note that is held."""
    if expected_of(note, day) is None:
        return None
    case = note.known_on(day)
    found = explain(
        case.terms,
        case.schedule,
        case.repayments,
        day,
        core_status=CoreStatus.ACTIVE,
        monthly_consumer=False,
        class_rules=class_rules_load(),
        overdue_policies=overdue_policies_load(),
        conventions=case.conventions,
        events=case.events,
        observation_rules=observation_rules_load(),
    ).class_floor
    if found.observation is None:
        return found.floor, False
    return max(found.floor, found.observation.floor, key=SEVERITY.__getitem__), found.observation.decides


def _classes(book: LivesBook, day: date) -> dict[str, str]:
    con = book.con
    con.execute("create or replace temp view note_state as select * from prev_note_state")
    rows_load(con, "feed_product", feed_tables()["product"].columns, ())
    parameters_load(con, day)
    observed_load(con, day)
    steps_run(con, ["classify_note_class"])
    return dict(rows_of(con, "select note_id, class_floor from classify_note_class"))


@pytest.mark.parametrize("wanted", [40, pytest.param(600, marks=pytest.mark.soak)])
def test_night_and_explanation_agree_on_the_class_of_restructured_notes(wanted: int) -> None:
    notes = _lives(wanted)
    book = LivesBook(notes)
    decided = by_days = 0
    for day in days_from(START, NIGHTS):
        book.night(day)
        found = _classes(book, day)
        for note in notes:
            if (expected := _explained(note, day)) is not None:
                assert found[note.note_id] == expected[0], f"{note.note_id} on {day}"
                decided += expected[1]
                by_days += not expected[1]
    assert decided > len(notes) and by_days > len(notes), "an observation decides, and it does not"
