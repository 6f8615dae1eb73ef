"""Touched notes through the exact engine: in batches, so that memory does not grow with the book, and beside each other
in processes when there are many (the first night of a book with history).

A note is replayed from its own rows alone, so neither the size of a batch nor the number of processes changes a figure.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any, Final

import duckdb

from huikuan.nightly.errors import NoteUnworkableError
from huikuan.nightly.stages.terms import terms_of
from huikuan.nightly.steps import rows_of, steps_run
from huikuan.portfolio.book_tables import ALLOCATION, NOTE_STATE, OPEN_INSTALMENT
from huikuan.portfolio.facts import Allocation, CoreStatus, FactInvalid, Instalment, Repayment
from huikuan.portfolio.lake import rows_load, sql_text
from huikuan.portfolio.rules.engine import replay

BATCH_NOTES = 5_000
PARALLEL_NOTES = 20_000  # below, starting processes takes longer than it saves
_INPUTS: Final = ("replay_terms", "replay_schedule", "replay_repayment")
_STATE_COLUMNS: Final = NOTE_STATE.columns[:-1]  # without "replayed"
_STATE_FIELDS: Final = tuple(column.name for column in _STATE_COLUMNS[1:])
_OUTPUTS: Final = {
    "replayed_note_state": _STATE_COLUMNS,
    "replayed_open_instalment": OPEN_INSTALMENT.columns,
    "replayed_allocation": ALLOCATION.columns,
}
Rows = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of some notes, each kind in the order of its step."""

    as_of: date
    terms: Rows
    schedules: Rows
    repayments: Rows


@dataclass(frozen=True, slots=True)
class Unworkable:
    """A note that no rule can work with, and why."""

    note_id: str
    reason: str


def replay_touched(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Create `replayed_note_state`, `replayed_open_instalment` and `replayed_allocation` of the notes in `age_touched`.

    Raises NoteUnworkableError.
    """
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
    steps_run(con, _INPUTS)
    parallel = len(firsts) * BATCH_NOTES > PARALLEL_NOTES and (os.cpu_count() or 1) > 1
    batches = _batches(con, as_of, firsts)
    for done in _beside_each_other(batches) if parallel else map(batch_replay, batches):
        if isinstance(done, Unworkable):
            raise NoteUnworkableError(done.note_id, done.reason)
        for (name, columns), rows in zip(_OUTPUTS.items(), done, strict=True):
            rows_load(con, f"{name}_part", columns, rows)
            con.execute(f"insert into {name} select * from {name}_part")  # noqa: S608
    for name in (*_INPUTS, *(f"{name}_part" for name in _OUTPUTS)):
        con.execute(f"drop table {name}")


def batch_replay(batch: Batch) -> tuple[Rows, Rows, Rows] | Unworkable:
    """Replay the notes of a batch: rows of states, open instalments and allocations, as the lake's tables have them."""
    schedules: defaultdict[str, list[Instalment]] = defaultdict(list)
    for note_id, seq, due_on, principal, interest, costs in batch.schedules:
        schedules[note_id].append(Instalment(seq, due_on, principal, interest, costs))
    repayments: defaultdict[str, list[Repayment]] = defaultdict(list)
    for note_id, core_ref, value_on, received_at, amount, reverses in batch.repayments:
        repayments[note_id].append(Repayment(core_ref, value_on, received_at.replace(tzinfo=UTC), amount, reverses))
    states: list[tuple[Any, ...]] = []
    opens: list[tuple[Any, ...]] = []
    allocations: list[tuple[Any, ...]] = []
    for row in batch.terms:
        note_id, status = row[0], CoreStatus(row[10])
        try:
            done = replay(terms_of(row), schedules[note_id], repayments[note_id], batch.as_of, core_status=status)
        except FactInvalid as error:
            return Unworkable(note_id, str(error))
        states.append((note_id, *(getattr(done.state, field) for field in _STATE_FIELDS)))
        opens += (
            (note_id, one.due_on, one.seq, one.costs_minor, one.interest_minor, one.principal_minor)
            for one in done.open
        )
        allocations += allocation_rows(note_id, done.allocations)
    return states, opens, allocations


def allocation_rows(note_id: str, allocations: Sequence[Allocation]) -> Iterator[tuple[object, ...]]:
    """Rows of the lake table *allocation*: on each day credit has position 0, repayments count from 1."""
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
        )


def _batches(con: duckdb.DuckDBPyConnection, as_of: date, firsts: Sequence[str]) -> Iterator[Batch]:
    for place, first in enumerate(firsts):
        among = f"note_id >= {sql_text(first)}"
        if place + 1 < len(firsts):
            among += f" and note_id < {sql_text(firsts[place + 1])}"
        terms, schedules, repayments = (
            rows_of(con, f"select * from {name} where {among} order by {order}")  # noqa: S608
            for name, order in zip(_INPUTS, ("note_id", "note_id, due_on, seq", "note_id, core_ref"), strict=True)
        )
        yield Batch(as_of, terms, schedules, repayments)


def _beside_each_other(batches: Iterator[Batch]) -> Iterator[tuple[Rows, Rows, Rows] | Unworkable]:
    """Replay batches in as many processes as there are processors; answers come in the order of the batches."""
    workers = os.cpu_count() or 1
    context = multiprocessing.get_context("spawn")  # a fork would inherit DuckDB's threads and the database connection
    with ProcessPoolExecutor(workers, context, initializer=_end_with, initargs=(os.getpid(),)) as pool:
        under_way: deque[Future[tuple[Rows, Rows, Rows] | Unworkable]] = deque()
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
