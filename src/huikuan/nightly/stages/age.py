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

import duckdb

from huikuan.nightly.errors import NoteUnworkableError
from huikuan.nightly.facts import StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.stages.terms import terms_of
from huikuan.nightly.steps import count_of, night_load, rows_of, step_text, steps_run, steps_view
from huikuan.nightly.tables import ALLOCATION, NOTE, NOTE_STATE, OPEN_INSTALMENT, SCHEDULE
from huikuan.portfolio.facts import Allocation, CoreStatus, FactInvalid, Instalment, Repayment, Replayed
from huikuan.portfolio.lake import rows_load
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.rules.engine import replay

_OPEN_STEPS = ("age_repayment", "age_schedule_due", "age_open")
_PAID_VIEWS = ("age_open_total", "age_accrued", "age_due")  # read by age_paid alone: never in memory as a whole
OUTPUTS = {"age_note_state": NOTE_STATE, "age_open_instalment": OPEN_INSTALMENT, "age_allocation": ALLOCATION}
_STATE_COLUMNS = NOTE_STATE.columns[:-1]  # without "replayed"


@dataclass(frozen=True, slots=True)
class Aged:
    """How many notes were folded, and how many were replayed for which reason."""

    folded: int
    replayed: dict[str, int]


def age_stage(night: Night) -> StageOutput:
    """Age the book of the night and write the close of the day."""
    con = night.con
    repayment = feed_tables()["repayment"]
    night.view_today(NOTE, repayment)
    night.view_yesterday(NOTE, NOTE_STATE, OPEN_INSTALMENT)
    night.view_history(SCHEDULE, "schedule_version")
    night.view_history(repayment, "repayment_history")
    night_load(con, night.business_date)
    aged = age_run(con, night.business_date)
    files = tuple(night.write_step(table, step) for step, table in OUTPUTS.items())
    night.view_written(NOTE_STATE)
    sums = rows_of(
        con, "select coalesce(sum(principal_outstanding_minor), 0), coalesce(sum(credit_minor), 0) from note_state"
    )[0]
    return StageOutput(
        rows_in=count_of(con, "note") + count_of(con, "prev_open_instalment") + count_of(con, repayment.name),
        rows_out=sum(file.rows for file in files),
        files=files,
        totals={
            "notes_folded": aged.folded,
            "notes_replayed": sum(aged.replayed.values()),
            **{f"replayed_{reason}": count for reason, count in aged.replayed.items()},
            "principal_outstanding_minor": int(sums[0]),
            "credit_minor": int(sums[1]),
        },
    )


def age_run(con: duckdb.DuckDBPyConnection, business_date: date) -> Aged:
    """Age all notes of ``note``; afterwards the steps of OUTPUTS give the close of the day.

    Reads the tables or views note, prev_note, prev_note_state, prev_open_instalment, schedule_version,
    feed_repayment (of this night), repayment_history (all nights) and night.
    """
    steps_run(con, ("age_touched",))
    touched = rows_of(con, "select reason, count(*) from age_touched group by reason order by reason")
    replayed = _replay_touched(con, business_date) if touched else {}
    _replayed_load(con, replayed)
    steps_run(con, _OPEN_STEPS)
    steps_view(con, _PAID_VIEWS)
    steps_run(con, ("age_paid", "age_left"))
    steps_view(con, ("age_closed",))
    return Aged(count_of(con, "age_paid"), {str(reason): int(count) for reason, count in touched})


def _replay_touched(con: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, Replayed]:
    schedules: defaultdict[str, list[Instalment]] = defaultdict(list)
    for note_id, seq, due_on, principal, interest, costs in rows_of(con, step_text("replay_schedule")):
        schedules[note_id].append(Instalment(seq, due_on, principal, interest, costs))
    repayments: defaultdict[str, list[Repayment]] = defaultdict(list)
    for note_id, core_ref, value_on, received_at, amount, reverses in rows_of(con, step_text("replay_repayment")):
        received = received_at.replace(tzinfo=UTC)
        repayments[note_id].append(Repayment(core_ref, value_on, received, amount, reverses))
    replayed = {}
    for row in rows_of(con, step_text("replay_terms")):
        note_id, status = row[0], CoreStatus(row[10])
        try:
            done = replay(terms_of(row), schedules[note_id], repayments[note_id], as_of, core_status=status)
        except FactInvalid as error:
            raise NoteUnworkableError(note_id, str(error)) from error
        replayed[note_id] = done
    return replayed


def _replayed_load(con: duckdb.DuckDBPyConnection, replayed: dict[str, Replayed]) -> None:
    fields = [column.name for column in _STATE_COLUMNS[1:]]
    rows_load(
        con,
        "replayed_note_state",
        _STATE_COLUMNS,
        [[note_id, *(getattr(done.state, field) for field in fields)] for note_id, done in replayed.items()],
    )
    rows_load(
        con,
        "replayed_open_instalment",
        OPEN_INSTALMENT.columns,
        [
            (note_id, row.due_on, row.seq, row.costs_minor, row.interest_minor, row.principal_minor)
            for note_id, done in replayed.items()
            for row in done.open
        ],
    )
    rows_load(
        con,
        "replayed_allocation",
        ALLOCATION.columns,
        [row for note_id, done in replayed.items() for row in allocation_rows(note_id, done.allocations)],
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
