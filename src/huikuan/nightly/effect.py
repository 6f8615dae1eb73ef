"""Which notes a correction changed, figure by figure, read from the files of the former and of the corrected run.

A correction takes the place of the runs that were in force when it was made, so the effect of a correction of a
correction is counted from the first correction, not from the original night.
"""

# ruff: noqa: S608 - column names of this file; values are parameters

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TypedDict
from uuid import UUID

import duckdb

from huikuan.kernel.errors import NotFoundError
from huikuan.nightly.selectors.corrections import RunPair, run_pairs
from huikuan.nightly.steps import rows_of, steps_view
from huikuan.portfolio.book_tables import NOTE_CLASS
from huikuan.portfolio.lake import Lake
from huikuan.portfolio.selectors.lake import lake_files

NOTES_SHOWN_MAX: Final = 200
_MEMORY: Final = "512MB"


class EffectOf(TypedDict):
    """Which correction of which bank, and where its book is."""

    bank_id: int
    bank_code: str
    lake_root: Path
    request_id: UUID


@dataclass(frozen=True, slots=True)
class NoteEffect:
    """A note before and after; amounts in minor units. None on one side: that run does not have the note."""

    note_id: str
    party_id: str
    institution_code: str
    product_code: str
    bucket_before: str | None
    bucket_after: str | None
    class_before: str | None
    class_after: str | None
    dpd_before: int | None
    dpd_after: int | None
    balance_before_minor: int | None
    balance_after_minor: int | None
    overdue_principal_before_minor: int | None
    overdue_principal_after_minor: int | None
    overdue_interest_before_minor: int | None
    overdue_interest_after_minor: int | None
    penalty_before_minor: int | None  # penalty, compound and delay interest
    penalty_after_minor: int | None
    costs_due_before_minor: int | None
    costs_due_after_minor: int | None


@dataclass(frozen=True, slots=True)
class NotesEffect:
    """The notes that differ on a date, the largest change of overdue principal and interest first; ``count`` of all."""

    business_date: date
    dates: tuple[date, ...]
    count: int
    notes: tuple[NoteEffect, ...]


def effect_notes(
    *, bank_id: int, bank_code: str, lake_root: Path, request_id: UUID, on: date | None, limit: int
) -> NotesEffect:
    """Return the notes whose figures a published correction changed on a date (default: the last that it corrected).

    Inside ``bank_scope``. Raises NotFoundError where the correction published nothing for the date.
    """
    pairs = run_pairs(bank_id=bank_id, request_id=request_id)
    pair = pairs.get(on or max(pairs, default=date.min))
    if pair is None:
        raise NotFoundError("corrected date", on or request_id)
    with _compared(bank_id, bank_code, lake_root, pair) as con:
        count = int(rows_of(con, "select count(*) from effect_note")[0][0])
        names = ", ".join(NoteEffect.__slots__)
        change = " + ".join(
            f"coalesce({part}_after_minor, 0) - coalesce({part}_before_minor, 0)"
            for part in ("overdue_principal", "overdue_interest")
        )
        order = f"abs({change}) desc, abs(coalesce(dpd_after, 0) - coalesce(dpd_before, 0)) desc, note_id"
        found = rows_of(con, f"select {names} from effect_note order by {order} limit {int(limit)}")
    return NotesEffect(pair.business_date, tuple(sorted(pairs)), count, tuple(NoteEffect(*row) for row in found))


def effect_touched(
    *,
    bank_id: int,
    bank_code: str,
    lake_root: Path,
    pairs: Collection[RunPair],
    parties: Collection[str],
    notes: Collection[str],
) -> tuple[set[str], set[str]]:
    """Return which of these parties and notes have a figure that a correction changed on any of its dates."""
    touched: tuple[set[str], set[str]] = (set(), set())
    if not parties and not notes:
        return touched
    for pair in pairs:
        with _compared(bank_id, bank_code, lake_root, pair, (list(parties), list(notes))) as con:
            for party_id, note_id in rows_of(con, "select party_id, note_id from effect_note"):
                touched[0].add(party_id)
                touched[1].add(note_id)
    return touched[0].intersection(parties), touched[1].intersection(notes)


@contextmanager
def _compared(
    bank_id: int,
    bank_code: str,
    lake_root: Path,
    pair: RunPair,
    only: tuple[list[str], list[str]] | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the view ``effect_note`` over both runs of a date; ``only`` the notes of these parties and these notes."""
    files = lake_files(bank_id=bank_id, tables=(NOTE_CLASS.name,), on=pair.business_date)
    paths = {file.run_id: file.path for file in files if file.run_id in {pair.run_id, pair.former_run_id}}
    lake = Lake(lake_root, bank_code)
    con = lake.connect(reads=paths.values(), threads=1, memory=_MEMORY)
    try:
        if only is not None:
            for table, ids in (("only_party", only[0]), ("only_note", only[1])):
                con.execute(f"create temp table {table} as select unnest(?::varchar[]) as id", [ids])
        for name, run_id in (("former", pair.former_run_id), ("corrected", pair.run_id)):
            lake.view(con, NOTE_CLASS, [paths[run_id]] if run_id in paths else [], f"whole_{name}")
            select = f"select * from whole_{name}"
            if only is not None:
                select += " where party_id in (select id from only_party) or note_id in (select id from only_note)"
            con.execute(f"create or replace temp view {name} as {select}")
        steps_view(con, ("effect_note",))
        yield con
    finally:
        con.close()
