"""Stage *publish*: figures by bucket and roll, delinquent notes, the register, from the lake to the desk."""

# ruff: noqa: S608 - names in the SQL are constants of this module

from __future__ import annotations

from datetime import datetime

from huikuan.nightly.facts import DESK_LATER, StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.stages.desk import STEPS, csv_write, desk_rows
from huikuan.nightly.steps import count_of, night_load, rows_of, steps_run
from huikuan.portfolio.book_tables import DIFFERENCE, NOTE, NOTE_CLASS, RECONCILED, ROLL
from huikuan.portfolio.lake import content_hash
from huikuan.portfolio.services.publication import CellFiles, book_publish
from huikuan.reconciliation.services.publish import DifferenceFiles, differences_publish

_CELLS = ("publish_bucket_cell", "publish_roll_cell", "publish_reconciliation_cell")
_DIFFERENCE = "publish_difference"


def publish_stage(night: Night) -> StageOutput:
    """Make the files for the desk; they are loaded inside the atomic step.

    Cells come every night, what shows the desk of today with the latest one. In a catch-up also a night on whose day
    keys change brings the desk: the nights after it write differences under the new keys.
    """
    con = night.con
    night.view_today(NOTE, NOTE_CLASS, ROLL, DIFFERENCE, RECONCILED)
    night_load(con, night.business_date)
    brings = night.desk or (night.desk_later and night.renumbered_until() == night.business_date)
    desk = desk_rows(night) if brings else None
    differs = brings or night.desk_later
    own = (*_CELLS, _DIFFERENCE) if differs else _CELLS
    steps_run(con, own)
    cells = CellFiles(csv_write(night, "publish_bucket_cell"), csv_write(night, "publish_roll_cell"))
    reconciled = DifferenceFiles(
        csv_write(night, "publish_reconciliation_cell"), csv_write(night, _DIFFERENCE) if differs else None
    )
    notes, stale = rows_of(con, "select count(*), count(stale_since) from note_class")[0]
    totals = {"desk_notes": 0 if desk is None else desk.notes}
    if night.desk_later and not brings:
        totals[DESK_LATER] = 1

    def publish(known_at: datetime) -> None:
        if desk is not None:
            desk.renumber(night.bank.id)
        written = book_publish(
            bank_id=night.bank.id,
            run_id=night.run_id,
            business_date=night.business_date,
            notes=int(notes),
            stale_notes=int(stale),
            roll_from=night.roll_from,
            cells=cells,
            desk=None if desk is None else desk.files,
            at=known_at,
        )
        totals.update(written.totals())
        differences_publish(
            bank_id=night.bank.id,
            run_id=night.run_id,
            business_date=night.business_date,
            files=reconciled,
            at=known_at,
        )

    return StageOutput(
        rows_in=int(notes),
        rows_out=totals["desk_notes"] + count_of(con, "publish_bucket_cell") + count_of(con, "publish_roll_cell"),
        totals=totals,
        publish=publish,
        published={
            step: content_hash(con, f"select * from {step}") for step in (*own, *(STEPS if desk is not None else ()))
        },
    )
