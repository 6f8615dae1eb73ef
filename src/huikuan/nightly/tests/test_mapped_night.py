"""A night over a bank's own files ends exactly as one over canonical files; also when it is killed on its way."""

from __future__ import annotations

import csv
import signal
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.cycle import nights_run
from huikuan.nightly.errors import NightDateMissingError, NightDeliveryChangedError
from huikuan.nightly.facts import BankFact, StageName
from huikuan.nightly.faults import FaultPoint
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.selectors.runs import run_of_date
from huikuan.nightly.tests.books import book_random
from huikuan.nightly.tests.deliveries import a_bank_with_branches, delivery_write, people_feeds
from huikuan.nightly.tests.night_support import Silent, desk_rows, lake_hashes
from huikuan.nightly.tests.test_kill import Forks
from huikuan.portfolio.errors import ControlTotalError, DeliveryMissingError
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.models import Load
from huikuan.portfolio.selectors.loads import rejects_of_run

START = date(2024, 2, 27)
DELIVERY = """
folder: "{yyyymmdd}"
ready: "READY_{yyyymmdd}.flg"
defaults: {encoding: gb18030, delimiter: "|@|", header: false, quote: none}
control: {source: {file: "READY_{yyyymmdd}.flg", columns: [file, rows]}, name: file, rows: rows}
"""


def mapping_write(places: NightPlaces, bank: BankFact) -> None:
    """Install a mapping whose files have the canonical columns in order."""
    folder = places.inbox.parent / "mappings" / bank.code
    folder.mkdir(parents=True)
    (folder / "delivery.yaml").write_text(DELIVERY, encoding="utf-8")
    for feed, contract in contracts_shipped().items():
        names = ", ".join(contract.columns)
        rules = "".join(f"  {name}: {{from: {name}}}\n" for name in contract.columns)
        absent = "may_be_absent: true\n" if contract.optional else ""
        source = f"source: {{file: '{contract.file.upper()}_{{yyyymmdd}}.dat', columns: [{names}]}}\n"
        text = f"feed: {feed}\n{absent}{source}columns:\n{rules}"
        (folder / f"{feed}.yaml").write_text(text, encoding="utf-8")


def as_the_bank_writes(folder: Path, day: date) -> Path:
    """Turn a canonical delivery into files of a bank: another folder, GB18030, |@|, no header, a control file last."""
    target = folder.parent / f"{day:%Y%m%d}"
    target.mkdir()
    control = []
    for contract in contracts_shipped().values():
        source = folder / f"{contract.file}.csv"
        if not source.is_file():
            continue
        with source.open(encoding="utf-8", newline="") as stream:
            rows = [[row.get(name, "") for name in contract.columns] for row in csv.DictReader(stream)]
        name = f"{contract.file.upper()}_{day:%Y%m%d}.dat"
        (target / name).write_bytes("".join("|@|".join(row) + "\n" for row in rows).encode("gb18030"))
        control.append(f"{name}|@|{len(rows)}\n")
        source.unlink()
    (folder / "manifest.yaml").unlink()
    folder.rmdir()
    (target / f"READY_{day:%Y%m%d}.flg").write_text("".join(control), encoding="utf-8")
    return target


def two_banks(tmp_path: Path, nights: int) -> tuple[NightPlaces, BankFact, BankFact, list[date], list[Path]]:
    """One bank with canonical deliveries, another that sends the same as files of its own."""
    places = NightPlaces(tmp_path / "lake", tmp_path / "inbox")
    days = [START + timedelta(days=number) for number in range(nights)]
    notes = book_random(5, notes=60, start=START, days=nights)
    (_, canonical), (_, mapped) = a_bank_with_branches("canonical"), a_bank_with_branches("mapped")
    mapping_write(places, mapped)
    folders = []
    for day in days:
        feeds = people_feeds(notes, day)
        if day != days[0]:  # one row is rejected and carried forward
            feeds["contact_points"][0] = (*feeds["contact_points"][0][:3], "none", *feeds["contact_points"][0][4:])
        delivery_write(places.inbox, canonical.code, notes, day, more=feeds)
        folders.append(as_the_bank_writes(delivery_write(places.inbox, mapped.code, notes, day, more=feeds), day))
    return places, canonical, mapped, days, folders


def picture(bank: BankFact, places: NightPlaces, day: date) -> dict[str, Any]:
    """All that a night leaves behind, without run ids, times and keyed tokens."""
    with bank_scope(bank.id):
        return {"lake": lake_hashes(bank, places.lake, day), **desk_rows(bank.id, day)}


