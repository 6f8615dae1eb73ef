"""Random lives under any conventions, with loan events, through the stage *age* night by night.

A life of the engine's own tests is moved in time by whole days, so that one of its events or payments falls into the
nights that are run. What happened before the first night arrives with it; the rest arrives on its day or later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

import duckdb

from huikuan.nightly.stages.age import OUTPUTS, Aged, age_run
from huikuan.nightly.stages.conventions import DEFAULT_CODE
from huikuan.nightly.stages.replay import STATE_FIELDS, allocation_rows
from huikuan.nightly.steps import night_load, rows_of, steps_run
from huikuan.portfolio.book_tables import EVENT_SCHEDULE, NOTE, NOTE_STATE, OPEN_INSTALMENT, SCHEDULE
from huikuan.portfolio.conventions import CONVENTIONS_DEFAULT
from huikuan.portfolio.facts import FactInvalid, Repayment, Replayed
from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.loan_events import LoanEvent
from huikuan.portfolio.rules.engine import replay
from huikuan.portfolio.tests.random_notes import Case
from tests.differential.fold_book import RUN, allocations_keep

ON_TIME = timedelta(0)


@dataclass(frozen=True, slots=True)
class LifeNote:
    """A note with its life, and when each of its rows arrives."""

    note_id: str
    case: Case
    first_seen_on: date
    arrives: dict[str, date]

    def known_on(self, day: date) -> Case:
        """The life as far as it has arrived."""
        return replace(
            self.case,
            repayments=tuple(row for row in self.case.repayments if self.arrives[row.core_ref] <= day),
            events=tuple(row for row in self.case.events if self.arrives[row.core_ref] <= day),
        )


def life_note(case: Case, number: int, start: date, nights: int, *, late: bool) -> LifeNote | None:
    """The life moved so that something of it happens in the nights; None for one in which nothing does."""
    random = Random(number)
    marks = [row.value_on for row in case.events] or [row.value_on for row in case.repayments]
    if not marks:
        return None
    moved = _moved(
        _named(case, f"L{number:04d}-"), start + timedelta(days=random.randrange(1, nights)) - random.choice(marks)
    )
    if moved.terms.disbursed_on > start:
        return None
    arrives = {}
    rows: tuple[Repayment | LoanEvent, ...] = (*moved.repayments, *moved.events)
    for row in rows:
        lag = timedelta(days=random.choice((0, 0, 1, 4)))
        if not late or row.value_on >= start + timedelta(days=nights):
            lag = ON_TIME
        arrives[row.core_ref] = max(start, row.value_on + lag)
    for row in rows:  # what names another row comes with it or after it
        named = row.reverses or (row.names_ref if isinstance(row, LoanEvent) else None)
        if named is not None and named in arrives:
            arrives[row.core_ref] = max(arrives[row.core_ref], arrives[named])
    return LifeNote(f"L{number:04d}", moved, start, arrives)


def expected_of(note: LifeNote, day: date) -> Replayed | None:
    """What the exact engine says of a note from what has arrived; None if it refuses that."""
    case = note.known_on(day)
    try:
        return replay(case.terms, case.schedule, case.repayments, day, conventions=case.conventions, events=case.events)
    except FactInvalid:
        return None


class LivesBook:
    """A book of lives that is aged night by night; after each night its tables hold the close of that day."""

    def __init__(self, notes: Sequence[LifeNote]) -> None:
        self.notes = notes
        self.con = duckdb.connect(":memory:", config={"threads": 2})
        self.feeds = feed_tables()
        self.conventions = {
            DEFAULT_CODE: CONVENTIONS_DEFAULT, **{note.note_id: note.case.conventions for note in notes}
        }  # fmt: skip
        self.allocations: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for table in (NOTE, NOTE_STATE, OPEN_INSTALMENT):
            self._load(f"prev_{table.name}", table.columns, ())
        self._load("schedule_version", SCHEDULE.columns, [row for note in notes for row in _schedule_rows(note)])
        self._load("event_schedule_version", EVENT_SCHEDULE.columns, ())
        self._load("note", NOTE.columns, [_note_row(note) for note in notes])
        for feed in ("repayment", "loan_event"):
            self._load(f"{feed}_history", self.feeds[feed].columns, ())

    def night(self, day: date) -> Aged:
        """One night: load what arrives, age, and make today yesterday."""
        con = self.con
        night_load(con, day)
        for feed, rows in (("repayment", self._repayments(day)), ("loan_event", self._events(day))):
            self._load(f"feed_{feed}", self.feeds[feed].columns, rows)
            con.execute(f"insert into {feed}_history select * from feed_{feed}")
        brought = [
            (note.note_id, event.core_ref, day, i.seq, i.due_on, i.principal_minor, i.interest_minor, i.costs_minor)
            for note in self.notes
            for event in note.case.events
            if note.arrives[event.core_ref] == day
            for i in event.schedule
        ]
        self._load("event_schedule_new", EVENT_SCHEDULE.columns, brought)
        con.execute("insert into event_schedule_version select * from event_schedule_new")
        aged = age_run(con, day, self.conventions)
        steps_run(con, OUTPUTS)
        con.execute("create or replace temp table prev_note as select * from note")
        con.execute("create or replace temp table prev_note_state as select * from age_note_state")
        con.execute("create or replace temp table prev_open_instalment as select * from age_open_instalment")
        allocations_keep(con, self.allocations, "age_note_state", "age_allocation")
        return aged

    def check(self, day: date) -> int:
        """Compare every note with the exact engine; return how many were, without those that it refuses."""
        names = ", ".join(STATE_FIELDS)
        select = f"select note_id, unworkable is not null, flags, {names} from age_note_state"
        states = {row[0]: row[1:] for row in rows_of(self.con, select)}
        opens: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for row in rows_of(self.con, "select * from age_open_instalment order by note_id, due_on, seq"):
            opens[row[0]].append(row[1:])
        assert states.keys() == {note.note_id for note in self.notes}
        compared = 0
        for note in self.notes:
            done, where = expected_of(note, day), f"{note.note_id} on {day}"
            held, flags, *state = states[note.note_id]
            assert held is (done is None), where
            if done is None:
                continue
            compared += 1
            assert dict(zip(STATE_FIELDS, state, strict=True)) == {
                name: getattr(done.state, name) for name in STATE_FIELDS
            }, where
            assert (flags or "").split() == list(done.flags), where
            assert opens[note.note_id] == [
                (row.due_on, row.seq, row.costs_minor, row.interest_minor, row.principal_minor) for row in done.open
            ], where
            assert self.allocations.get(note.note_id, []) == list(allocation_rows(note.note_id, done.allocations)), (
                where
            )
        return compared

    def picture(self) -> dict[str, list[tuple[Any, ...]]]:
        """The close of the last night by note, without how it was made and without the notes that are held."""
        names = ", ".join(STATE_FIELDS)
        select = f"select note_id, flags, {names} from age_note_state where unworkable is null"
        found = {row[0]: [row[1:], *self.allocations.get(row[0], [])] for row in rows_of(self.con, select)}
        for row in rows_of(self.con, "select * from age_open_instalment order by all"):
            if row[0] in found:
                found[row[0]].append(row[1:])
        return found

    def _load(self, table: str, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> None:
        rows_load(self.con, table, columns, rows)

    def _repayments(self, day: date) -> list[tuple[object, ...]]:
        return [
            (
                note.note_id, row.core_ref, row.value_on, row.received_at.replace(tzinfo=None),
                row.amount_minor, row.reverses, row.payer.value,
            )
            for note in self.notes
            for row in note.case.repayments
            if note.arrives[row.core_ref] == day
        ]  # fmt: skip

    def _events(self, day: date) -> list[tuple[object, ...]]:
        columns = [column.name for column in self.feeds["loan_event"].columns]
        return [
            tuple(_event_values(note.note_id, event)[name] for name in columns)
            for note in self.notes
            for event in note.case.events
            if note.arrives[event.core_ref] == day
        ]


def _named(case: Case, prefix: str) -> Case:
    """The case with references that no other one has."""

    def own(ref: str | None) -> str | None:
        return None if ref is None else f"{prefix}{ref}"

    return replace(
        case,
        repayments=tuple(
            replace(row, core_ref=f"{prefix}{row.core_ref}", reverses=own(row.reverses)) for row in case.repayments
        ),
        events=tuple(
            replace(
                row,
                core_ref=f"{prefix}{row.core_ref}",
                reverses=own(row.reverses),
                names_ref=own(row.names_ref),
            )
            for row in case.events
        ),
    )


def _moved(case: Case, by: timedelta) -> Case:
    """The case so many days later or earlier."""
    terms = replace(
        case.terms,
        disbursed_on=case.terms.disbursed_on + by,
        matures_on=case.terms.matures_on + by,
        first_due_on=case.terms.first_due_on + by,
    )
    events = tuple(
        replace(
            event,
            value_on=event.value_on + by,
            recorded_at=event.recorded_at + by,
            until_on=None if event.until_on is None else event.until_on + by,
            schedule=tuple(replace(row, due_on=row.due_on + by) for row in event.schedule),
        )
        for event in case.events
    )
    return replace(
        case,
        terms=terms,
        schedule=tuple(replace(row, due_on=row.due_on + by) for row in case.schedule),
        repayments=tuple(
            replace(row, value_on=row.value_on + by, received_at=row.received_at + by) for row in case.repayments
        ),
        events=events,
        as_of=case.as_of + by,
    )


def _schedule_rows(note: LifeNote) -> list[tuple[object, ...]]:
    return [
        (note.note_id, note.first_seen_on, RUN, i.seq, i.due_on, i.principal_minor, i.interest_minor, i.costs_minor)
        for i in note.case.schedule
    ]


def _note_row(note: LifeNote) -> tuple[object, ...]:
    terms = note.case.terms
    values: dict[str, object] = {
        "note_id": note.note_id,
        "principal_minor": terms.principal_minor,
        "disbursed_on": terms.disbursed_on,
        "matures_on": terms.matures_on,
        "first_due_on": terms.first_due_on,
        "annual_rate_ppm": terms.annual_rate_ppm,
        "penalty_rate_ppm": terms.penalty_rate_ppm,
        "compound": terms.compound.value,
        "repayment_method": terms.method.value,
        "instalment_count": terms.instalment_count,
        "core_status": "active",
        "schedule_on": note.first_seen_on,
        "schedule_run_id": RUN,
        "product_terms": note.note_id,
        "frequency": terms.frequency.value,
        "penalty_markup_ppm": terms.penalty_markup_ppm,
        "instalment_amount_minor": terms.instalment_minor,
        "interest_only_count": terms.interest_only_count,
        "interest_grace_count": terms.interest_grace_count,
        "interest_free_count": terms.interest_free_count,
        "balloon_minor": terms.balloon_minor,
        "principal_share_ppm": terms.principal_share_ppm,
    }
    return tuple(values.get(column.name) for column in NOTE.columns)


def _event_values(note_id: str, event: LoanEvent) -> dict[str, object]:
    claim = event.claim
    return {
        "note_id": note_id,
        "core_ref": event.core_ref,
        "kind": event.kind.value,
        "value_on": event.value_on,
        "recorded_at": event.recorded_at.replace(tzinfo=None),
        "amount_minor": event.amount_minor,
        "component": None if event.component is None else event.component.value,
        "until_on": event.until_on,
        "annual_rate_ppm": event.annual_rate_ppm,
        "penalty_rate_ppm": event.penalty_rate_ppm,
        "names_ref": event.names_ref,
        "reverses": event.reverses,
        **{
            f"claim_{name}_minor": None if claim is None else getattr(claim, f"{name}_minor")
            for name in ("principal", "interest", "penalty", "compound", "costs")
        },
    }
