"""Stage *publish*: figures by bucket and roll, and delinquent notes, from the lake to the desk."""

# ruff: noqa: S608 - names in the SQL are constants of this module

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.facts import StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.steps import count_of, rows_of, steps_run
from huikuan.nightly.tables import NOTE_CLASS, ROLL
from huikuan.portfolio.lake import Column, content_hash, rows_load, sql_text
from huikuan.portfolio.selectors.publication import desk_note_ids
from huikuan.portfolio.services.publication import BookFiles, book_publish

_STEPS = ("publish_bucket_cell", "publish_roll_cell", "publish_desk_note")


def publish_stage(night: Night) -> StageOutput:
    """Make the files for the desk; they are loaded inside the atomic step."""
    con = night.con
    night.view_today(NOTE_CLASS, ROLL)
    with bank_scope(night.bank.id):
        known = desk_note_ids(bank_id=night.bank.id)
    rows_load(con, "desk_note_known", [Column("note_id", "VARCHAR")], [(note_id,) for note_id in known])
    steps_run(con, _STEPS)
    files = BookFiles(
        bucket_cells=_csv(night, "publish_bucket_cell"),
        roll_cells=_csv(night, "publish_roll_cell"),
        desk_notes=_csv(night, "publish_desk_note"),
    )
    notes, stale = rows_of(con, "select count(*), count(stale_since) from note_class")[0]
    desk_notes = count_of(con, "publish_desk_note")
    totals = {"desk_notes": desk_notes}

    def publish(known_at: datetime) -> None:
        written = book_publish(
            bank_id=night.bank.id,
            run_id=night.run_id,
            business_date=night.business_date,
            notes=int(notes),
            stale_notes=int(stale),
            roll_from=night.roll_from,
            files=files,
            at=known_at,
        )
        totals["desk_notes_changed"] = written.desk_notes

    return StageOutput(
        rows_in=int(notes),
        rows_out=desk_notes + count_of(con, "publish_bucket_cell") + count_of(con, "publish_roll_cell"),
        totals=totals,
        publish=publish,
        published={step: content_hash(con, f"select * from {step}") for step in _STEPS},
    )


def _csv(night: Night, table: str) -> Path:
    file = night.scratch / f"{table}.csv"
    night.con.execute(f"copy (select * from {table}) to {sql_text(str(file))} (format csv, header)")
    return file
