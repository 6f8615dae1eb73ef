"""A merger of two branches: institutions, customers and notes get new keys, and the book goes on under them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from huikuan.kernel.selectors.institution import institution_root
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import an_institution
from huikuan.nightly.cycle import nights_run
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.tests.books import Note, book_random
from huikuan.nightly.tests.deliveries import BRANCHES, a_bank_with_branches, delivery_write, people_feeds
from huikuan.nightly.tests.night_support import Silent, lake_read
from huikuan.nightly.tests.worlds import FIRST, World, a_note, a_world, pays
from huikuan.portfolio.book_tables import ALLOCATION, NOTE, NOTE_CLASS, NOTE_STATE, OPEN_INSTALMENT, ROLL
from huikuan.portfolio.errors import RejectLimitError
from huikuan.portfolio.models import DeskNote, NoteRegister, NoteTag, Party, RefusedRow, Reject, Renumbering, Tag
from huikuan.portfolio.selectors.borrower import borrower_overview
from huikuan.portfolio.selectors.note import note_explain, note_find
from huikuan.portfolio.selectors.search import search_find

MERGER = FIRST + timedelta(days=3)
Step = tuple[str, str, str, date]


def keys_of(notes: Sequence[Note]) -> dict[str, str]:
    """New keys of all notes and customers, and one branch for two."""
    notes_and_parties = {key: new for note in notes for key, new in _pair(note.note_id).items()}
    return {**notes_and_parties, **{branch: "north" for branch in BRANCHES}}


def _pair(note_id: str) -> dict[str, str]:
    return {note_id: f"X9-{note_id}", f"P-{note_id}": f"Q9-{note_id}"}


def steps_of(keys: Mapping[str, str], on: date) -> list[Step]:
    """Rows of the feed for such a map."""
    return [
        ("institution" if old in BRANCHES else "party" if old.startswith("P-") else "note", old, new, on)
        for old, new in keys.items()
    ]


def rewrite(folder: Path, keys: Mapping[str, str]) -> Path:
    """Put new keys into the files of a delivery, as the core system does from the day of the merger."""
    for path in folder.glob("*.csv"):
        if path.name == "renumberings.csv":
            continue
        with path.open(encoding="utf-8", newline="") as stream:
            rows = [[keys.get(cell, cell) for cell in row] for row in csv.reader(stream)]
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)
    return folder


def merged(folder: Path, *notes: Note) -> World:
    """A bank whose two branches become the branch north on MERGER, with new keys for all; run up to the day after."""
    world = a_world(folder, *notes)
    an_institution(world.row, code="north")
    world.run(MERGER - timedelta(days=1))
    keys = keys_of(notes)
    rewrite(world.deliver(MERGER, renumberings=[tuple(step) for step in steps_of(keys, MERGER)]), keys)
    world.run_only(MERGER)
    rewrite(world.deliver(MERGER + timedelta(days=1)), keys)
    world.run_only(MERGER + timedelta(days=1))
    return world


def late_notes(*note_ids: str) -> list[Note]:
    """Notes that are past due before the merger and get money before and after it."""
    notes = [a_note(note_id, first_due_on=FIRST - timedelta(days=10)) for note_id in note_ids]
    for note in notes:
        pays(note, FIRST + timedelta(days=1), 10_000)
        pays(note, MERGER, 20_000)
    return notes


def read(world: World, on: date, select: str) -> list[tuple[object, ...]]:
    """Rows of the files of a night, as they stand in the lake."""
    with bank_scope(world.bank.id):
        tables = (NOTE, NOTE_STATE, NOTE_CLASS, OPEN_INSTALMENT, ALLOCATION, ROLL)
        con = lake_read(world.bank, world.places.lake, on, tables)
    try:
        return con.execute(select).fetchall()
    finally:
        con.close()


@pytest.mark.django_db
def test_notes_go_on_under_their_new_keys_counted_once_and_none_is_stale_or_new(tmp_path: Path) -> None:
    world = merged(tmp_path, *late_notes("N1", "N2", "N3"))
    for day in (MERGER, MERGER + timedelta(days=1)):
        rows = read(world, day, "select note_id, party_id, institution_code, stale_since from note order by 1")
        assert rows == [(f"X9-{n}", f"Q9-{n}", "north", None) for n in ("N1", "N2", "N3")]
        schedules = read(world, day, "select distinct schedule_on from note")
        assert schedules == [(FIRST,)], "the schedule in force is that of the first night"
    assert read(world, MERGER, "select count(*) from note_state where replayed") == [(0,)], "nothing is lived anew"
    before = read(world, MERGER - timedelta(days=1), "select note_id from note order by 1")
    assert before == [("N1",), ("N2",), ("N3",)], "what was written before stays as it was"


@pytest.mark.django_db
def test_roll_since_the_month_end_counts_a_renumbered_note_once(tmp_path: Path) -> None:
    world = merged(tmp_path, *late_notes("N1", "N2"))  # the last of February lies between the first night and the merger
    rows = read(world, MERGER, "select institution_code, sum(notes)::int from roll group by 1")
    assert rows == [("north", 2)]


@pytest.mark.django_db
def test_desk_register_and_tags_follow_the_new_key(tmp_path: Path) -> None:
    notes = late_notes("N1", "N2")
    world = a_world(tmp_path, *notes)
    an_institution(world.row, code="north")
    world.run(MERGER - timedelta(days=1))
    with bank_scope(world.bank.id):
        tag = Tag.objects.create(bank_id=world.bank.id, name="watch", created_at=datetime.now(UTC))
        NoteTag.objects.create(bank_id=world.bank.id, note_id="N1", tag_id=tag.id)
    keys = keys_of(notes)
    rewrite(world.deliver(MERGER, renumberings=[tuple(step) for step in steps_of(keys, MERGER)]), keys)
    world.run_only(MERGER)
    with bank_scope(world.bank.id):
        assert set(DeskNote.objects.values_list("note_id", "party_id", "institution_code")) == {
            ("X9-N1", "Q9-N1", "north"),
            ("X9-N2", "Q9-N2", "north"),
        }
        assert set(NoteRegister.objects.values_list("note_id", flat=True)) == {"X9-N1", "X9-N2"}
        assert list(NoteTag.objects.values_list("note_id", flat=True)) == ["X9-N1"]
        assert Renumbering.objects.filter(now_key="north").count() == 2
