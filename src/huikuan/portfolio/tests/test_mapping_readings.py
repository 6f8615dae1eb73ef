"""How values are read: keys with zeros, full-width digits, days of Excel, tables that keep their history."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.lake import sql_text
from huikuan.portfolio.mapping.dates import date_format, date_sql
from huikuan.portfolio.mapping.errors import MappingError
from huikuan.portfolio.tests.test_mapping import GOOD, LOOKUP, NOTES, ABank, codes

CHAIN = NOTES.replace("columns: [JJH", "columns: [KS, JS, JJH").replace(
    "columns:\n", "in_force: {from: KS, to: JS}\ncolumns:\n"
)
"""Notes as a slowly changing table; the business date is 2024-01-31."""


def read(folder: Path, mapping: str, *rows: tuple[str, ...]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return number and reasons of the notes that a mapping makes of rows."""
    bank = ABank(folder, mapping)
    bank.file(*rows)
    return [(row["note_id"], codes(row)) for row in bank.notes()]


@pytest.mark.parametrize(
    ("begins", "ends", "holds"),
    [
        ("00010101", "99991231", True),
        ("20240131", "20240201", True),
        ("20240131", "", True),
        ("20240101", "20240131", False),  # the next row begins on the day
        ("20240201", "99991231", False),
        ("20240131", "20240131", False),
    ],
)
def test_rows_of_a_slowly_changing_table_hold_from_their_first_day_to_the_day_before_the_last(
    tmp_path: Path, begins: str, ends: str, holds: bool
) -> None:
    assert bool(read(tmp_path, CHAIN, (begins, ends, *GOOD))) is holds


def test_row_still_holds_on_its_last_day_where_the_mapping_says_so(tmp_path: Path) -> None:
    last = CHAIN.replace("to: JS", "to: JS, last_day: true")
    rows = [("20230101", "20240130", "N1", *GOOD[1:]), ("20230101", "20240131", "N2", *GOOD[1:])]
    assert read(tmp_path, last, *rows) == [("N2", [])]


def test_one_row_of_a_history_is_read_whatever_the_business_date(tmp_path: Path) -> None:
    days = ["20230101", "20231231", "20240131", "20240229", "99991231"]
    rows = [(one, two, f"N{at}", *GOOD[1:]) for at, (one, two) in enumerate(pairwise(days))]
    assert read(tmp_path, CHAIN, *rows) == [("N2", [])]


@pytest.mark.parametrize(("begins", "ends"), [("", "99991231"), ("2024-01-01", "99991231"), ("20240101", "unknown")])
def test_row_whose_days_cannot_be_read_is_a_reject_and_not_left_out(tmp_path: Path, begins: str, ends: str) -> None:
    ((_, reasons),) = read(tmp_path, CHAIN, (begins, ends, *GOOD))
    assert reasons[0][0] == "mapping.where"


def test_condition_and_history_hold_together(tmp_path: Path) -> None:
    both = CHAIN.replace("in_force:", "where: \"ZT = '0'\"\nin_force:")
    old, now = ("20230101", "20240101"), ("20240101", "99991231")
    assert read(tmp_path, both, (*old, *GOOD), (*now, *GOOD[:5], "1"), (*now, "N2", *GOOD[1:])) == [("N2", [])]


def test_lookup_finds_the_row_of_the_business_date_in_a_history(tmp_path: Path) -> None:
    text = LOOKUP.replace("columns: [HTH, NR]}", "columns: [HTH, NR, KS, JS]}, in_force: {from: KS, to: JS}")
    bank = ABank(tmp_path, text)
    bank.file(GOOD)
    bank.file(("C1", "old", "20200101", "20240131"), ("C1", "new", "20240131", "99991231"), name="HT.dat")
    assert [(row["contract_id"], codes(row)) for row in bank.notes()] == [("new", [])]


@pytest.mark.parametrize(
    ("rule", "said", "key", "reasons"),
    [
        ("strip_zeros: true", "00012030", "12030", []),
        ("strip_zeros: true", "0000", "0", []),
        ("strip_zeros: true", "A001", "A001", []),
        ("pad: 8", "12030", "00012030", []),
        ("pad: 8", "12345678", "12345678", []),
        ("pad: 8", "123456789", None, [("mapping.key", "note_id", "123456789")]),
        ("strip_zeros: true, sentinels: ['0000']", "0000", None, []),
        ("narrow: true", "Ｎ－００１　", "N-001", []),
        ("narrow: true, pad: 5", "１２", "00012", []),
    ],
)
def test_key_is_filled_or_stripped_as_the_mapping_says(
    tmp_path: Path, rule: str, said: str, key: str | None, reasons: list[tuple[str, str, str]]
) -> None:
    mapping = NOTES.replace("note_id: {from: JJH}", f"note_id: {{from: JJH, {rule}}}")
    assert read(tmp_path, mapping, (said, *GOOD[1:])) == [(key, reasons)]


