"""Stage *age*: every note from yesterday's close to today's.

Most notes go by the fold, set-based in SQL (``age_*.sql``). A note that something reached behind the fold's back (a
backdated repayment, a reversal, changed terms, another schedule, a history that we see for the first time) is
replayed by the exact engine from its start. Both give the same figures to the minor unit; ``tests/differential`` holds
them to it. Changed terms count for the whole history of the note, because terms are delivered as one present state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from huikuan.nightly.facts import StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.stages.replay import replay_touched
from huikuan.nightly.steps import count_of, night_load, rows_of, steps_run, steps_view
from huikuan.portfolio.book_tables import ALLOCATION, NOTE, NOTE_STATE, OPEN_INSTALMENT, SCHEDULE
from huikuan.portfolio.lake_tables import feed_tables

_OPEN_STEPS = ("age_repayment", "age_schedule_due", "age_open")
_PAID_VIEWS = ("age_open_total", "age_accrued", "age_due")  # read by age_paid alone: never in memory as a whole
OUTPUTS = {"age_note_state": NOTE_STATE, "age_open_instalment": OPEN_INSTALMENT, "age_allocation": ALLOCATION}


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
    replay_touched(con, business_date)
    steps_run(con, _OPEN_STEPS)
    steps_view(con, _PAID_VIEWS)
    steps_run(con, ("age_paid", "age_left"))
    steps_view(con, ("age_closed",))
    return Aged(count_of(con, "age_paid"), {str(reason): int(count) for reason, count in touched})
