"""A bank that delivers the changed rows only has the same book as one that delivers everything every day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.cycle import nights_run
from huikuan.nightly.facts import BankFact
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.tests.books import book_random
from huikuan.nightly.tests.deliveries import a_bank_with_branches, delivery_write, people_feeds
from huikuan.nightly.tests.night_support import Silent
from huikuan.nightly.tests.test_mapped_night import START, picture
from huikuan.portfolio.errors import ManifestError
from huikuan.portfolio.feed_contract import Mode, contracts_shipped
from huikuan.portfolio.models import LakeFile

FULL = {contract.file: contract for contract in contracts_shipped().values() if contract.mode is Mode.FULL}


def as_delta(folder: Path, before: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave in the files of a delivery the rows that ``before`` has not; return all rows by file."""
    manifest = yaml.safe_load((folder / "manifest.yaml").read_text(encoding="utf-8"))
    whole = {}
    for name, contract in FULL.items():
        path = folder / f"{name}.csv"
        header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        whole[name] = rows
        changed = [row for row in rows if row not in before.get(name, [])]
        path.write_text(header + "".join(changed), encoding="utf-8")
        entry: dict[str, Any] = {"file": f"{name}.csv", "rows": len(changed), "delta": True}
        if contract.sums:
            entry["sums"] = {one: control_sum(path, one) for one in contract.sums}
        manifest["feeds"][name] = entry
    (folder / "manifest.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
    return whole


def control_sum(path: Path, column: str) -> str:
    """Return the sum of a column of a CSV file as a manifest states it."""
    select = f"select coalesce(sum(cast({column} as decimal(18, 2))), 0) from read_csv(?, all_varchar = true)"
    row = duckdb.execute(select, [str(path)]).fetchone()
    return "0" if row is None else str(row[0])


def stale(bank: BankFact, places: NightPlaces, day: date) -> dict[str, date | None]:
    """Return since when each note of the book is stale."""
    with bank_scope(bank.id):
        file = (
            LakeFile.objects.filter(bank_id=bank.id, table_name="note", business_date=day).order_by("known_at").last()
        )
    assert file is not None
    rows = duckdb.execute("select note_id, stale_since from read_parquet(?)", [str(places.lake / file.path)]).fetchall()
    return {str(note): since for note, since in rows}


@pytest.mark.django_db
def test_book_of_changed_rows_is_that_of_all_rows(tmp_path: Path) -> None:
    places = NightPlaces(tmp_path / "lake", tmp_path / "inbox")
    days = [START + timedelta(days=at) for at in range(4)]
    notes = book_random(11, notes=60, start=START, days=len(days))
    for note in notes:
        note.missing_on = frozenset()  # a file of changes cannot say that a note was left out of it
    (_, whole), (_, changed) = a_bank_with_branches("whole"), a_bank_with_branches("changed")
    before: dict[str, list[str]] = {}
    fewer = 0
    for day in days:
        feeds = people_feeds(notes, day)
        delivery_write(places.inbox, whole.code, notes, day, more=feeds)
        folder = delivery_write(places.inbox, changed.code, notes, day, more=feeds)
        rows = as_delta(folder, before)
        fewer += sum(len(rows[name]) - len((folder / f"{name}.csv").read_text().splitlines()) + 1 for name in rows)
        before = rows
        nights_run(whole, day, places, Silent())
        nights_run(changed, day, places, Silent())
        assert picture(changed, places, day)["lake"] == picture(whole, places, day)["lake"]
    assert fewer > 0, "the files were no shorter than whole ones"


@pytest.mark.django_db
def test_rejected_change_makes_its_note_stale_and_no_other_until_it_comes_again(tmp_path: Path) -> None:
    places = NightPlaces(tmp_path / "lake", tmp_path / "inbox")
    days = [START + timedelta(days=at) for at in range(4)]
    notes = book_random(5, notes=120, start=START, days=1)
    _, bank = a_bank_with_branches("changed")
    before: dict[str, list[str]] = {}
    for at, day in enumerate(days):
        folder = delivery_write(places.inbox, bank.code, notes, day, more=people_feeds(notes, day))
        if at in (1, 3):
            before["notes"] = before["notes"][3:]  # three notes come again, of which one bad row is borne
        before = as_delta(folder, before)
        if at == 1:
            path = folder / "notes.csv"
            header, first, *rest = path.read_text(encoding="utf-8").splitlines(keepends=True)
            path.write_text("".join((header, first.replace(",active", ",unheard-of"), *rest)), encoding="utf-8")
        nights_run(bank, day, places, Silent())
        since = {note: known for note, known in stale(bank, places, day).items() if known is not None}
        assert len(since) == (1 if at in (1, 2) else 0) and set(since.values()) <= {days[1]}


@pytest.mark.django_db
def test_contract_is_known_before_its_first_note_comes(tmp_path: Path) -> None:
    places = NightPlaces(tmp_path / "lake", tmp_path / "inbox")
    days = [START, START + timedelta(days=1)]
    notes = book_random(5, notes=20, start=START, days=1)
    late = notes[0]
    late.missing_on = frozenset()
    _, bank = a_bank_with_branches("changed")
    scratch = delivery_write(tmp_path / "scratch", bank.code, notes, START)
    late.first_seen_on = days[1]
    before: dict[str, list[str]] = {}
    for day in days:
        folder = delivery_write(places.inbox, bank.code, notes, day)
        for name, key in (("parties", f"P-{late.note_id},"), ("contracts", f"C-{late.note_id},")):
            rows = (scratch / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
            (row,) = [row for row in rows if row.startswith(key)]
            text = (folder / f"{name}.csv").read_text(encoding="utf-8")
            (folder / f"{name}.csv").write_text(text if row in text else text + row, encoding="utf-8")
        before = as_delta(folder, before)
    assert late.note_id in "".join(before["notes"]) and len((folder / "contracts.csv").read_text().splitlines()) == 1
    nights_run(bank, days[1], places, Silent())
    assert stale(bank, places, days[1]).get(late.note_id, days[0]) is None, "the note is in the book"


@pytest.mark.django_db
def test_feed_that_never_says_all_cannot_be_a_delta(tmp_path: Path) -> None:
    places = NightPlaces(tmp_path / "lake", tmp_path / "inbox")
    notes = book_random(5, notes=5, start=START, days=1)
    _, bank = a_bank_with_branches("changed")
    folder = delivery_write(places.inbox, bank.code, notes, START, more=people_feeds(notes, START))
    manifest = yaml.safe_load((folder / "manifest.yaml").read_text(encoding="utf-8"))
    manifest["feeds"]["guarantees"]["delta"] = True
    (folder / "manifest.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
    with pytest.raises(ManifestError, match=r"feeds\.guarantees\.delta"):
        nights_run(bank, START, places, Silent())
