"""Bringing the desk to a night: which rows are written."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from huikuan.kernel.models import Bank
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_bank, an_institution
from huikuan.portfolio.models import DeskNote, Publication
from huikuan.portfolio.selectors.publication import desk_night
from huikuan.portfolio.services.publication import (
    DESK_NOTE_COLUMNS,
    NOTE_REGISTER_COLUMNS,
    PARTY_ROLE_COLUMNS,
    DeskFiles,
    DeskWritten,
    desk_publish,
)
from huikuan.portfolio.tests.desk_books import AT, DAY, a_note, desk_fill

pytestmark = pytest.mark.django_db


def _files(bank: Bank, folder: Path) -> DeskFiles:
    """What stands on the desk, once more."""
    files = DeskFiles(folder / "notes.csv", folder / "register.csv", folder / "roles.csv")
    for file, columns in ((files.notes, DESK_NOTE_COLUMNS), (files.register, NOTE_REGISTER_COLUMNS)):
        file.write_text(",".join(columns) + "\n")
    files.roles.write_text(",".join(PARTY_ROLE_COLUMNS) + "\n")
    with bank_scope(bank.id), files.notes.open("a") as stream:
        for row in DeskNote.objects.filter(bank_id=bank.id).values_list(*DESK_NOTE_COLUMNS):
            stream.write(",".join("" if value is None else f'"{value}"' for value in row) + "\n")
    return files


def _bring(bank: Bank, files: DeskFiles, on: date) -> tuple[UUID, DeskWritten]:
    run_id = uuid4()
    with bank_scope(bank.id):
        Publication.objects.create(
            bank_id=bank.id, run_id=run_id, business_date=on, known_at=AT + (on - DAY), notes=3, stale_notes=0
        )
        return run_id, desk_publish(
            bank_id=bank.id, run_id=run_id, business_date=on, notes=3, stale_notes=0, files=files, at=AT
        )


def test_day_since_which_a_note_is_past_due_moves_with_the_night_though_no_published_value_does(
    tmp_path: Path,
) -> None:
    bank, later = a_bank(), DAY + timedelta(days=7)
    an_institution(bank, code="east")
    desk_fill(bank, [a_note(note_id="LATE", dpd=5), a_note(note_id="CURED", dpd=0), a_note(note_id="OTHER", dpd=9)])
    run_id, written = _bring(bank, _files(bank, tmp_path), later)
    assert written.notes == 2
    with bank_scope(bank.id):
        rows = {row.note_id: row for row in DeskNote.objects.filter(bank_id=bank.id)}
        assert desk_night(bank_id=bank.id) == {"run_id": run_id, "business_date": later}
    since = {note_id: row.overdue_since for note_id, row in rows.items()}
    assert since == {"LATE": later - timedelta(days=5), "CURED": None, "OTHER": later - timedelta(days=9)}
    assert rows["CURED"].business_date == DAY, "what says the same is not written"
