"""Stage *migrate*: how notes moved between buckets since the last month-end (滚动率, 迁徙率).

The period begins at the close of the last day of the month before the business date and ends today; on the last day
of a month it is a whole month.
"""

from __future__ import annotations

from datetime import date, timedelta

from huikuan.nightly.facts import StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.steps import count_of, rows_of
from huikuan.portfolio.book_tables import NOTE_CLASS, ROLL


def roll_start(business_date: date) -> date:
    """The last day of the month before: the night from which the moves count."""
    return business_date.replace(day=1) - timedelta(days=1)


def migrate_stage(night: Night) -> StageOutput:
    """Count moves by institution, product, bucket then and bucket now; nothing if that night does not exist."""
    con = night.con
    night.view_today(NOTE_CLASS)
    night.view_on(NOTE_CLASS, night.roll_from, "from_note_class")
    from_on = "null" if night.roll_from is None else f"'{night.roll_from.isoformat()}'"
    con.execute(f"create or replace temp table roll_from as select cast({from_on} as date) as from_on")
    file = night.write_step(ROLL, "migrate_roll")
    night.view_written(ROLL)
    notes, amount = rows_of(con, "select coalesce(sum(notes), 0), coalesce(sum(amount_minor), 0) from roll")[0]
    return StageOutput(
        rows_in=count_of(con, "from_note_class"),
        rows_out=file.rows,
        files=(file,),
        totals={"notes": int(notes), "amount_minor": int(amount)},
    )
