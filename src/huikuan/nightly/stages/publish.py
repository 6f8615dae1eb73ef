"""Stage *publish*: figures by bucket and roll, delinquent notes, the register, from the lake to the desk."""

# ruff: noqa: S608 - names in the SQL are constants of this module

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.facts import StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.steps import count_of, night_load, rows_of, steps_run
from huikuan.portfolio.book_tables import DIFFERENCE, NOTE, NOTE_CLASS, RECONCILED, ROLL
from huikuan.portfolio.lake import Column, content_hash, rows_load, sql_text
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.selectors.publication import desk_note_ids
from huikuan.portfolio.selectors.register import RegisterState, register_state
from huikuan.portfolio.services.publication import BookFiles, book_publish
from huikuan.reconciliation.services.publish import DifferenceFiles, differences_publish
from huikuan.reconciliation.services.renumbering import desk_renumber

_CELLS = ("publish_bucket_cell", "publish_roll_cell", "publish_reconciliation_cell")
_DESK = ("publish_desk_note", "publish_note_register", "publish_party_role", "publish_difference")
_ROLE_FEEDS = ("contract_party", "guarantee", "collateral")
_ROLES = (
    "select party_id, contract_id, role from {prefix}feed_contract_party union "
    "select guarantor_party_id, contract_id, 'guarantor' from {prefix}feed_guarantee union "
    "select owner_party_id, contract_id, 'collateral_owner' from {prefix}feed_collateral"
)
_DESK_FEEDS = ("management", "guarantee", "collateral", "repayment_account", "core_figure", "contract_party")


def publish_stage(night: Night) -> StageOutput:
    """Make the files for the desk; they are loaded inside the atomic step."""
    con = night.con
    night.view_today(NOTE, NOTE_CLASS, ROLL, DIFFERENCE, RECONCILED)
    night.view_yesterday(NOTE)
    feeds = feed_tables()
    for feed in _DESK_FEEDS:
        night.view_in_force(feeds[feed], night.business_date)
    for feed in _ROLE_FEEDS:
        night.view_in_force(feeds[feed], night.yesterday, f"prev_{feeds[feed].name}")
    with bank_scope(night.bank.id):
        known = desk_note_ids(bank_id=night.bank.id)
        registered = register_state(bank_id=night.bank.id, on=night.business_date)
    for prefix in ("", "prev_"):
        con.execute(f"create or replace temp table {prefix}party_role as {_ROLES.format(prefix=prefix)}")
    night_load(con, night.business_date)
    register_whole, roles_whole = _register_load(night, registered)
    rows_load(con, "desk_note_known", [Column("note_id", "VARCHAR")], [(note_id,) for note_id in known])
    renumberings = _renumberings(night)
    steps = (*_CELLS, *_DESK) if night.desk else _CELLS
    steps_run(con, steps)
    files = _files(night, register_whole=register_whole, roles_whole=roles_whole)
    reconciled = DifferenceFiles(
        _csv(night, "publish_reconciliation_cell"), _csv(night, "publish_difference") if night.desk else None
    )
    notes, stale = rows_of(con, "select count(*), count(stale_since) from note_class")[0]
    desk_notes = count_of(con, "publish_desk_note") if night.desk else 0
    totals = {"desk_notes": desk_notes}

    def publish(known_at: datetime) -> None:
        if night.desk and (renumberings or registered.renumbered):
            desk_renumber(bank_id=night.bank.id, rows=renumberings)
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
        totals["register_changed"] = written.note_register
        totals["roles_changed"] = written.party_roles
        differences_publish(
            bank_id=night.bank.id,
            run_id=night.run_id,
            business_date=night.business_date,
            files=reconciled,
            at=known_at,
        )

    return StageOutput(
        rows_in=int(notes),
        rows_out=desk_notes + count_of(con, "publish_bucket_cell") + count_of(con, "publish_roll_cell"),
        totals=totals,
        publish=publish,
        published={step: content_hash(con, f"select * from {step}") for step in steps},
    )


def _files(night: Night, *, register_whole: bool, roles_whole: bool) -> BookFiles:
    """Write the rows for the desk; only the latest night brings those that show what is so today."""
    cells = BookFiles(_csv(night, "publish_bucket_cell"), _csv(night, "publish_roll_cell"))
    if not night.desk:
        return cells
    return replace(
        cells,
        desk_notes=_csv(night, "publish_desk_note"),
        note_register=_csv(night, "publish_note_register"),
        party_roles=_csv(night, "publish_party_role"),
        register_whole=register_whole,
        roles_whole=roles_whole,
        gone_notes=_gone(night),
    )


def _register_load(night: Night, registered: RegisterState) -> tuple[bool, bool]:
    """Create the one-row table `register_state`; return whether all notes are written, and whether all roles are.

    What differs from yesterday is enough where the desk is at yesterday's close. It is not on the first night after an
    upgrade, when a date is run once more, and on a day on which keys change: then everything is compared.
    """
    notes = count_of(night.con, f"prev_{NOTE.name}")
    roles = count_of(night.con, "prev_party_role")
    moved = night.renumbered_until() == night.business_date
    notes_whole = moved or registered.ahead or registered.notes != notes
    roles_whole = moved or registered.ahead or registered.roles != roles
    night.con.execute(
        "create or replace temp table register_state as "
        f"select {notes_whole} as notes_whole, {roles_whole} as roles_whole"
    )
    return notes_whole, roles_whole


def _renumberings(night: Night) -> list[tuple[object, ...]]:
    """Return the rows of the register of former keys; what is on the desk counts as known by its present key."""
    if night.renumbered_until() is None and not night.renumberings_known():
        return []
    con = night.con
    con.execute(  # a merger that was learnt of by a correction: the note stands on the desk under both keys
        "create or replace temp table desk_note_twice as select k.note_id from desk_note_known as k "
        "join renumbered as m on m.kind = 'note' and m.old_key = k.note_id "
        "join desk_note_known as n on n.note_id = m.new_key"
    )
    con.execute(
        "create or replace temp table desk_note_known as select distinct coalesce(m.new_key, k.note_id) as note_id "
        "from desk_note_known as k left join renumbered as m on m.kind = 'note' and m.old_key = k.note_id"
    )
    return rows_of(
        con,
        "select s.kind, s.old_key, s.new_key, s.effective_on, coalesce(m.new_key, '') from renumbered_step as s "
        "left join renumbered as m on m.kind = s.kind and m.old_key = s.old_key order by s.kind, s.old_key",
    )


def _gone(night: Night) -> tuple[str, ...]:
    """Notes on the desk that the book does not know, or by another key that is there too: only a correction takes a
    note out of the book."""
    select = "select k.note_id from desk_note_known as k anti join note_class as n on n.note_id = k.note_id"
    if night.renumberings_known():
        select += " union select note_id from desk_note_twice"
    return tuple(str(row[0]) for row in rows_of(night.con, f"{select} order by 1"))


def _csv(night: Night, table: str) -> Path:
    file = night.scratch / f"{table}.csv"
    night.con.execute(f"copy (select * from {table}) to {sql_text(str(file))} (format csv, header)")
    return file
