"""Stage *snapshot*: the book of the day — every note with its terms and the schedule version in force.

A note whose schedule cannot be computed is treated as if its row had not come: it is carried forward as it was, stale,
or stays out if it is new. Intake refuses such rows with their reason, so this is the second line.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import islice

from huikuan.nightly.facts import StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.stages.conventions import DEFAULT_CODE, ConventionsByCode, conventions_load, conventions_of
from huikuan.nightly.steps import count_of, night_load, rows_named, rows_of, steps_run, steps_view
from huikuan.portfolio.book_tables import EVENT_SCHEDULE, NOTE, SCHEDULE
from huikuan.portfolio.facts import FactInvalid
from huikuan.portfolio.lake import Column, WrittenFile, rows_load, sql_text
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.note_row import terms_of
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.selectors.workday import workdays_of_bank

logger = logging.getLogger("huikuan.nightly")
BATCH_ROWS = 100_000
_SEEN = "snapshot_note_seen"
_SCHEDULES = ("snapshot_schedule_changed", "snapshot_schedule_wanted")
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
    night.view_history(EVENT_SCHEDULE, "event_schedule_version")
    night.view_history(feeds["loan_event"], "loan_event_history")
    night_load(con, night.business_date)
    con.execute(f"create or replace temp table run as select '{night.run_id}' as run_id")
    conventions = conventions_of(night)
    steps_run(con, ("snapshot_event", _SEEN))
    conventions_load(con, conventions, _SEEN)
    steps_run(con, _SCHEDULES)
    computed, held = _schedules_load(night, conventions), 0
    if unworkable := rows_of(con, "select note_id from schedule_unworkable"):
        held = len(unworkable)
        con.execute(
            "create or replace temp table workable_note as select * from feed_note "
            "where note_id not in (select note_id from schedule_unworkable)"
        )
        con.execute("create or replace temp view feed_note as select * from workable_note")
        steps_run(con, (_SEEN, *_SCHEDULES))
        computed = _schedules_load(night, conventions)
    steps_run(con, ("snapshot_version", "snapshot_event_schedule"))
    files = [night.write_step(NOTE, "snapshot_note")]
    night.view_written(NOTE)
    if count_of(con, "snapshot_version"):
        files.append(_schedule_write(night))
    if count_of(con, "snapshot_event_schedule"):
        files.append(night.write(EVENT_SCHEDULE, "select * from snapshot_event_schedule"))
    stale, first_seen = rows_of(
        con,
        "select count(n.stale_since), count(*) - count(p.note_id) from note as n "
        "left join prev_note as p on p.note_id = n.note_id",
    )[0]
    ((delivered,),) = rows_of(con, "select coalesce(sum(instalments), 0) from snapshot_schedule_changed")
    return StageOutput(
        rows_in=count_of(con, feeds["note"].name) + count_of(con, feeds["instalment"].name),
        rows_out=sum(file.rows for file in files),
        files=tuple(files),
        totals={
            "notes": files[0].rows,
            "notes_first_seen": int(first_seen),
            "notes_stale": int(stale),
            "instalments_computed": computed,
            "instalments_delivered": int(delivered) + count_of(con, "snapshot_event_schedule"),
            "notes_without_schedule": held,
            **_renumbered(night),
        },
    )


def _schedule_write(night: Night) -> WrittenFile:
    """Write the versions that come into force, in order of their due days."""
    steps_view(night.con, ("snapshot_schedule",))
    return night.write(
        SCHEDULE,
        "select * from snapshot_schedule",
        order=("due_on", "place", "seq"),
        same={
            "schedule_on": f"date '{night.business_date.isoformat()}'",
            "schedule_run_id": sql_text(str(night.run_id)),
        },
    )


def _renumbered(night: Night) -> dict[str, int]:
    """Count the notes that have another key than yesterday, on a day on which keys change."""
    if night.renumbered_until() != night.business_date:
        return {}
    on = f"s.effective_on = date '{night.business_date}'"
    select = (
        "select count(distinct p.note_id) from prev_note as p join renumbered as m on m.kind = 'note' "  # noqa: S608
        f"and m.new_key = p.note_id join renumbered_step as s on s.kind = 'note' and s.old_key = m.old_key and {on}"
    )
    return {"notes_renumbered": int(rows_of(night.con, select)[0][0])}


def _schedules_load(night: Night, conventions: ConventionsByCode) -> int:
    """Create `schedule_computed`, some rows at a time: a first delivery has schedules to compute for the whole book.

    `schedule_unworkable` has the notes for which there is none.
    """
    con, loaded = night.con, 0
    unworkable: list[tuple[str]] = []
    schedules = _schedules(night, conventions, unworkable)
    rows_load(con, "schedule_computed", _COMPUTED_COLUMNS, ())
    while rows := list(islice(schedules, BATCH_ROWS)):
        rows_load(con, "schedule_part", _COMPUTED_COLUMNS, rows)
        con.execute("insert into schedule_computed select * from schedule_part")
        loaded += len(rows)
    rows_load(con, "schedule_unworkable", (Column("note_id", "VARCHAR"),), unworkable)
    return loaded


def _schedules(
    night: Night, conventions: ConventionsByCode, unworkable: list[tuple[str]]
) -> Iterator[tuple[object, ...]]:
    is_workday = workdays_of_bank(night.bank.id)
    for row in rows_named(night.con, "select * from snapshot_schedule_wanted"):
        note_id, followed = row["note_id"], conventions[row["product_terms"] or DEFAULT_CODE]
        try:
            schedule = schedule_build(terms_of(row), conventions=followed, is_workday=is_workday)
        except FactInvalid as error:
            logger.warning("The schedule of note %s cannot be computed: %s", note_id, error)
            unworkable.append((note_id,))
            continue
        for part in schedule:
            yield (note_id, part.seq, part.due_on, part.principal_minor, part.interest_minor, part.costs_minor)
