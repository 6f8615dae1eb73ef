"""Stage *age*: every note from yesterday's close to today's.

Most notes go by the fold, set-based in SQL (``age_*.sql``). A note that something reached behind the fold's back (a
backdated repayment, a reversal, changed terms, another schedule, a history that we see for the first time) is
replayed by the exact engine from its start. Both give the same figures to the minor unit; ``tests/differential`` holds
them to it. Changed terms count for the whole history of the note, because terms are delivered as one present state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from pathlib import Path
from typing import Any

import duckdb

from huikuan.nightly.steps import rows_load, rows_of, step_text, steps_run
from huikuan.nightly.tables import ALLOCATION, NOTE_STATE, OPEN_INSTALMENT
from huikuan.portfolio.facts import (
    Allocation,
    Compound,
    CoreStatus,
    Instalment,
    NoteTerms,
    Repayment,
    RepaymentMethod,
    Replayed,
)
from huikuan.portfolio.rules.engine import replay

FOLD_STEPS = (
    "age_repayment",
    "age_schedule_due",
    "age_open",
    "age_open_total",
    "age_accrued",
    "age_due",
    "age_paid",
    "age_left",
    "age_closed",
    "age_note_state",
    "age_open_instalment",
    "age_allocation",
)
_STATE_COLUMNS = NOTE_STATE.columns[:-1]  # without "replayed"


@dataclass(frozen=True, slots=True)
class Aged:
    """How many notes were folded, and how many were replayed for which reason."""

    folded: int
    replayed: dict[str, int]


def age_run(con: duckdb.DuckDBPyConnection, business_date: date, *, folder: Path) -> Aged:
    """Age all notes of ``note``; leaves age_note_state, age_open_instalment and age_allocation.

    Reads the tables or views note, prev_note, prev_note_state, prev_open_instalment, schedule_version,
    feed_repayment (of this night), repayment_history (all nights) and night.
    """
    steps_run(con, ("age_touched",))
    touched = rows_of(con, "select reason, count(*) from age_touched group by reason order by reason")
    replayed = _replay_touched(con, business_date) if touched else {}
    _replayed_load(con, replayed, folder)
    steps_run(con, FOLD_STEPS)
    folded = rows_of(con, "select count(*) from age_closed")[0][0]
    return Aged(int(folded), {str(reason): int(count) for reason, count in touched})


def _replay_touched(con: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, Replayed]:
    schedules: defaultdict[str, list[Instalment]] = defaultdict(list)
    for note_id, seq, due_on, principal, interest, costs in rows_of(con, step_text("replay_schedule")):
        schedules[note_id].append(Instalment(seq, due_on, principal, interest, costs))
    repayments: defaultdict[str, list[Repayment]] = defaultdict(list)
    for note_id, core_ref, value_on, received_at, amount, reverses in rows_of(con, step_text("replay_repayment")):
        received = received_at.replace(tzinfo=UTC)
        repayments[note_id].append(Repayment(core_ref, value_on, received, amount, reverses))
    return {
        row[0]: replay(
            _terms(row), schedules[row[0]], repayments[row[0]], as_of, core_status=CoreStatus(row[10])
        )
        for row in rows_of(con, step_text("replay_terms"))
    }


def _terms(row: Sequence[Any]) -> NoteTerms:
    return NoteTerms(
        principal_minor=row[1],
        disbursed_on=row[2],
        matures_on=row[3],
        first_due_on=row[4],
        annual_rate_ppm=row[5],
        penalty_rate_ppm=row[6],
        compound=Compound(row[7]),
        method=RepaymentMethod(row[8]),
        instalment_count=row[9],
    )


def _replayed_load(con: duckdb.DuckDBPyConnection, replayed: dict[str, Replayed], folder: Path) -> None:
    fields = [column.name for column in _STATE_COLUMNS[1:]]
    rows_load(
        con,
        "replayed_note_state",
        _STATE_COLUMNS,
        ([note_id, *(getattr(done.state, field) for field in fields)] for note_id, done in replayed.items()),
        folder=folder,
    )
    rows_load(
        con,
        "replayed_open_instalment",
        OPEN_INSTALMENT.columns,
        (
            (note_id, row.due_on, row.seq, row.costs_minor, row.interest_minor, row.principal_minor)
            for note_id, done in replayed.items()
            for row in done.open
        ),
        folder=folder,
    )
    rows_load(
        con,
        "replayed_allocation",
        ALLOCATION.columns,
        (row for note_id, done in replayed.items() for row in allocation_rows(note_id, done.allocations)),
        folder=folder,
    )


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
