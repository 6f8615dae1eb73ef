"""The explanation of a note of the book equals what the night published, to the minor unit, for every note."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.correction import correction_run
from huikuan.nightly.cycle import nights_run
from huikuan.nightly.facts import BankFact
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.tests.books import book_random
from huikuan.nightly.tests.deliveries import a_bank_with_branches, delivery_write
from huikuan.nightly.tests.night_support import Silent
from huikuan.nightly.tests.worlds import a_note, a_world, pays
from huikuan.portfolio.book_tables import NOTE, NOTE_CLASS, NOTE_STATE
from huikuan.portfolio.rules.explain.facts import Explanation
from huikuan.portfolio.selectors.book_read import BookNoNightError, Row, book_day, book_open
from huikuan.portfolio.selectors.note import note_explain, notes_of_book
from huikuan.portfolio.selectors.publication import corrected_nights

START = date(2024, 2, 26)
DAYS = [date.fromordinal(START.toordinal() + number) for number in range(12)]
pytestmark = pytest.mark.django_db


def _published(state: Row, classed: Row) -> dict[str, object]:
    names = ("bucket", "class_floor", "dpd", "dpd_principal", "dpd_interest", "management_minor", "regulatory_minor")
    sums = ("overdue_principal_minor", "overdue_interest_minor", "penalty_minor", "compound_minor", "costs_due_minor")
    return {
        **{name: classed[name] for name in names},
        **{name: state[name] for name in sums},
        "balance_minor": classed["balance_minor"],
        "credit_minor": state["credit_minor"],
        "closed": state["closed"],
    }


def _explained(answer: Explanation) -> dict[str, object]:
    return {
        "bucket": answer.lateness.bucket,
        "class_floor": answer.class_floor.floor,
        "dpd": answer.lateness.raw_days,
        "dpd_principal": answer.lateness.principal_days,
        "dpd_interest": answer.lateness.interest_days,
        "management_minor": answer.overdue.management_minor,
        "regulatory_minor": answer.overdue.regulatory_minor,
        "overdue_principal_minor": answer.overdue.principal_minor,
        "overdue_interest_minor": answer.overdue.interest_minor,
        "penalty_minor": answer.due_now.penalty_minor,
        "compound_minor": answer.due_now.compound_minor,
        "costs_due_minor": answer.due_now.costs_minor,
        "balance_minor": answer.state.principal_outstanding_minor,
        "credit_minor": answer.state.credit_minor,
        "closed": answer.state.closed,
    }


def _compare(bank: BankFact, on: date, note_ids: list[str]) -> int:
    """Explain every note of the book of a date and hold it to the published figures; return how many were late."""
    with bank_scope(bank.id), book_open(book_day(bank_id=bank.id, as_of=on)) as reader:
        notes = notes_of_book(reader, note_ids)
        states = {row["note_id"]: row for row in reader.rows(NOTE_STATE, "note_id", note_ids)}
        classes = {row["note_id"]: row for row in reader.rows(NOTE_CLASS, "note_id", note_ids)}
        assert set(notes) == set(states) == {row["note_id"] for row in reader.rows(NOTE, "note_id", note_ids)}
    for note_id, note in notes.items():
        assert _explained(note.explain()) == _published(states[note_id], classes[note_id]), f"{note_id} on {on}"
    return sum(1 for row in classes.values() if row["dpd"] > 0)


def test_explanations_of_a_whole_random_book_equal_the_published_figures(tmp_path: Path, settings: Settings) -> None:
    settings.HOME = tmp_path
    _, bank = a_bank_with_branches()
    notes = book_random(11, notes=120, start=START, days=len(DAYS))
    for day in DAYS:
        delivery_write(tmp_path / "inbox", bank.code, notes, day)
    nights_run(bank, DAYS[-1], NightPlaces(tmp_path / "lake", tmp_path / "inbox"), Silent())
    late = [_compare(bank, on, [note.note_id for note in notes]) for on in (DAYS[0], DAYS[5], DAYS[-1])]
    assert min(late) > 0 and len(set(late)) > 1, "the dates differ, so that an earlier one is not answered by the last"


def test_a_repayment_of_later_is_not_seen_on_an_earlier_date(tmp_path: Path, settings: Settings) -> None:
    settings.HOME = tmp_path
    note = a_note("A", first_due_on=date(2024, 2, 28))
    pays(note, date(2024, 3, 2), 50_000, delivered_on=date(2024, 3, 3))
    world = a_world(tmp_path, note)
    world.run(date(2024, 3, 3))
    for on, repayments in ((date(2024, 3, 2), 0), (date(2024, 3, 3), 1)):
        with bank_scope(world.bank.id), book_open(book_day(bank_id=world.bank.id, as_of=on)) as reader:
            found = notes_of_book(reader, ["A"])["A"]
        assert len(found.loan.repayments) == repayments
        assert found.loan.source is not None and found.loan.source.business_date == on


def test_after_a_correction_the_explanation_is_that_of_the_corrected_night(tmp_path: Path, settings: Settings) -> None:
    settings.HOME = tmp_path
    wrong_on, last_on = date(2024, 3, 1), date(2024, 3, 2)
    note = a_note("A", first_due_on=date(2024, 2, 28))
    world = a_world(tmp_path, note)
    world.run(last_on)
    pays(note, wrong_on, 50_000)
    shutil.rmtree(tmp_path / "inbox" / world.bank.code / wrong_on.isoformat())
    world.deliver(wrong_on)
    before = world.moment
    correction_run(
        world.bank, wrong_on, world.places, Silent(), reason="repayments were cut", by=Who.program("test"),
        clock=world._clock(),
    )  # fmt: skip
    for known_at, repayments in ((before, 0), (None, 1)):
        with bank_scope(world.bank.id):
            day = book_day(bank_id=world.bank.id, as_of=last_on, known_at=known_at)
            with book_open(day) as reader:
                assert len(notes_of_book(reader, ["A"])["A"].loan.repayments) == repayments
    assert _compare(world.bank, last_on, ["A"]) == 1
    with bank_scope(world.bank.id):
        corrected = corrected_nights(bank_id=world.bank.id, until=last_on)
    assert [night["business_date"] for night in corrected] == [last_on, wrong_on]


def test_explanation_tells_the_events_of_a_note_of_the_book(tmp_path: Path, settings: Settings) -> None:
    settings.HOME = tmp_path
    world = a_world(tmp_path, a_note("A", first_due_on=date(2024, 2, 28)))
    on, last_on = date(2024, 3, 2), date(2024, 3, 8)
    said = "2024-03-02T09:00:00+08:00"
    blank = (None,) * 7  # claim, repayment, reversed event
    world.deliver(
        on,
        loan_events=[
            ("A", "E1", "pause", on, said, None, None, date(2024, 3, 6), None, None, *blank),
            ("A", "E2", "waiver", on, said, "10.00", "interest", None, None, None, *blank),
        ],
    )
    world.run(last_on)
    assert _compare(world.bank, last_on, ["A"]) == 1
    with bank_scope(world.bank.id):
        _, answer = note_explain(bank_id=world.bank.id, note_id="A", as_of=last_on)
        _, before = note_explain(bank_id=world.bank.id, note_id="A", as_of=date(2024, 3, 1))
    assert before.events == ()
    assert [(told.event.core_ref, told.paused_days, told.used_minor) for told in answer.events] == [
        ("E1", 4, 0),
        ("E2", 0, 1_000),
    ]
    assert (answer.lateness.calendar_days, answer.lateness.paused_days, answer.lateness.raw_days) == (9, 4, 5)
    assert answer.state.waived_minor == 1_000


def test_a_date_without_a_night_is_said_so(tmp_path: Path) -> None:
    world = a_world(tmp_path, a_note("A"))
    with bank_scope(world.bank.id), pytest.raises(BookNoNightError, match="2024-01-01"):
        book_day(bank_id=world.bank.id, as_of=date(2024, 1, 1))
