"""What the desk shows of today: desk notes, the register of notes and the roles of parties.

A night brings them when it is published. In a catch-up of several nights the last one brings them for all: they show
what is so today, so what the nights between would have written would be written over. Only notes that were on the desk
on one of these nights and are cured by now come from the files of those nights.
"""

# ruff: noqa: S608 - names in the SQL are constants of this module

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.facts import StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.selectors.desk import desk_date
from huikuan.nightly.steps import count_of, night_load, rows_of, steps_run
from huikuan.portfolio.book_tables import NOTE, NOTE_CLASS
from huikuan.portfolio.lake import Column, content_hash, rows_load, sql_text
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.selectors.publication import desk_note_ids
from huikuan.portfolio.selectors.register import RegisterState, register_state
from huikuan.portfolio.services.publication import DeskFiles, desk_publish
from huikuan.reconciliation.services.renumbering import desk_renumber

STEPS = ("publish_desk_note", "publish_note_register", "publish_party_role")
_ROLE_FEEDS = ("contract_party", "guarantee", "collateral")
_ROLES = (
    "select party_id, contract_id, role from {prefix}feed_contract_party union "
    "select guarantor_party_id, contract_id, 'guarantor' from {prefix}feed_guarantee union "
    "select owner_party_id, contract_id, 'collateral_owner' from {prefix}feed_collateral"
)
_FEEDS = ("management", "guarantee", "collateral", "repayment_account", "core_figure", "contract_party")
_WAS_ON_DESK = (
    "select distinct note_id from between_note_class where bucket <> 'settled' and (dpd > 0 or stale_since is not null)"
)


@dataclass(frozen=True, slots=True)
class DeskRows:
    """The rows of a night for the desk; ``renumberings`` is the register of former keys, None if it stays."""

    files: DeskFiles
    notes: int
    renumberings: list[tuple[object, ...]] | None

    def renumber(self, bank_id: int) -> None:
        """Move the desk to the keys of the night, before its rows are written."""
        if self.renumberings is not None:
            desk_renumber(bank_id=bank_id, rows=self.renumberings)


def desk_rows(night: Night) -> DeskRows:
    """Run the steps for the desk and write their rows to files; the view `note_class` and the table `night` are there.

    Also `desk_note_known` is there afterwards: what is on the desk, and what would be if every night had brought it.
    """
    con, feeds = night.con, feed_tables()
    night.view_yesterday(NOTE)
    for feed in _FEEDS:
        night.view_in_force(feeds[feed], night.business_date)
    for feed in _ROLE_FEEDS:
        night.view_in_force(feeds[feed], night.yesterday, f"prev_{feeds[feed].name}")
    with bank_scope(night.bank.id):
        known = desk_note_ids(bank_id=night.bank.id)
        registered = register_state(bank_id=night.bank.id, on=night.business_date)
        stands_on = desk_date(bank_id=night.bank.id)
    for prefix in ("", "prev_"):
        con.execute(f"create or replace temp table {prefix}party_role as {_ROLES.format(prefix=prefix)}")
    behind = stands_on is None or stands_on < night.yesterday
    register_whole, roles_whole = _register_load(night, registered, behind=behind)
    rows_load(con, "desk_note_known", [Column("note_id", "VARCHAR")], [(note_id,) for note_id in known])
    if behind:
        night.view_between(NOTE_CLASS, stands_on)
        con.execute(f"insert into desk_note_known {_WAS_ON_DESK} and note_id not in (select * from desk_note_known)")
    renumberings = _renumberings(night)
    steps_run(con, STEPS)
    files = DeskFiles(
        notes=csv_write(night, "publish_desk_note"),
        register=csv_write(night, "publish_note_register"),
        roles=csv_write(night, "publish_party_role"),
        register_whole=register_whole,
        roles_whole=roles_whole,
        gone_notes=_gone(night),
    )
    moved = renumberings if renumberings or registered.renumbered else None
    return DeskRows(files, count_of(con, "publish_desk_note"), moved)


def desk_stage(night: Night) -> StageOutput:
    """Bring the desk to a night that is published already: the last one of a catch-up."""
    con = night.con
    night.view_today(NOTE, NOTE_CLASS)
    night_load(con, night.business_date)
    rows = desk_rows(night)
    notes, stale = rows_of(con, "select count(*), count(stale_since) from note_class")[0]
    totals = {"desk_notes": rows.notes}

    def publish(known_at: datetime) -> None:
        rows.renumber(night.bank.id)
        written = desk_publish(
            bank_id=night.bank.id,
            run_id=night.run_id,
            business_date=night.business_date,
            notes=int(notes),
            stale_notes=int(stale),
            files=rows.files,
            at=known_at,
        )
        totals.update(written.totals())

    return StageOutput(
        rows_in=int(notes),
        rows_out=rows.notes,
        totals=totals,
        publish=publish,
        published={step: content_hash(con, f"select * from {step}") for step in STEPS},
    )


def _register_load(night: Night, registered: RegisterState, *, behind: bool) -> tuple[bool, bool]:
    """Create the one-row table `register_state`; return whether all notes are written, and whether all roles are.

    What differs from yesterday is enough where the desk is at yesterday's close. It is not after a catch-up (it is
    ``behind``), on the first night after an upgrade, when a date is run once more, and on a day on which keys change:
    then everything is compared.
    """
    notes = count_of(night.con, f"prev_{NOTE.name}")
    roles = count_of(night.con, "prev_party_role")
    whole = behind or registered.ahead or night.renumbered_until() == night.business_date
    notes_whole = whole or registered.notes != notes
    roles_whole = whole or registered.roles != roles
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


def csv_write(night: Night, table: str) -> Path:
    """Write a step as a CSV file with a header, for the desk."""
    file = night.scratch / f"{table}.csv"
    night.con.execute(f"copy (select * from {table}) to {sql_text(str(file))} (format csv, header)")
    return file