def test_full_width_digits_are_a_number_only_where_the_mapping_says_so(tmp_path: Path) -> None:
    wide = (*GOOD[:2], "１，２３４．５０", *GOOD[3:])
    refused = read(tmp_path, NOTES, wide)
    assert refused[0][1] == [("mapping.number", "principal", "１，２３４．５０")]
    bank = ABank(tmp_path, NOTES.replace("unit: fen", "unit: yuan, thousands: ',', narrow: true"))
    assert [(row["principal"], codes(row)) for row in bank.notes()] == [("1234.5", [])]


@pytest.mark.parametrize(
    ("separator", "said", "amount"),
    [
        (",", "1,234.50", "1234.5"),
        (",", "-12,345,678", "-12345678"),
        (",", "1234.50", "1234.5"),
        (",", "5,00", None),
        (",", "1,2345", None),
        (",", "1234,567", None),
        (",", ",500", None),
        (",", "5,000,", None),
        (",", "1.234,500", None),
        (".", "5.00", None),
        (".", "5.000", "5000"),
        (" ", "1 234.5", "1234.5"),
    ],
)
def test_separators_stand_between_groups_of_three_digits(
    tmp_path: Path, separator: str, said: str, amount: str | None
) -> None:
    bank = ABank(tmp_path, NOTES.replace("unit: fen", f"unit: yuan, thousands: '{separator}'"))
    bank.file((*GOOD[:2], said, *GOOD[3:]))
    (row,) = bank.notes()
    assert row["principal"] == amount
    assert codes(row) == ([] if amount else [("mapping.number", "principal", said)])


@pytest.mark.parametrize(
    ("form", "said", "day"),
    [
        ("excel", "45292", "2024-01-01"),
        ("excel", "45351.0", "2024-02-29"),
        ("excel", "61", "1900-03-01"),
        ("excel", "60", None),
        ("excel", "45292.5", None),
        ("excel", "20240101", None),
        ("excel", "2024-01-01", None),
        ("excel1904", "43830", "2024-01-01"),
    ],
)
def test_day_of_excel_is_read_where_it_is_declared(tmp_path: Path, form: str, said: str, day: str | None) -> None:
    bank = ABank(
        tmp_path,
        NOTES.replace("disbursed_on: {from: FFRQ, date: yyyymmdd}", f"disbursed_on: {{from: FFRQ, date: {form}}}"),
    )
    text = (bank.rules / "notes.yaml").read_text(encoding="utf-8").replace("date(FFRQ, 'yyyymmdd')", "business_date")
    (bank.rules / "notes.yaml").write_text(text, encoding="utf-8")
    bank.file((*GOOD[:3], said, *GOOD[4:]))
    (row,) = bank.notes()
    assert row["disbursed_on"] == day
    assert codes(row) == ([] if day else [("mapping.date", "disbursed_on", said)])


@given(st.dates(min_value=date(1900, 3, 1)))
def test_any_day_of_excel_comes_back(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    sql = date_sql(sql_text(str(serial)), date_format("excel"), strict=True)
    assert duckdb.execute(f"select {sql}").fetchone() == (day,)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{from: KS, to: JS}", "{from: KX, to: JS}", "in_force"),
        ("{from: KS, to: JS}", "{from: KS}", "in_force.to"),
        ("note_id: {from: JJH}", "note_id: {from: JJH, pad: 0}", "columns.note_id.pad"),
        ("note_id: {from: JJH}", "note_id: {from: JJH, pad: 9, strip_zeros: true}", "at most one of"),
        ("unit: fen", "strip_zeros: true", "columns.principal.strip_zeros: expected no zeros of a key"),
        ("date: yyyymmdd}", "date: excel2000}", "or excel, excel1904"),
    ],
)
def test_reading_that_makes_no_sense_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in CHAIN
    with pytest.raises(MappingError) as caught:
        ABank(tmp_path, CHAIN.replace(old, new, 1)).read()
    assert words in str(caught.value)


def test_file_of_changes_is_one_in_the_manifest_too(tmp_path: Path) -> None:
    bank = ABank(tmp_path, NOTES.replace("feed: note\n", "feed: note\ndelta: true\n"))
    bank.file(GOOD)
    bank.run()
    feeds = yaml.safe_load((bank.out / "manifest.yaml").read_text(encoding="utf-8"))["feeds"]
    assert feeds["notes"]["delta"] is True and "delta" not in feeds["parties"]
    (bank.rules / "repayment.yaml").write_text("feed: repayment\nnothing: true\ndelta: true\n", encoding="utf-8")
    with pytest.raises(MappingError, match="delta: expected false"):
        bank.read()


def test_days_far_away_are_no_trouble(tmp_path: Path) -> None:
    assert date(9999, 12, 31) - date(1, 1, 1) > timedelta(0)
    assert read(tmp_path, CHAIN, ("00010101", "99991231", *GOOD)) == [("N1", [])]
