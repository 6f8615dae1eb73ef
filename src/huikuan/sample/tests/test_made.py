"""What is made up for a few notes: every kind is there, follows the note's own life and is worked by the engine."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import AT
from huikuan.nightly.cycle import nights_run
from huikuan.nightly.facts import BankFact
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.tests.night_support import Silent, lake_read
from huikuan.portfolio.book_tables import NOTE_STATE
from huikuan.portfolio.facts import AllocationKind, Flag, Replayed
from huikuan.portfolio.loan_events import EventKind
from huikuan.portfolio.models import Load, Reject
from huikuan.sample.deliver import sample_deliver, sample_notes
from huikuan.sample.facts import SNAPSHOT_ON, DerivedNote
from huikuan.sample.rules import made
from huikuan.sample.rules.made import MadeLife, lives_made
from huikuan.sample.rules.replayed import replay_at
from huikuan.sample.services.bank import sample_bank_ensure

NOT_SHOWN = {EventKind.RE_AGE, EventKind.RE_AMORTISE}  # no product declares the one; a given schedule has not the other

FIGURES = (
    "dpd_counted",
    "held_by",
    "principal_outstanding_minor",
    "delay_minor",
    "subrogated_minor",
    "recovered_minor",
)


@pytest.fixture(scope="module")
def notes() -> Sequence[DerivedNote]:
    """All derived notes."""
    return sample_notes()


@pytest.fixture(scope="module")
def lives(notes: Sequence[DerivedNote]) -> tuple[MadeLife, ...]:
    """All that is made up."""
    return lives_made(notes)


def having(lives: Sequence[MadeLife], kind: EventKind) -> list[MadeLife]:
    """The lives with an event of a kind; at least one."""
    found = [life for life in lives if any(event.kind is kind for event in life.events)]
    assert found, kind
    return found


def at(life: MadeLife, as_of: date = SNAPSHOT_ON) -> Replayed:
    """The note at the close of a day with what is made up."""
    return replay_at(life.note, as_of, life.events, [paid for paid in life.paid if paid.value_on <= as_of])


def test_every_kind_that_the_sample_can_have_is_made_up_for_42_notes(lives: tuple[MadeLife, ...]) -> None:
    assert len(lives) == len({life.note.loan.row for life in lives}) == 42
    kinds = Counter(event.kind for life in lives for event in life.events)
    assert set(kinds) == set(EventKind) - NOT_SHOWN
    assert sum(event.reverses is not None for life in lives for event in life.events) == 1
    assert sum(life.guaranteed for life in lives) == 3


def test_notes_named_in_the_documentation_are_those_that_have_the_events(lives: tuple[MadeLife, ...]) -> None:
    page = Path(__file__).parents[4].joinpath("docs", "sample-data.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| \d \| N(\d{5}) \| .*? \| (.*?) (?:from|on|pays) ", page, re.M)
    kinds = {f"{life.note.loan.row:05d}": [event.kind.value for event in life.events] for life in lives}
    word = {"rescheduling": "reschedule", "restructuring": "restructure"}
    assert len(named) == 12
    for row, said in named:
        kind = word.get(said, said.replace("-", "_").replace(" ", "_"))
        assert kind in kinds[row] or (said, kinds[row]) == ("a guarantor", [])


def test_choice_is_the_same_at_every_call_and_in_every_order(
    notes: Sequence[DerivedNote], lives: tuple[MadeLife, ...]
) -> None:
    assert lives_made(notes[::-1]) == lives


def test_every_event_counts_and_is_known_in_june_on_a_business_day(lives: tuple[MadeLife, ...]) -> None:
    late = []
    for life in lives:
        for event in life.events:
            known_on = event.recorded_at.date()
            assert date(2018, 6, 1) <= event.value_on <= known_on <= SNAPSHOT_ON and known_on.weekday() < 5
            late += [event.kind] if event.value_on < known_on else []
    assert set(late) == {EventKind.EXTENSION}, "some events come late, so that a night replays"


def test_every_note_with_an_event_is_worked_on_every_day_of_june(lives: tuple[MadeLife, ...]) -> None:
    for life in lives:
        for number in range(1, 31):
            assert at(life, date(2018, 6, number)).state.principal_outstanding_minor > 0


def test_restructured_note_owes_the_same_principal_and_is_not_past_due(lives: tuple[MadeLife, ...]) -> None:
    for life in having(lives, EventKind.RESTRUCTURE):
        plain, state = replay_at(life.note, SNAPSHOT_ON).state, at(life).state
        assert plain.dpd > 30 and state.dpd == 0
        assert state.principal_outstanding_minor == plain.principal_outstanding_minor


def test_judgment_awards_what_was_owed_and_is_followed_by_delay_interest(lives: tuple[MadeLife, ...]) -> None:
    for life in having(lives, EventKind.JUDGMENT):
        before, after = (at(life, made.JUDGED_ON + timedelta(days)) for days in (-1, 0))
        owed = sum(row.principal_minor + row.interest_minor + row.costs_minor for row in before.open)
        (claim,) = after.open
        assert claim.principal_minor + claim.interest_minor + claim.costs_minor == owed
        delays = [at(life, made.PERFORM_UNTIL + timedelta(days)).state.delay_minor for days in (0, 1)]
        assert delays[0] == 0 < delays[1]


def test_returned_payment_makes_the_note_late_until_it_is_paid_again(lives: tuple[MadeLife, ...]) -> None:
    found = having(lives, EventKind.CHARGE_BACK)
    for life in found:
        before, after = (at(life, made.RETURNED_ON + timedelta(days)).state.dpd for days in (0, 1))
        assert (before, after, at(life).state.dpd) == (0, 1, 0 if life.paid else 18)
    assert {bool(life.paid) for life in found} == {True, False}


def test_reversed_pause_never_was_and_one_that_holds_lowers_the_days(lives: tuple[MadeLife, ...]) -> None:
    for life in having(lives, EventKind.PAUSE):
        fewer = replay_at(life.note, SNAPSHOT_ON).state.dpd - at(life).state.dpd
        reversed_ = any(event.reverses for event in life.events)
        resumed = any(event.kind is EventKind.RESUME for event in life.events)
        assert fewer == (0 if reversed_ else 15 if resumed else 26)


def test_guarantor_who_pays_takes_the_claim_over_and_recovery_follows_the_charge_off(
    lives: tuple[MadeLife, ...],
) -> None:
    for life in lives:
        state = at(life).state
        if life.guaranteed:
            assert state.subrogated_minor == sum(paid.amount_minor for paid in life.paid)
            assert state.dpd < replay_at(life.note, SNAPSHOT_ON).state.dpd
    for life in having(lives, EventKind.CHARGE_OFF):
        kinds = [row.kind for row in at(life).allocations]
        assert kinds.count(AllocationKind.RECOVERY) == len(life.paid)


def test_second_extension_is_flagged(lives: tuple[MadeLife, ...]) -> None:
    twice = [Flag.EXTENDED_AGAIN in at(life).flags for life in having(lives, EventKind.EXTENSION)]
    assert sorted(twice) == [False, False, True]


@pytest.mark.django_db
def test_nights_take_the_events_with_their_schedules_and_find_what_the_engine_finds(
    tmp_path: Path, lives: tuple[MadeLife, ...]
) -> None:
    first, last = made.RATE_ON - timedelta(1), made.RESTRUCTURED_ON
    begun = [life for life in lives if first < life.first_on <= last]
    events = [event for life in begun for event in life.events if event.value_on <= last]
    bank_id = sample_bank_ensure(by=Who.program("test"), at=AT)
    sample_deliver(tmp_path / "inbox", first, last, notes=[life.note for life in lives])
    bank = BankFact(bank_id, "sample", "America/New_York", 2)
    nights_run(bank, last, NightPlaces(tmp_path / "lake", tmp_path / "inbox"), Silent())
    with bank_scope(bank_id):
        assert not Reject.objects.filter(bank_id=bank_id).exists()
        loads = Load.objects.filter(bank_id=bank_id, feed="loan_event")
        assert sum(load.accepted for load in loads) == len(events)
        con = lake_read(bank, tmp_path / "lake", last, (NOTE_STATE,))
    found = con.execute(f"select note_id, {', '.join(FIGURES)} from note_state").fetchall()
    states = {f"N{life.note.loan.row:05d}": at(life, last).state for life in begun}
    assert {row[0]: row[1:] for row in found if row[0] in states} == {
        note_id: tuple(getattr(state, name) for name in FIGURES) for note_id, state in states.items()
    }
    assert {event.kind for event in events} == {
        EventKind.RATE_CHANGE,
        EventKind.CHARGE_BACK,
        EventKind.EXTENSION,
        EventKind.DRAWDOWN,
        EventKind.RESTRUCTURE,
    }
