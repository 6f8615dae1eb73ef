"""Product conventions and loan events through whole nights: files, lake, counts, the schedule in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.facts import StageName
from huikuan.nightly.selectors.report import CountFact, engines_of_run
from huikuan.nightly.stages.replay import STATE_FIELDS
from huikuan.nightly.tests.feed_files import columns_set, feed_add
from huikuan.nightly.tests.night_support import lake_read
from huikuan.nightly.tests.worlds import FIRST, World, a_note, a_world
from huikuan.portfolio.book_tables import NOTE_STATE, SCHEDULE_IN_FORCE
from huikuan.portfolio.conventions import CONVENTIONS_DEFAULT
from huikuan.portfolio.facts import Instalment, NoteTerms, Replayed
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.product_policies import products_load
from huikuan.portfolio.rules.engine import replay
from huikuan.portfolio.rules.schedule import schedule_build

pytestmark = pytest.mark.django_db
DAYS = [FIRST + timedelta(days=number) for number in range(5)]
DUE = date(2024, 2, 20)  # the notes are late from the first night on
NEW_RATE = 54_000


def a_book(folder: Path) -> World:
    """A and B follow the US bundle, which has a late fee and no penalty interest, C and D the default conventions."""
    return a_world(folder, *(a_note(name, first_due_on=DUE) for name in "ABCD"))


def night(world: World, day: date, *, rate: int = NEW_RATE, events: Mapping[str, LoanEvent]) -> dict[str, int]:
    """Deliver a day with events by note and run it; return the totals of *age*."""
    folder = world.deliver(day)
    columns_set(folder, "products", "product_code", {"consumer": {"terms": "us_instalment"}, "farm": {"terms": ""}})
    stated = {"D": {"annual_rate_pct": pct(rate), "annual_rate_at_start_pct": "6", "penalty_rate_at_start_pct": "9"}}
    columns_set(folder, "notes", "note_id", {**{key: {"penalty_rate_pct": "0"} for key in "AB"}, **stated})
    feed_add(folder, "loan_events", [event_row(note_id, event) for note_id, event in events.items()])
    for note_id, event in events.items():
        if event.schedule:
            feed_add(folder, "instalments", schedule_rows(note_id, whole(event)))
    (result,) = world.run_only(day)
    totals = {stage.stage: stage.totals for stage in result.stages}
    assert totals[StageName.INGEST]["rejected"] == 0
    with bank_scope(world.bank.id):
        engines = engines_of_run(bank_id=world.bank.id, run_id=result.run_id)
    assert engines is not None
    replayed = [CountFact(name.removeprefix("replayed_"), n) for name, n in totals[StageName.AGE].items()
                if name.startswith("replayed_")]  # fmt: skip
    assert sorted(engines.replayed, key=repr) == sorted(replayed, key=repr)
    return totals[StageName.AGE]


def close_of(world: World, day: date) -> tuple[dict[str, dict[str, Any]], list[tuple[Any, ...]]]:
    """States by note, and the schedules in force of notes that no longer have their own."""
    with bank_scope(world.bank.id):
        con = lake_read(world.bank, world.places.lake, day, (NOTE_STATE, SCHEDULE_IN_FORCE))
    rows = con.execute(f"select note_id, rates_differ, {', '.join(STATE_FIELDS)} from note_state").fetchall()
    states = {row[0]: dict(zip(("rates_differ", *STATE_FIELDS), row[1:], strict=True)) for row in rows}
    return states, con.execute("select * from schedule_in_force order by note_id, due_on, seq").fetchall()


def expected(terms: NoteTerms, day: date, *events: LoanEvent, product: str = "") -> Replayed:
    """What the exact engine says of a note of this book."""
    conventions = products_load()[product].conventions if product else CONVENTIONS_DEFAULT
    schedule = schedule_build(terms, conventions=conventions)
    return replay(terms, schedule, [], day, conventions=conventions, events=events)


def test_events_and_conventions_go_through_the_exact_engine_and_are_counted(tmp_path: Path) -> None:
    world = a_book(tmp_path)
    by_name = {note.note_id: note.terms for note in world.notes}
    rate = LoanEvent("E-D", EventKind.RATE_CHANGE, DAYS[1], at(DAYS[1]), annual_rate_ppm=NEW_RATE)
    coming = [part for part in schedule_build(by_name["C"]) if part.due_on >= DAYS[1]]
    later = tuple(replace(part, due_on=part.due_on + timedelta(days=10)) for part in coming)
    moved = LoanEvent("E-C", EventKind.RESCHEDULE, DAYS[1], at(DAYS[1]), schedule=later)

    assert night(world, DAYS[0], rate=60_000, events={})["replayed_convention"] == 2
    totals = night(world, DAYS[1], events={"D": rate, "C": moved})
    assert (totals["replayed_event"], totals["replayed_convention"], totals["notes_folded"]) == (2, 2, 0)
    totals = night(world, DAYS[2], events={})
    assert (totals["replayed_held_schedule"], totals["replayed_convention"]) == (2, 2)

    states, in_force = close_of(world, DAYS[2])
    answers = {
        "A": expected(replace(by_name["A"], penalty_rate_ppm=0), DAYS[2], product="us_instalment"),
        "C": expected(by_name["C"], DAYS[2], moved),
        "D": expected(by_name["D"], DAYS[2], rate),
    }
    for name, answer in answers.items():
        assert {field: states[name][field] for field in STATE_FIELDS} == {
            field: getattr(answer.state, field) for field in STATE_FIELDS
        }, name
    assert states["D"]["annual_rate_ppm"] == NEW_RATE and not states["D"]["rates_differ"]
    assert in_force == [
        (name, *(part.seq, part.due_on, part.principal_minor, part.interest_minor, part.costs_minor))
        for name in ("C", "D")
        for part in answers[name].schedule
    ]

    night(world, DAYS[3], rate=60_000, events={})
    states, _ = close_of(world, DAYS[3])
    assert states["D"]["rates_differ"], "the core system states another rate than the events lead to"
    assert not states["C"]["rates_differ"]


def test_schedule_of_an_event_delivered_again_is_no_other_one(tmp_path: Path) -> None:
    world = a_book(tmp_path)
    terms = world.notes[2].terms
    coming = [part for part in schedule_build(terms) if part.due_on >= DAYS[1]]
    later = tuple(replace(part, due_on=part.due_on + timedelta(days=10)) for part in coming)
    moved = LoanEvent("E-C", EventKind.RESCHEDULE, DAYS[1], at(DAYS[1]), schedule=later)
    night(world, DAYS[0], events={})
    night(world, DAYS[1], events={"C": moved})
    again = world.deliver(DAYS[2])
    columns_set(again, "products", "product_code", {"consumer": {"terms": "us_instalment"}})
    columns_set(again, "notes", "note_id", {key: {"penalty_rate_pct": "0"} for key in "AB"})
    feed_add(again, "instalments", schedule_rows("C", whole(moved)))
    (result,) = world.run_only(DAYS[2])
    aged = next(stage.totals for stage in result.stages if stage.stage == StageName.AGE)
    assert "replayed_event_schedule" not in aged and "replayed_schedule" not in aged
    states, _ = close_of(world, DAYS[2])
    assert states["C"]["held_by"] == "schedule"
    assert states["C"]["principal_outstanding_minor"] == terms.principal_minor


def test_event_that_cannot_be_lived_holds_its_note_and_not_the_night(tmp_path: Path) -> None:
    world = a_book(tmp_path)
    night(world, DAYS[0], events={})
    nothing_left = LoanEvent("E-1", EventKind.EXTENSION, DAYS[1], at(DAYS[1]), until_on=DAYS[1])  # before maturity
    totals = night(world, DAYS[1], events={"C": nothing_left})
    assert totals["notes_held"] == 1
    states, _ = close_of(world, DAYS[1])
    before, _ = close_of(world, DAYS[0])
    assert states["C"] == before["C"], "as it was"
    undone = replace(nothing_left, core_ref="E-2", value_on=DAYS[2], until_on=None, reverses="E-1")
    assert night(world, DAYS[2], events={"C": undone})["notes_held"] == 0
    states, _ = close_of(world, DAYS[2])
    assert states["C"]["dpd_principal"] == (DAYS[2] - DUE).days


def event_row(note_id: str, event: LoanEvent) -> dict[str, Any]:
    """A loan event as it is delivered."""
    row = {**asdict(event), "note_id": note_id, "recorded_at": event.recorded_at.isoformat()}
    row["annual_rate_pct"] = None if event.annual_rate_ppm is None else pct(event.annual_rate_ppm)
    return {name: value for name, value in row.items() if value is not None}


def schedule_rows(note_id: str, schedule: list[Instalment]) -> list[dict[str, Any]]:
    """A schedule as it is delivered."""
    return [
        {
            "note_id": note_id,
            "seq": part.seq,
            "due_on": part.due_on,
            **{name: major(getattr(part, f"{name}_minor")) for name in ("principal", "interest", "costs")},
        }
        for part in schedule
    ]


def whole(event: LoanEvent) -> list[Instalment]:
    """The whole schedule that a core system sends beside an event: what fell due before it as well."""
    fallen = [part for part in schedule_build(a_note("C", first_due_on=DUE).terms) if part.due_on < event.value_on]
    return [*fallen, *event.schedule]


def at(day: date) -> datetime:
    """Noon of a day."""
    return datetime.combine(day, time(12), UTC)


def pct(ppm: int) -> str:
    """A rate in percent."""
    return f"{Decimal(ppm).scaleb(-4):f}"


def major(minor: int) -> str:
    """An amount in major units."""
    return f"{Decimal(minor).scaleb(-2):f}"
