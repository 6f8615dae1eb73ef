"""Touched notes through the exact engine: in batches, so that memory does not grow with the book, and beside each other
in processes when there are many (the first night of a book with history).

A note is replayed from its own rows alone, so neither the size of a batch nor the number of processes changes a figure.
A note that no rule can work with stays as it was, with the reason; the others are not held up by it.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Final, NamedTuple

import duckdb

from huikuan.nightly.stages.conventions import DEFAULT_CODE, ConventionsByCode
from huikuan.nightly.steps import rows_named, rows_of, steps_run
from huikuan.portfolio.book_tables import ALLOCATION, NOTE_STATE, OPEN_INSTALMENT, SCHEDULE_IN_FORCE
from huikuan.portfolio.facts import Allocation, CoreStatus, FactInvalid, Instalment, NoteState, Repayment, Replayed
from huikuan.portfolio.lake import Column, rows_load, sql_text
from huikuan.portfolio.loan_events import LoanEvent
from huikuan.portfolio.note_row import event_of, repayment_of, terms_of
from huikuan.portfolio.rules.engine import replay

BATCH_NOTES = 5_000
PARALLEL_NOTES = 20_000  # below, starting processes takes longer than it saves
STATE_FIELDS: Final = tuple(
    column.name for column in NOTE_STATE.columns if column.name in {known.name for known in fields(NoteState)}
)
"""What the exact engine and the fold must agree on."""
_INPUTS: Final = {
    "replay_terms": "note_id",
    "replay_schedule": "note_id, due_on, seq",
    "replay_repayment": "note_id, core_ref",
    "replay_event": "note_id, core_ref",
    "replay_event_schedule": "note_id, event_ref, seq",
}
_STATE_COLUMNS: Final = tuple(
    column for column in NOTE_STATE.columns if column.name in {"note_id", *STATE_FIELDS, "flags"}
)
_OUTPUTS: Final = {
    "replayed_note_state": _STATE_COLUMNS,
    "replayed_open_instalment": OPEN_INSTALMENT.columns,
    "replayed_allocation": ALLOCATION.columns,
    "replayed_schedule": SCHEDULE_IN_FORCE.columns,
    "replayed_unworkable": (
        Column("note_id", "VARCHAR"), Column("code", "VARCHAR"), Column("reason", "VARCHAR"),
    ),
}  # fmt: skip
Rows = Sequence[tuple[Any, ...]]
NamedRows = Sequence[Mapping[str, Any]]


class Batch(NamedTuple):
    """Rows of some notes, each kind in the order of its step."""

    as_of: date
    conventions: ConventionsByCode
    terms: NamedRows
    schedules: NamedRows
    repayments: NamedRows
    events: NamedRows
    event_schedules: NamedRows


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a batch: rows as the tables of _OUTPUTS have them."""

    states: list[tuple[Any, ...]] = field(default_factory=list)
    opens: list[tuple[Any, ...]] = field(default_factory=list)
    allocations: list[tuple[Any, ...]] = field(default_factory=list)
    schedules: list[tuple[Any, ...]] = field(default_factory=list)
    unworkable: list[tuple[Any, ...]] = field(default_factory=list)

    def tables(self) -> tuple[Rows, ...]:
        """Return the rows in the order of _OUTPUTS."""
        return self.states, self.opens, self.allocations, self.schedules, self.unworkable

    def add(self, note_id: str, replayed: Replayed, delivered: Sequence[Instalment]) -> None:
        """Add a note; its schedule only where it is no longer the delivered one."""
        flags = " ".join(replayed.flags) or None
        values = {**{name: getattr(replayed.state, name) for name in STATE_FIELDS}, "note_id": note_id, "flags": flags}
        self.states.append(tuple(values[column.name] for column in _STATE_COLUMNS))
        self.opens.extend(
            (note_id, one.due_on, one.seq, one.costs_minor, one.interest_minor, one.principal_minor)
            for one in replayed.open
        )
        self.allocations.extend(allocation_rows(note_id, replayed.allocations))
        if replayed.state.held_by is not None and tuple(delivered) != replayed.schedule:
            self.schedules.extend(
                (note_id, part.seq, part.due_on, part.principal_minor, part.interest_minor, part.costs_minor)
                for part in replayed.schedule
            )


