"""The stage *age* on tables in memory: many nights of one book without PostgreSQL and without a lake."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from huikuan.nightly.stages.age import OUTPUTS, Aged, age_run
from huikuan.nightly.stages.conventions import DEFAULT_CODE, ConventionsByCode
from huikuan.nightly.stages.replay import STATE_FIELDS, allocation_rows
from huikuan.nightly.steps import night_load, rows_of, steps_run
from huikuan.nightly.tests.books import Note
from huikuan.portfolio.book_tables import EVENT_SCHEDULE, NOTE, NOTE_STATE, OPEN_INSTALMENT, SCHEDULE
from huikuan.portfolio.conventions import CONVENTIONS_DEFAULT
from huikuan.portfolio.facts import Instalment, Repayment, Replayed
from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.rules.engine import replay

RUN = "run"
DEFAULT_ONLY: ConventionsByCode = {DEFAULT_CODE: CONVENTIONS_DEFAULT}


class FoldBook:
    """A book that is aged night by night; after each night its tables hold the close of that day."""

    def __init__(self, notes: Sequence[Note]) -> None:
        self.notes = notes
        self.con = duckdb.connect(":memory:", config={"threads": 2})
        self.schedules: dict[str, tuple[Instalment, ...]] = {}
        self.note_rows: list[tuple[object, ...]] = []
        self.schedule_on: dict[str, date] = {}
        self.repayment, self.event = feed_tables()["repayment"], feed_tables()["loan_event"]
        for table in (NOTE, NOTE_STATE, OPEN_INSTALMENT):
            self._load(f"prev_{table.name}", table.columns, ())
        self._load("schedule_version", SCHEDULE.columns, ())
        self._load("event_schedule_version", EVENT_SCHEDULE.columns, ())
        for feed in (self.repayment, self.event):
            self._load(f"{feed.name.removeprefix('feed_')}_history", feed.columns, ())
        self._load(self.event.name, self.event.columns, ())
        self.allocations: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)

    def night(self, day: date) -> Aged:
        """One night: load what is delivered, age, and make today yesterday."""
        con = self.con
        night_load(con, day)
        seen = [note for note in self.notes if note.first_seen_on <= day]
        self._new_schedules(seen, day)
        note_rows = [self._note_row(note, day) for note in seen]
        if note_rows != self.note_rows:
            self.note_rows = note_rows
            self._load("note", NOTE.columns, note_rows)
        rows = [(note, row) for note in self.notes for row in note.repayments.get(day, ())]
        self._load(
            self.repayment.name, self.repayment.columns, [_repayment_row(note.note_id, row) for note, row in rows]
        )
        con.execute(f"insert into repayment_history select * from {self.repayment.name}")
        aged = age_run(con, day, DEFAULT_ONLY)
        steps_run(con, OUTPUTS)
        con.execute("create or replace temp table prev_note as select * from note")
        con.execute("create or replace temp table prev_note_state as select * from age_note_state")
        con.execute("create or replace temp table prev_open_instalment as select * from age_open_instalment")
        allocations_keep(self.con, self.allocations, "age_note_state", "age_allocation")
        return aged

    def check(self, day: date) -> int:
        """Compare every note with the exact engine at the close of ``day``; return how many notes were compared."""
        return notes_compare(
            self.con,
            [note for note in self.notes if note.first_seen_on <= day],
            day,
            self.allocations,
            state="age_note_state",
            open_instalment="age_open_instalment",
        )

    def _load(self, table: str, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
        rows_load(self.con, table, columns, list(rows))

    def _new_schedules(self, seen: Sequence[Note], day: date) -> None:
        rows: list[tuple[object, ...]] = []
        for note in seen:
            known = self.schedules.get(note.note_id)
            if known is not None and not (note.terms_from or note.schedule_from):
                continue
            schedule = note.schedule_on(note.last_present_on(day))
            if schedule != known:
                self.schedules[note.note_id], self.schedule_on[note.note_id] = schedule, day
                rows += [
                    (note.note_id, day, RUN, i.seq, i.due_on, i.principal_minor, i.interest_minor, i.costs_minor)
                    for i in schedule
                ]
        if rows:
            self._load("schedule_new", SCHEDULE.columns, rows)
            self.con.execute("insert into schedule_version select * from schedule_new")

    def _note_row(self, note: Note, day: date) -> tuple[object, ...]:
        known = note.last_present_on(day)
        terms = note.terms_on(known)
        return (
            note.note_id, "C", "P", "B", "PR", True, terms.principal_minor, terms.disbursed_on, terms.matures_on,
            terms.first_due_on, terms.annual_rate_ppm, terms.penalty_rate_ppm, terms.compound, terms.method,
            terms.instalment_count, note.status_on(known), self.schedule_on[note.note_id], RUN, True, None,
            *[None] * (len(NOTE.columns) - 20),
        )  # fmt: skip


def expected_of(note: Note, day: date) -> Replayed:
    """What the exact engine says of a note at the close of ``day``, from what was delivered up to then."""
    known = note.last_present_on(day)
    return replay(
        note.terms_on(known),
        note.schedule_on(known),
        note.repayments_until(day),
        day,
        core_status=note.status_on(known),
    )


def notes_compare(
    con: duckdb.DuckDBPyConnection,
    notes: Sequence[Note],
    day: date,
    allocations: dict[str, list[tuple[Any, ...]]],
    *,
    state: str,
    open_instalment: str,
) -> int:
    """Assert that tables of the night equal the exact engine for all of ``notes``; return how many there are."""
    states = {row[0]: row[1:] for row in rows_of(con, f"select note_id, {', '.join(STATE_FIELDS)} from {state}")}
    opens: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows_of(con, f"select * from {open_instalment} order by note_id, due_on, seq"):
        opens[row[0]].append(row[1:])
    assert states.keys() == {note.note_id for note in notes}
    for note in notes:
        done, where = expected_of(note, day), f"{note.note_id} on {day}"
        assert states[note.note_id] == tuple(getattr(done.state, field) for field in STATE_FIELDS), where
        assert opens[note.note_id] == [
            (row.due_on, row.seq, row.costs_minor, row.interest_minor, row.principal_minor) for row in done.open
        ], where
        assert allocations.get(note.note_id, []) == list(allocation_rows(note.note_id, done.allocations)), where
    return len(states)


def allocations_keep(
    con: duckdb.DuckDBPyConnection, kept: defaultdict[str, list[tuple[Any, ...]]], state: str, allocation: str
) -> None:
    """Add a night's allocations to those of earlier nights; a replayed note brings its whole history again."""
    for (note_id,) in rows_of(con, f"select note_id from {state} where replayed"):
        kept[note_id].clear()
    for row in rows_of(con, f"select * from {allocation} order by note_id, applied_on, position"):
        kept[row[0]].append(row)


def days_from(start: date, days: int) -> list[date]:
    """``days`` days in a row."""
    return [start + timedelta(days=number) for number in range(days)]


def _repayment_row(note_id: str, row: Repayment) -> tuple[object, ...]:
    received = row.received_at.replace(tzinfo=None)
    return (note_id, row.core_ref, row.value_on, received, row.amount_minor, row.reverses, None)
