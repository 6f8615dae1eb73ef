"""Stage *age*: every note from yesterday's close to today's.

Most notes go by the fold, set-based in SQL (``age_*.sql``). A note that something reached behind the fold's back (a
backdated repayment, a reversal, a loan event, changed terms, another schedule, a history that we see for the first
time), or that the fold does not hold (a convention that it does not have, a state that an event left behind), is
replayed by the exact engine from its start: ``age_touched.sql`` says why. Both give the same figures to the minor unit;
``tests/differential`` holds them to it. Changed terms count for the whole history of the note, because terms are
delivered as one present state; only rates have a past, where the note states those at its start.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from huikuan.nightly.facts import StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.stages.conventions import ConventionsByCode, conventions_load, conventions_of
from huikuan.nightly.stages.replay import replay_touched
from huikuan.nightly.steps import count_of, night_load, rows_of, steps_run, steps_view
from huikuan.portfolio.book_tables import (
    ALLOCATION,
    EVENT_SCHEDULE,
    NOTE,
    NOTE_STATE,
    OPEN_INSTALMENT,
    SCHEDULE,
    SCHEDULE_IN_FORCE,
)
from huikuan.portfolio.lake_tables import feed_tables

_OPEN_STEPS = ("age_repayment", "age_schedule_due", "age_open")
_PAID_VIEWS = ("age_open_total", "age_accrued", "age_due")  # read by age_paid alone: never in memory as a whole
OUTPUTS = {"age_note_state": NOTE_STATE, "age_open_instalment": OPEN_INSTALMENT, "age_allocation": ALLOCATION}
_IN_FORCE = "select * from replayed_schedule"


@dataclass(frozen=True, slots=True)
class Aged:
    """How many notes were folded, replayed for which reason, and left as they were because of which refusal."""

    folded: int
    replayed: dict[str, int]
    held: dict[str, int]


def age_stage(night: Night) -> StageOutput:
    """Age the book of the night and write the close of the day."""
    con = night.con
    repayment, event = feed_tables()["repayment"], feed_tables()["loan_event"]
    night.view_today(NOTE, repayment, event)
    night.view_yesterday(NOTE, NOTE_STATE, OPEN_INSTALMENT)
    night.view_history(SCHEDULE, "schedule_version")
    night.view_history(EVENT_SCHEDULE, "event_schedule_version")
    night.view_history(repayment, "repayment_history")
    night.view_history(event, "loan_event_history")
    night_load(con, night.business_date)
    aged = age_run(con, night.business_date, conventions_of(night))
    files = [night.write_step(table, step) for step, table in OUTPUTS.items()]
    if count_of(con, "replayed_schedule"):
        files.append(night.write(SCHEDULE_IN_FORCE, _IN_FORCE))
    night.view_written(NOTE_STATE)
    sums = rows_of(
        con, "select coalesce(sum(principal_outstanding_minor), 0), coalesce(sum(credit_minor), 0) from note_state"
    )[0]
    return StageOutput(
        rows_in=count_of(con, "note") + count_of(con, "prev_open_instalment") + count_of(con, repayment.name),
        rows_out=sum(file.rows for file in files),
        files=tuple(files),
        totals={
            "notes_folded": aged.folded,
            "notes_replayed": sum(aged.replayed.values()),
            "notes_held": sum(aged.held.values()),
            **{f"replayed_{reason}": count for reason, count in aged.replayed.items()},
            **{f"held:{code}": count for code, count in aged.held.items()},
            "principal_outstanding_minor": int(sums[0]),
            "credit_minor": int(sums[1]),
        },
    )


def age_run(con: duckdb.DuckDBPyConnection, business_date: date, conventions: ConventionsByCode) -> Aged:
    """Age all notes of ``note``; afterwards the steps of OUTPUTS give the close of the day.

    Reads the tables or views note, prev_note, prev_note_state, prev_open_instalment, schedule_version,
    event_schedule_version, feed_repayment and feed_loan_event (of this night), repayment_history and loan_event_history
    (all nights) and night.
    """
    conventions_load(con, conventions)
    steps_run(con, ("age_touched",))
    touched = rows_of(con, "select reason, count(*) from age_touched group by reason order by reason")
    replay_touched(con, business_date, conventions)
    held = rows_of(con, "select code, count(*) from replayed_unworkable group by code order by code")
    steps_run(con, _OPEN_STEPS)
    steps_view(con, _PAID_VIEWS)
    steps_run(con, ("age_paid", "age_left"))
    steps_view(con, ("age_closed",))
    return Aged(
        count_of(con, "age_paid"),
        {str(reason): int(count) for reason, count in touched},
        {str(code): int(count) for code, count in held},
    )