def replay_touched(con: duckdb.DuckDBPyConnection, as_of: date, conventions: ConventionsByCode) -> None:
    """Create the tables of _OUTPUTS from the notes in `age_touched`."""
    for name, columns in _OUTPUTS.items():
        rows_load(con, name, columns, [])
    firsts = [
        str(row[0])
        for row in rows_of(
            con,
            "select note_id from (select note_id, row_number() over (order by note_id) as n from age_touched) "  # noqa: S608
            f"where (n - 1) % {BATCH_NOTES} = 0 order by note_id",
        )
    ]
    if not firsts:
        return
    steps_run(con, ("replay_whole", *_INPUTS))
    parallel = len(firsts) * BATCH_NOTES > PARALLEL_NOTES and (os.cpu_count() or 1) > 1
    batches = _batches(con, as_of, conventions, firsts)
    for done in _beside_each_other(batches) if parallel else map(batch_replay, batches):
        for (name, columns), rows in zip(_OUTPUTS.items(), done.tables(), strict=True):
            if rows:
                rows_load(con, "replayed_part", columns, rows)
                con.execute(f"insert into {name} select * from replayed_part")  # noqa: S608
    for name in ("replay_whole", *_INPUTS):
        con.execute(f"drop table {name}")
    con.execute("drop table if exists replayed_part")


def batch_replay(batch: Batch) -> Done:
    """Replay the notes of a batch."""
    schedules: defaultdict[str, list[Instalment]] = defaultdict(list)
    for row in batch.schedules:
        schedules[row["note_id"]].append(_instalment(row))
    brought: defaultdict[str, list[Instalment]] = defaultdict(list)
    for row in batch.event_schedules:
        brought[row["event_ref"]].append(_instalment(row))
    repayments: defaultdict[str, list[Repayment]] = defaultdict(list)
    for row in batch.repayments:
        repayments[row["note_id"]].append(repayment_of(row))
    events: defaultdict[str, list[LoanEvent]] = defaultdict(list)
    for row in batch.events:
        events[row["note_id"]].append(event_of(row, brought[row["core_ref"]]))
    done = Done()
    for row in batch.terms:
        note_id = row["note_id"]
        try:
            replayed = replay(
                terms_of(row),
                schedules[note_id],
                repayments[note_id],
                batch.as_of,
                core_status=CoreStatus(row["core_status"]),
                conventions=batch.conventions[row["product_terms"] or DEFAULT_CODE],
                events=events[note_id],
            )
        except FactInvalid as error:
            done.unworkable.append((note_id, error.code, f"{error.code}: {error}"))
            continue
        done.add(note_id, replayed, schedules[note_id])
    return done


def allocation_rows(note_id: str, allocations: Sequence[Allocation]) -> Iterator[tuple[object, ...]]:
    """Rows of the lake table *allocation*: on each day credit has position 0, what has a reference counts from 1."""
    day, position = date.min, 0
    for row in allocations:
        if row.applied_on != day:
            day, position = row.applied_on, 0
        if row.core_ref is not None:
            position += 1
        yield (
            note_id,
            row.applied_on,
            0 if row.core_ref is None else position,
            row.core_ref,
            row.amount_minor,
            row.costs_minor,
            row.penalty_minor,
            row.compound_minor,
            row.interest_minor,
            row.principal_minor,
            row.credit_minor,
            row.kind.value,
            row.delay_minor,
        )


def _instalment(row: Mapping[str, Any]) -> Instalment:
    return Instalment(row["seq"], row["due_on"], row["principal_minor"], row["interest_minor"], row["costs_minor"])


def _batches(
    con: duckdb.DuckDBPyConnection, as_of: date, conventions: ConventionsByCode, firsts: Sequence[str]
) -> Iterator[Batch]:
    for place, first in enumerate(firsts):
        among = f"note_id >= {sql_text(first)}"
        if place + 1 < len(firsts):
            among += f" and note_id < {sql_text(firsts[place + 1])}"
        yield Batch(
            as_of,
            conventions,
            *(
                rows_named(con, f"select * from {name} where {among} order by {order}")  # noqa: S608
                for name, order in _INPUTS.items()
            ),
        )


def _beside_each_other(batches: Iterator[Batch]) -> Iterator[Done]:
    """Replay batches in as many processes as there are processors; answers come in the order of the batches."""
    workers = os.cpu_count() or 1
    context = multiprocessing.get_context("spawn")  # a fork would inherit DuckDB's threads and the database connection
    with ProcessPoolExecutor(workers, context, initializer=_end_with, initargs=(os.getpid(),)) as pool:
        under_way: deque[Future[Done]] = deque()
        for batch in batches:
            under_way.append(pool.submit(batch_replay, batch))
            if len(under_way) > workers:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


def _end_with(parent: int) -> None:
    """End this worker when the night is killed: a killed process closes no pool."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
