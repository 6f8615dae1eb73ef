"""A night over files of every form that a mapping reads ends exactly as one over canonical files."""

from __future__ import annotations

import csv
import zipfile
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.cycle import nights_run
from huikuan.nightly.errors import NightDateMissingError
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.selectors.runs import run_of_date
from huikuan.nightly.tests.books import book_random
from huikuan.nightly.tests.deliveries import a_bank_with_branches, delivery_write, people_feeds
from huikuan.nightly.tests.night_support import Silent
from huikuan.nightly.tests.test_mapped_night import START, picture
from huikuan.portfolio.feed_contract import FeedContract, FieldType, contracts_shipped
from huikuan.portfolio.models import Load
from huikuan.portfolio.selectors.loads import rejects_of_run
from huikuan.portfolio.tests.workbooks import DAY, number, row_xml, text, workbook_write

DELIVERY = """
folder: "{yyyymmdd}"
ready: ["READY_{yyyymmdd}.flg", "NOTES_{yyyymmdd}.ok"]
defaults: {encoding: gb18030, delimiter: "\\e", header: false, quote: none}
"""
Rows = list[list[str]]
WIDTH = 64  # bytes of a column of the fixed file, names in GBK among them
FIXED, HISTORY, SHEET, PARQUET = "contact_point", "party", "contract", "note"
"""The feeds whose files have these forms; all others are text with 0x1B between their values."""


def source_of(contract: FeedContract) -> str:
    """Return how the file of a feed is written, as its mapping says it."""
    name, columns = contract.file.upper(), contract.columns
    match contract.feed:
        case feed if feed == FIXED:
            places = ", ".join(f"{one}: {at * WIDTH + 1}-{(at + 1) * WIDTH}" for at, one in enumerate(columns))
            return f"source: {{file: '{name}_{{yyyymmdd}}.txt', format: fixed, positions: {{{places}}}}}\n"
        case feed if feed == HISTORY:
            names = ", ".join((*columns, "KSRQ", "JSRQ"))
            member = f"member: 'data/{name}.dat', columns: [{names}]"
            return f"source: {{file: '{name}_{{yyyymmdd}}.zip', {member}}}\nin_force: {{from: KSRQ, to: JSRQ}}\n"
        case feed if feed == SHEET:
            form = "format: xlsx, header: true, skip: 1"
            return f"source: {{file: '{name}_{{yyyymmdd}}.xlsx', {form}}}\n"
        case feed if feed == PARQUET:
            return f"source: {{file: '{name}_{{yyyymmdd}}.parquet', format: parquet}}\n"
        case _:
            return f"source: {{file: '{name}_{{yyyymmdd}}.dat', columns: [{', '.join(columns)}]}}\n"


def mapping_write(folder: Path) -> None:
    """Write a mapping with a form a feed."""
    folder.mkdir(parents=True)
    (folder / "delivery.yaml").write_text(DELIVERY, encoding="utf-8")
    for feed, contract in contracts_shipped().items():
        rules = "".join(f"  {name}: {{from: {name}}}\n" for name in contract.columns)
        absent = "may_be_absent: true\n" if contract.optional else ""
        (folder / f"{feed}.yaml").write_text(
            f"feed: {feed}\n{absent}{source_of(contract)}columns:\n{rules}", encoding="utf-8"
        )


