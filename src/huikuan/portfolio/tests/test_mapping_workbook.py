"""Workbooks as sources: what a cell becomes, and what is refused of a workbook that means harm."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.errors import ColumnsError, FileUnreadableError
from huikuan.portfolio.mapping import workbook
from huikuan.portfolio.mapping.cells import Wrong, column_letters, column_of, day_text, is_day_format, number_text
from huikuan.portfolio.tests.test_mapping import NOTES, ABank, codes
from huikuan.portfolio.tests.workbooks import DAY, HEAD, MAIN, MONEY, OWN_DAY, number, row_xml, text, workbook_write

SHEET = (
    NOTES.replace(
        'source: {file: "LN_{yyyymmdd}.dat", columns: [JJH, HTH, DKJE, FFRQ, DQRQ, ZT]}',
        'source: {file: "LN_{yyyymmdd}.xlsx", format: xlsx, header: true}',
    )
    .replace("unit: fen", "unit: yuan")
    .replace("date: yyyymmdd", "date: yyyy-mm-dd")
    .replace("'yyyymmdd'), 1)", "'yyyy-mm-dd'), 1)")
)
NAMES = row_xml(1, [text(name) for name in ("JJH", "HTH", "DKJE", "FFRQ", "DQRQ", "ZT")])
ROW = (text("0001"), text("C1"), number("1234.5600000000001", MONEY), number("45351", DAY), text(""), number("0"))
FILE = "LN_20240131.xlsx"


def a_row(at: int, **changed: str) -> str:
    """Return a row of the sheet with cells of other columns than those of `ROW`."""
    return row_xml(at, [changed.get(letter, one) for letter, one in zip("ABCDEF", ROW, strict=True)])


def the_bank(folder: Path, rows: str, mapping: str = SHEET, **more: object) -> ABank:
    """Return a bank whose notes are a workbook."""
    bank = ABank(folder, mapping)
    workbook_write(bank.files / FILE, rows, **more)  # type: ignore[arg-type]
    return bank


def test_cells_become_the_text_that_was_typed(tmp_path: Path) -> None:
    (row,) = the_bank(tmp_path, NAMES + a_row(2)).notes()
    assert (row["note_id"], row["principal"], row["disbursed_on"]) == ("0001", "1234.56", "2024-02-29")
    assert (row["matures_on"], row["core_status"], codes(row)) == (None, "active", [])
    assert (row["src_file"], row["src_line"]) == (FILE, 2)


def test_shared_texts_have_their_parts_and_not_the_readings_above_them(tmp_path: Path) -> None:
    strings = [
        "<r><t>借</t></r><r><t xml:space='preserve'>据 1</t></r><rPh sb='0' eb='1'><t>jie</t></rPh>",
        "<t>C1</t>",
    ]
    rows = NAMES + a_row(2, A='t="s"><v>0</v>', B='t="s"><v>1</v>') + a_row(3, A='t="s"><v>9</v>')
    first, second = the_bank(tmp_path, rows, strings=strings).notes()
    assert (first["note_id"], first["contract_id"]) == ("借据 1", "C1")
    assert second["mapped_reasons"][0]["expected"] == "in column A a text of the workbook"


def test_rows_without_values_are_none_and_numbers_of_rows_stay_those_of_the_sheet(tmp_path: Path) -> None:
    title = row_xml(1, [text("借据清单 2024-01-31")]) + row_xml(2, [])
    names = NAMES.replace('r="1"', 'r="3"').replace('1"', '3"')
    bank = the_bank(
        tmp_path, title + names + a_row(7) + row_xml(9, [number("", DAY)]), SHEET.replace("header: true", "skip: 2")
    )
    (bank.rules / "delivery.yaml").write_text("ready: READY.flg\n", encoding="utf-8")
    assert [row["src_line"] for row in bank.notes()] == [7]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (number("6.2220212345678899E+18"), "in column A a number of at most 15 digits, or text"),
        ('t="e"><v>#N/A</v>', "in column A a value, not the error #N/A"),
        ("><f>B2</f>", "in column A a value: the result of its formula is not stored"),
        ("><f>B2</f><v></v>", "in column A a value: the result of its formula is not stored"),
        (number("12,5"), "in column A a number"),
        (text("x" * 40_000), "in column A at most 32767 characters"),
    ],
)
def test_cell_that_cannot_be_trusted_rejects_its_row_and_says_where(tmp_path: Path, cell: str, expected: str) -> None:
    good, bad = the_bank(tmp_path, NAMES + a_row(2) + a_row(3, A=cell)).notes()
    assert codes(good) == [] and bad["mapped_reasons"][0]["code"] == "mapping.line"
    assert expected in bad["mapped_reasons"][0]["expected"]


def test_error_in_a_column_that_is_not_read_harms_nobody(tmp_path: Path) -> None:
    mapping = SHEET.replace('{from: DQRQ, date: yyyy-mm-dd, sentinels: ["99991231"]}', "{const: '2025-01-01'}")
    (row,) = the_bank(tmp_path, NAMES + a_row(2, E='t="e"><v>#REF!</v>'), mapping).notes()
    assert codes(row) == []


def test_value_beside_the_columns_rejects_its_row(tmp_path: Path) -> None:
    (row,) = the_bank(tmp_path, NAMES + row_xml(2, [*ROW, text("?")])).notes()
    assert row["mapped_reasons"][0]["expected"].endswith("none in column G")


def test_hidden_sheets_do_not_count_and_several_visible_ones_need_a_name(tmp_path: Path) -> None:
    rows = NAMES + a_row(2)
    hidden = [("借据", "visible"), ("WpsReserved_CellImgList", "veryHidden")]
    assert len(the_bank(tmp_path, rows, sheets=hidden).notes()) == 1
    both = [("一月", "visible"), ("二月", "visible")]
    with pytest.raises(FileUnreadableError, match="has the sheets 一月, 二月; expected one sheet, or `sheet`"):
        the_bank(tmp_path, rows, sheets=both).notes()
    named = SHEET.replace("header: true", "header: true, sheet: 二月")
    assert len(the_bank(tmp_path, rows, named, sheets=both).notes()) == 1
    with pytest.raises(FileUnreadableError, match="has no sheet 二月, but 借据"):
        the_bank(tmp_path, rows, named).notes()


def test_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(ColumnsError, match="missing ZT"):
        the_bank(tmp_path, row_xml(1, [text(name) for name in ("JJH", "HTH", "DKJE", "FFRQ", "DQRQ")])).run()


BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f'<sst xmlns="{MAIN}"><si><t>&b;</t></si></sst>'
)
EXTERNAL = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst xmlns="{MAIN}"><si><t>&a;</t></si></sst>'
DEEP = f'<sst xmlns="{MAIN}">' + "<a>" * 100 + "</a>" * 100 + "</sst>"
LONG_TAG = f'<sst xmlns="{MAIN}"><si a="' + "".join(f"{n:07d}" for n in range(1_000_000)) + '"/></sst>'


@pytest.mark.parametrize(
    ("part", "xml", "what"),
    [
        ("xl/sharedStrings.xml", BOMB, "no document type: entities"),
        ("xl/sharedStrings.xml", EXTERNAL, "no document type: entities"),
        ("xl/worksheets/sheet1.xml", "<!DOCTYPE x><worksheet/>", "借据: .*no document type"),
        ("xl/sharedStrings.xml", DEEP, "elements at most 64 deep"),
        ("xl/sharedStrings.xml", LONG_TAG, "tags of at most"),
        ("xl/styles.xml", "<styleSheet>", "no sound XML"),
        ("xl/styles.xml", '<?xml version="1.0" encoding="gb18030"?><styleSheet/>', "no sound XML"),
        ("xl/styles.xml", '<?xml version="1.0" encoding="none"?><styleSheet/>', "no sound XML"),
        ("xl/worksheets/sheet1.xml", f'<a xmlns="{MAIN}"><row r="2"/><row r="2"/></a>', "rows in order"),
        ("xl/worksheets/sheet1.xml", f'<a xmlns="{MAIN}"><row r="9999999"/></a>', "rows in order"),
        ("xl/worksheets/sheet1.xml", f'<a xmlns="{MAIN}"><row r="1"><c r="ZZZZ1"/></row></a>', "references of cells"),
        ("xl/_rels/workbook.xml.rels", "<a/>", "the part rId1 is missing"),
    ],
)
def test_workbook_that_means_harm_or_is_broken_is_refused(tmp_path: Path, part: str, xml: str, what: str) -> None:
    bank = the_bank(tmp_path, NAMES + a_row(2), parts={part: xml})
    with pytest.raises(FileUnreadableError, match=what):
        bank.run()
    assert not list(bank.out.glob("*.rows"))


def test_shared_texts_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "STRINGS_CHARACTERS_MAX", 1_000)
    with pytest.raises(FileUnreadableError, match="at most 1000 characters of shared text"):
        the_bank(tmp_path, NAMES, strings=["<t>" + "x" * 900 + "</t>"] * 2).run()


def test_sheet_that_packs_too_well_is_refused(tmp_path: Path) -> None:
    blank = f'<worksheet xmlns="{MAIN}">{" " * (40 << 20)}</worksheet>'
    with pytest.raises(FileUnreadableError, match="times the packed bytes"):
        the_bank(tmp_path, "", parts={"xl/worksheets/sheet1.xml": blank}).run()


def test_old_workbook_and_text_are_no_workbook(tmp_path: Path) -> None:
    bank = ABank(tmp_path, SHEET)
    (bank.files / FILE).write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600)
    with pytest.raises(FileUnreadableError, match=r"old \.xls workbook or has a password"):
        bank.run()
    (bank.files / FILE).write_text("a,b\n", encoding="utf-8")
    with pytest.raises(FileUnreadableError, match="the archive cannot be read"):
        bank.run()


def test_workbook_of_another_program_is_read(tmp_path: Path) -> None:
    from rustpy_xlsxwriter import write_worksheet

    bank = ABank(tmp_path, SHEET)
    row = {"JJH": "0001", "HTH": "C1", "DKJE": 1234.56, "FFRQ": "2024-02-29", "DQRQ": "", "ZT": "0"}
    write_worksheet([row, {**row, "JJH": "0002", "DKJE": 0.1 + 0.2}], str(bank.files / FILE))
    assert [(one["note_id"], one["principal"]) for one in bank.notes()] == [("0001", "1234.56"), ("0002", "0.3")]


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_amount_typed_into_a_sheet_comes_back_to_the_cent(amount: Decimal) -> None:
    assert Decimal(str(number_text(repr(float(amount))))) == amount


@given(st.dates(min_value=date(1900, 3, 1)))
def test_day_of_a_sheet_is_that_day_in_both_ways_of_counting(day: date) -> None:
    assert day_text(str((day - date(1899, 12, 30)).days), from_1904=False) == f"{day:%Y-%m-%d}".rjust(10, "0")
    if day >= date(1904, 1, 1):
        assert day_text(str((day - date(1904, 1, 1)).days), from_1904=True) == f"{day:%Y-%m-%d}"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [("45351.5", "2024-02-29 12:00:00"), ("60", "60"), ("61", "1900-03-01"), ("2958466", "2958466"), ("-1", "-1")],
)
def test_number_that_is_no_day_stays_a_number(raw: str, shown: str) -> None:
    assert day_text(raw, from_1904=False) == shown


@given(st.text(st.sampled_from("0123456789.eE+-")))
def test_any_text_of_a_number_gives_plain_decimals_or_is_refused(raw: str) -> None:
    shown = number_text(raw)
    assert isinstance(shown, Wrong) or ("e" not in shown.lower() and Decimal(shown) is not None)


@given(st.integers(0, 16_383))
def test_letters_of_a_column_are_its_number(column: int) -> None:
    assert column_of(column_letters(column) + "7") == column


@pytest.mark.parametrize(
    ("code", "is_day"),
    [
        ("yyyy-mm-dd", True),
        ('m"月"d"日"', True),
        ("[$-804]e/m/d", True),
        ("hh:mm:ss", False),
        ('0.00"d"', False),
        ("[Red]0.00", False),
        ("General", False),
        ("mmm", True),
        (r"0\d", False),
    ],
)
def test_formats_that_show_a_day(code: str, is_day: bool) -> None:
    assert is_day_format(170, code) is is_day


def test_day_in_a_format_of_the_workbook_itself(tmp_path: Path) -> None:
    (row,) = the_bank(
        tmp_path, NAMES + a_row(2, D=number("43889", OWN_DAY)), properties='<workbookPr date1904="1"/>'
    ).notes()
    assert row["disbursed_on"] == "2024-02-29" and HEAD.startswith("<?xml")
