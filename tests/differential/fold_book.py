"""The stage *age* on tables in memory: many nights of one book without PostgreSQL and without a lake."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from huikuan.nightly.stages.age import Aged, age_run, allocation_rows
from huikuan.nightly.steps import night_load, rows_load, rows_of
from huikuan.nightly.tables import NOTE, NOTE_STATE, OPEN_INSTALMENT, SCHEDULE
from huikuan.portfolio.facts import Repayment
from huikuan.portfolio.lake import Column
from huikuan.portfolio.rules.engine import replay
from tests.differential.books import Note

REPAYMENT = tuple(
    Column(*line.split())
    for line in (
        "note_id VARCHAR",
        "core_ref VARCHAR",
        "value_on DATE",
        "received_at TIMESTAMPTZ",
        "amount_minor BIGINT",
        "reverses VARCHAR",
    )
)
RUN = "run"

class FoldBook:
    """A book that is aged night by night; after each night its tables hold the close of that day."""

    def __init__(self, notes: Sequence[Note], folder: Path) -> None:
        self.notes = notes
        self.folder = folder
        self.con = duckdb.connect(":memory:", config={"threads": 2})
        self.con.execute("set TimeZone = 'UTC'")
        self.schedule_on: dict[str, date] = {}
        self.delivered: dict[str, date] = {}  # day whose delivery the note's row comes from
        for table in (NOTE, NOTE_STATE, OPEN_INSTALMENT):
            self._load(f"prev_{table.name}", table.columns, ())
        self._load("schedule_version", SCHEDULE.columns, ())
        self._load("repayment_history", REPAYMENT, ())
        self.allocations: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)

    def _load(self, table: str, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
        rows_load(self.con, table, columns, rows, folder=self.folder)

    def night(self, day: date) -> Aged:
        """One night: load what is delivered, age, and make today yesterday."""
        con = self.con
        night_load(con, day)
        seen = [note for note in self.notes if note.first_seen_on <= day]
        new_versions = [
            note
            for note in seen
            if note.note_id not in self.schedule_on
            or (note.schedule_on(day) != note.schedule_on(self.schedule_on[note.note_id]))
        ]
        for note in new_versions:
            self.schedule_on[note.note_id] = day
        if new_versions:
            self._load("schedule_new", SCHEDULE.columns, _schedule_rows(new_versions, day))
            con.execute("insert into schedule_version select * from schedule_new")
        self._load("note", NOTE.columns, [self._note_row(note, day) for note in seen])
        rows = [(note, row) for note in self.notes for row in note.repayments.get(day, ())]
        self._load("feed_repayment", REPAYMENT, (_repayment_row(note, row) for note, row in rows))
        con.execute("insert into repayment_history select * from feed_repayment")
        aged = age_run(con, day, folder=self.folder)
        con.execute("create or replace temp table prev_note as select * from note")
        con.execute("create or replace temp table prev_note_state as select * from age_note_state")
        con.execute("create or replace temp table prev_open_instalment as select * from age_open_instalment")
        self._keep_allocations()
        return aged

    def _note_row(self, note: Note, day: date) -> tuple[object, ...]:
        if day not in note.missing_on:
            self.delivered[note.note_id] = day
        known = self.delivered.get(note.note_id, day)
        terms = note.terms_on(known)
        return (
            note.note_id, "C", "P", "B", "PR", True, terms.principal_minor, terms.disbursed_on, terms.matures_on,
            terms.first_due_on, terms.annual_rate_ppm, terms.penalty_rate_ppm, terms.compound, terms.method,
            terms.instalment_count, note.status_on(known), self.schedule_on[note.note_id], RUN, True, None,
        )  # fmt: skip

    def _keep_allocations(self) -> None:
        for (note_id,) in rows_of(self.con, "select note_id from age_note_state where replayed"):
            self.allocations[note_id].clear()
        for row in rows_of(self.con, "select * from age_allocation order by note_id, applied_on, position"):
            self.allocations[row[0]].append(row)

    def check(self, day: date) -> int:
        """Compare every note with the exact engine at the close of ``day``; return how many notes were compared."""
        states = {row[0]: row[:-1] for row in rows_of(self.con, "select * from age_note_state")}
        opens: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for row in rows_of(self.con, "select * from age_open_instalment order by note_id, due_on, seq"):
            opens[row[0]].append(row)
        for note in self.notes:
            if note.first_seen_on > day:
                assert note.note_id not in states
                continue
            known = self.delivered[note.note_id]
            done = replay(
                note.terms_on(known),
                note.schedule_on(day),
                note.repayments_until(day),
                day,
                core_status=note.status_on(known),
            )
            fields = [column.name for column in NOTE_STATE.columns[1:-1]]
            expected = (note.note_id, *(getattr(done.state, field) for field in fields))
            assert states[note.note_id] == expected, f"{note.note_id} on {day}: state"
            expected_open = [
                (note.note_id, row.due_on, row.seq, row.costs_minor, row.interest_minor, row.principal_minor)
                for row in done.open
            ]
            assert opens[note.note_id] == expected_open, f"{note.note_id} on {day}: open instalments"
            expected_allocations = list(allocation_rows(note.note_id, done.allocations))
            assert self.allocations[note.note_id] == expected_allocations, f"{note.note_id} on {day}: allocations"
        return len(states)

def days_from(start: date, days: int) -> list[date]:
    """``days`` days in a row."""
    return [start + timedelta(days=number) for number in range(days)]

def _schedule_rows(notes: Iterable[Note], day: date) -> list[tuple[object, ...]]:
    return [
        (note.note_id, day, RUN, row.seq, row.due_on, row.principal_minor, row.interest_minor, row.costs_minor)
        for note in notes
        for row in note.schedule_on(day)
    ]

def _repayment_row(note: Note, row: Repayment) -> tuple[object, ...]:
    return (note.note_id, row.core_ref, row.value_on, row.received_at, row.amount_minor, row.reverses)

__all__ = ["ALLOCATION", "FoldBook", "days_from"]
