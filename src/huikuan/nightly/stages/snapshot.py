"""Stage *snapshot*: the book of the day — every note with its terms and the schedule version in force."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from huikuan.nightly.errors import NoteUnworkableError
from huikuan.nightly.facts import StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.stages.terms import terms_of
from huikuan.nightly.steps import count_of, night_load, rows_of, steps_run
from huikuan.portfolio.book_tables import NOTE, SCHEDULE
from huikuan.portfolio.facts import FactInvalid
from huikuan.portfolio.lake import rows_load
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.rules.schedule import schedule_build

BATCH_ROWS = 100_000
_COMPUTED_COLUMNS = tuple(
    column for column in SCHEDULE.columns if column.name not in {"schedule_on", "schedule_run_id"}
)


def snapshot_stage(night: Night) -> StageOutput:
    """Carry the book forward to today and put new schedule versions into force."""
    con = night.con
    feeds = feed_tables()
    night.view_today(*(feeds[feed] for feed in ("note", "contract", "product", "instalment")))
    night.view_yesterday(NOTE)
    night.view_history(SCHEDULE, "schedule_version")
    night_load(con, night.business_date)
    con.execute(f"create or replace temp table run as select '{night.run_id}' as run_id")
    steps_run(con, ("snapshot_note_seen", "snapshot_schedule_delivered", "snapshot_schedule_wanted"))
    computed = _schedules_load(night)
    steps_run(con, ("snapshot_schedule",))
    files = [night.write_step(NOTE, "snapshot_note")]
    night.view_written(NOTE)
    if count_of(con, "snapshot_schedule"):
        files.append(night.write(SCHEDULE, "select * from snapshot_schedule"))
    stale, first_seen = rows_of(
        con,
        "select count(n.stale_since), count(*) - count(p.note_id) from note as n "
        "left join prev_note as p on p.note_id = n.note_id",
    )[0]
    return StageOutput(
        rows_in=count_of(con, feeds["note"].name) + count_of(con, feeds["instalment"].name),
        rows_out=sum(file.rows for file in files),
        files=tuple(files),
        totals={
            "notes": files[0].rows,
            "notes_first_seen": int(first_seen),
            "notes_stale": int(stale),
            "instalments_computed": computed,
            "instalments_delivered": count_of(con, "snapshot_schedule_delivered"),
        },
    )


def _schedules_load(night: Night) -> int:
    """Create `schedule_computed`, some rows at a time: a first delivery has schedules to compute for the whole book."""
    con, schedules, loaded = night.con, _schedules(night), 0
    rows_load(con, "schedule_computed", _COMPUTED_COLUMNS, ())
    while rows := list(islice(schedules, BATCH_ROWS)):
        rows_load(con, "schedule_part", _COMPUTED_COLUMNS, rows)
        con.execute("insert into schedule_computed select * from schedule_part")
        loaded += len(rows)
    return loaded


def _schedules(night: Night) -> Iterator[tuple[object, ...]]:
    for row in rows_of(night.con, "select * from snapshot_schedule_wanted"):
        note_id = row[0]
        try:
            schedule = schedule_build(terms_of(row))
        except FactInvalid as error:
            raise NoteUnworkableError(note_id, str(error)) from error
        for part in schedule:
            yield (note_id, part.seq, part.due_on, part.principal_minor, part.interest_minor, part.costs_minor)