def file_write(folder: Path, contract: FeedContract, rows: Rows, day: date) -> None:
    """Write the rows of a feed as the bank does."""
    path = folder / f"{contract.file.upper()}_{day:%Y%m%d}"
    match contract.feed:
        case feed if feed == FIXED:
            lines = (b"".join(one.encode("gb18030").ljust(WIDTH) for one in row) for row in rows)
            path.with_suffix(".txt").write_bytes(b"".join(line + b"\r\n" for line in lines))
        case feed if feed == HISTORY:
            with zipfile.ZipFile(path.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as made:
                made.writestr(f"data/{path.stem.rpartition('_')[0]}.dat", with_history(contract, rows, day))
        case feed if feed == SHEET:
            workbook_write(path.with_suffix(".xlsx"), sheet(contract, rows))
        case feed if feed == PARQUET:
            parquet_write(path.with_suffix(".parquet"), contract, rows)
        case _:
            written = "".join("\x1b".join(row) + "\n" for row in rows)
            path.with_suffix(".dat").write_bytes(written.encode("gb18030"))


def with_history(contract: FeedContract, rows: Rows, day: date) -> bytes:
    """Return a slowly changing table: what was before and what comes stands beside what holds."""
    name = contract.columns.index("name")
    lines = []
    for row in rows:
        other = [*row[:name], "别的名字", *row[name + 1 :]]
        lines += [
            [*other, "00010101", f"{day:%Y%m%d}"],
            [*row, f"{day:%Y%m%d}", "99991231"],
            [*other, f"{day + timedelta(days=1):%Y%m%d}", "99991231"],
        ]
    return "".join("\x1b".join(line) + "\n" for line in lines).encode("gb18030")


def sheet(contract: FeedContract, rows: Rows) -> str:
    """Return a sheet with a title, a header and cells that are numbers and days as Excel has them."""

    def cell(name: str, value: str) -> str:
        if not value:
            return ""
        match contract.field(name).type:
            case FieldType.DATE:
                return number(str((date.fromisoformat(value) - date(1899, 12, 30)).days), DAY)
            case FieldType.AMOUNT:
                return number(repr(float(value)))
            case _:
                return text(value)

    written = row_xml(1, [text("合同清单")]) + row_xml(2, [text(name) for name in contract.columns])
    for at, row in enumerate(rows, 3):
        written += row_xml(at, [cell(name, value) for name, value in zip(contract.columns, row, strict=True)])
    return written


def parquet_write(path: Path, contract: FeedContract, rows: Rows) -> None:
    """Write texts as Parquet."""
    con = duckdb.connect()
    con.execute(f"create table t ({', '.join(f'{name} varchar' for name in contract.columns)})")
    if rows:
        con.executemany(f"insert into t values ({', '.join('?' for _ in contract.columns)})", rows)
    con.execute(f"copy t to '{path}' (format parquet)")


def as_the_bank_writes(folder: Path, day: date) -> Path:
    """Turn a canonical delivery into the bank's own files, the ready file last."""
    target = folder.parent / f"{day:%Y%m%d}"
    target.mkdir()
    for contract in contracts_shipped().values():
        source = folder / f"{contract.file}.csv"
        if source.is_file():
            with source.open(encoding="utf-8", newline="") as stream:
                rows = [[row.get(name) or "" for name in contract.columns] for row in csv.DictReader(stream)]
            file_write(target, contract, rows, day)
    for flag in (f"READY_{day:%Y%m%d}.flg", f"NOTES_{day:%Y%m%d}.ok"):
        (target / flag).write_text("", encoding="utf-8")
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    return target


@pytest.mark.django_db
def test_night_over_files_of_every_form_ends_as_one_over_canonical_files(tmp_path: Path) -> None:
    places = NightPlaces(tmp_path / "lake", tmp_path / "inbox")
    days = [START + timedelta(days=at) for at in range(2)]
    notes = book_random(5, notes=40, start=START, days=len(days))
    (_, canonical), (_, mapped) = a_bank_with_branches("canonical"), a_bank_with_branches("mapped")
    mapping_write(places.inbox.parent / "mappings" / mapped.code)
    for day in days:
        feeds = people_feeds(notes, day)
        delivery_write(places.inbox, canonical.code, notes, day, more=feeds)
        folder = as_the_bank_writes(delivery_write(places.inbox, mapped.code, notes, day, more=feeds), day)
        assert {path.suffix for path in folder.iterdir()} == {
            ".dat",
            ".flg",
            ".ok",
            ".parquet",
            ".txt",
            ".xlsx",
            ".zip",
        }
        flag = (folder / f"NOTES_{day:%Y%m%d}.ok").rename(folder / "later")
        with pytest.raises(NightDateMissingError):  # one of its two flags is not there
            nights_run(mapped, day, places, Silent())
        flag.rename(folder / f"NOTES_{day:%Y%m%d}.ok")
        nights_run(canonical, day, places, Silent())
        nights_run(mapped, day, places, Silent())
        assert picture(mapped, places, day) == picture(canonical, places, day)
    assert not nights_run(mapped, days[-1], places, Silent())[-1].changed, "the same files change nothing"


@pytest.mark.django_db
def test_broken_rows_of_every_form_name_their_file_and_line(tmp_path: Path) -> None:
    places = NightPlaces(tmp_path / "lake", tmp_path / "inbox")
    notes = book_random(5, notes=120, start=START, days=1)
    _, mapped = a_bank_with_branches("mapped")
    mapping_write(places.inbox.parent / "mappings" / mapped.code)
    delivery = delivery_write(places.inbox, mapped.code, notes, START, more=people_feeds(notes, START))
    folder = as_the_bank_writes(delivery, START)
    with (folder / f"CONTACT_POINTS_{START:%Y%m%d}.txt").open("ab") as stream:
        stream.write(b"too short\r\n")
    nights_run(mapped, START, places, Silent())
    with bank_scope(mapped.id):
        run = run_of_date(bank_id=mapped.id, business_date=START)
        assert run is not None
        (row,) = rejects_of_run(bank_id=mapped.id, run_id=run.run_id, feed=FIXED, after=None, limit=10)
        party = Load.objects.get(bank_id=mapped.id, run_id=run.run_id, feed=HISTORY)
    length = WIDTH * len(contracts_shipped()[FIXED].columns)
    assert row.reasons[0]["code"] == "mapping.line"
    assert row.reasons[0]["expected"] == f"{length} bytes a line, not 9"
    assert (row.file, row.line) == (
        f"CONTACT_POINTS_{START:%Y%m%d}.txt",
        len(people_feeds(notes, START)["contact_points"]) + 1,
    )
    assert party.file_name == f"PARTIES_{START:%Y%m%d}.zip" and party.rejected == 0