@pytest.fixture
def forks(transactional_db: None, database_environment: Callable[[str], dict[str, str]]) -> Iterator[Forks]:
    """Nights in processes of their own, on this test's database."""
    started = Forks(database_environment("huikuan_app"))
    yield started
    started.end()


@pytest.mark.django_db
def test_night_over_the_banks_own_files_ends_as_one_over_canonical_files(tmp_path: Path) -> None:
    places, canonical, mapped, days, _ = two_banks(tmp_path, nights=3)
    for day in days:
        nights_run(canonical, day, places, Silent())
        nights_run(mapped, day, places, Silent())
        assert picture(mapped, places, day) == picture(canonical, places, day)
    assert not nights_run(mapped, days[-1], places, Silent())[-1].changed, "the same files change nothing"


@pytest.mark.xdist_group("kill")
@pytest.mark.parametrize("point", [FaultPoint.WRITTEN, FaultPoint.INSIDE_COMMIT])
def test_night_killed_while_it_maps_goes_on_to_the_same_hashes(forks: Forks, tmp_path: Path, point: FaultPoint) -> None:
    places, canonical, mapped, days, _ = two_banks(tmp_path, nights=2)
    nights_run(canonical, days[-1], places, Silent())
    assert forks.night(mapped, days[0], places) == 0
    assert forks.night(mapped, days[1], places, f"{StageName.INGEST}:{point}") == -signal.SIGKILL
    assert forks.night(mapped, days[1], places) == 0
    assert picture(mapped, places, days[1]) == picture(canonical, places, days[1])


@pytest.mark.django_db
def test_reject_says_file_and_line_of_the_bank(tmp_path: Path) -> None:
    places, _, mapped, days, _ = two_banks(tmp_path, nights=2)
    nights_run(mapped, days[-1], places, Silent())
    with bank_scope(mapped.id):
        run = run_of_date(bank_id=mapped.id, business_date=days[-1])
        assert run is not None
        (row,) = rejects_of_run(bank_id=mapped.id, run_id=run.run_id, feed="contact_point", after=None, limit=10)
        load = Load.objects.get(bank_id=mapped.id, run_id=run.run_id, feed="contact_point")
    assert (row.file, row.line) == ("CONTACT_POINTS_20240228.dat", 1)
    assert row.reasons[0]["code"] == "contact.form" and "none" not in str(row.raw) and "none" not in str(row.reasons)
    assert load.file_name == "CONTACT_POINTS_20240228.dat"
    assert load.controls == [
        {"name": "rows of CONTACT_POINTS_20240228.dat", "stated": str(load.rows), "counted": str(load.rows), "ok": True}
    ]


@pytest.mark.django_db
def test_night_waits_for_the_ready_file_and_refuses_what_it_does_not_confirm(tmp_path: Path) -> None:
    places, _, mapped, days, folders = two_banks(tmp_path, nights=1)
    ready = folders[0] / "READY_20240227.flg"
    text = ready.read_text(encoding="utf-8")
    ready.unlink()
    with pytest.raises(NightDateMissingError, match="20240227"):
        nights_run(mapped, days[0], places, Silent())
    ready.write_text(text.replace("NOTES_20240227.dat|@|", "NOTES_20240227.dat|@|9"), encoding="utf-8")
    with pytest.raises(ControlTotalError, match="NOTES_20240227"):
        nights_run(mapped, days[0], places, Silent())
    ready.write_text(text, encoding="utf-8")
    assert nights_run(mapped, days[0], places, Silent())[-1].changed


@pytest.mark.django_db
def test_file_that_changed_after_its_night_is_refused(tmp_path: Path) -> None:
    places, _, mapped, days, folders = two_banks(tmp_path, nights=1)
    nights_run(mapped, days[0], places, Silent())
    with (folders[0] / "MANAGEMENT_20240227.dat").open("ab") as stream:
        stream.write(b"\n")
    with pytest.raises(NightDeliveryChangedError):
        nights_run(mapped, days[0], places, Silent())


@pytest.mark.django_db
def test_missing_file_of_a_daily_feed_refuses_the_night(tmp_path: Path) -> None:
    places, _, mapped, days, folders = two_banks(tmp_path, nights=1)
    (folders[0] / "PARTIES_20240227.dat").unlink()
    with pytest.raises(DeliveryMissingError, match="PARTIES_20240227"):
        nights_run(mapped, days[0], places, Silent())
