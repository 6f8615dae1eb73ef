"""A bank's files through a mapping: what becomes of each row, and what is refused with file, key and expectation."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from huikuan.portfolio.errors import ColumnsError, DeliveryMissingError, FileUnreadableError
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.mapping.errors import ControlFileError, LookupKeyError, MappingError
from huikuan.portfolio.mapping.read import BankMapping, mapping_read
from huikuan.portfolio.mapping.run import MappedFeed, delivery_map

DAY = date(2024, 1, 31)
SEPARATOR = "|@|"
NOTES = """
feed: note
source: {file: "LN_{yyyymmdd}.dat", columns: [JJH, HTH, DKJE, FFRQ, DQRQ, ZT]}
columns:
  note_id: {from: JJH}
  contract_id: {from: HTH}
  principal: {from: DKJE, unit: fen}
  disbursed_on: {from: FFRQ, date: yyyymmdd}
  matures_on: {from: DQRQ, date: yyyymmdd, sentinels: ["99991231"]}
  annual_rate_pct: {const: "4.35"}
  repayment_method: {const: bullet}
  instalment_count: {const: "1"}
  first_due_on: {expr: "add_months(date(FFRQ, 'yyyymmdd'), 1)"}
  penalty_rate_pct: {const: "0"}
  compound: {const: none}
  core_status: {from: ZT, codes: {"0": active, "1": settled}}
"""
DELIVERY = """
ready: "READY.flg"
offset: "+08:00"
defaults: {encoding: gb18030, delimiter: "|@|", header: false, quote: none}
"""
GOOD = ("N1", "C1", "123456", "20240101", "20250101", "0")


class ABank:
    """A mapping folder and a delivery folder that a test fills."""

    def __init__(self, folder: Path, notes: str = NOTES, delivery: str = DELIVERY) -> None:
        self.rules, self.files, self.out = folder / "rules", folder / "files", folder / "out"
        for made in (self.rules, self.files, self.out):
            made.mkdir(exist_ok=True)
        (self.rules / "delivery.yaml").write_text(delivery, encoding="utf-8")
        (self.rules / "notes.yaml").write_text(notes, encoding="utf-8")
        for feed in ("product", "party", "contract", "instalment", "repayment"):
            (self.rules / f"{feed}.yaml").write_text(f"feed: {feed}\nnothing: true\n", encoding="utf-8")

    def read(self) -> BankMapping:
        """Read the mapping."""
        return mapping_read(self.rules, contracts_shipped())

    def file(self, *rows: tuple[str, ...], name: str = "LN_20240131.dat", encoding: str = "gb18030") -> None:
        """Write a file of the delivery."""
        text = "".join(SEPARATOR.join(row) + "\n" for row in rows)
        (self.files / name).write_bytes(text.encode(encoding))

    def run(self) -> dict[str, MappedFeed]:
        """Map the delivery."""
        found = delivery_map(
            self.read(), contracts_shipped(), self.files, self.out, bank_code="b", business_date=DAY, threads=1
        )
        return {one.feed: one for one in found}

    def notes(self) -> list[Mapping[str, Any]]:
        """Map, and return the rows of the notes."""
        self.run()
        found = duckdb.connect().execute(f"select * from '{self.out}/notes.parquet' order by src_line")
        names = [one[0] for one in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def codes(row: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return (code, field, got) of a row's reasons."""
    return [(one["code"], one["field"], one["got"]) for one in row["mapped_reasons"]]


def test_row_is_mapped_by_unit_date_code_constant_and_expression(tmp_path: Path) -> None:
    bank = ABank(tmp_path)
    bank.file(GOOD)
    (row,) = bank.notes()
    assert row["principal"] == "1234.56"
    assert (row["disbursed_on"], row["first_due_on"]) == ("2024-01-01", "2024-02-01")
    assert (row["core_status"], row["annual_rate_pct"]) == ("active", "4.35")
    assert (row["src_file"], row["src_line"], row["mapped_reasons"]) == ("LN_20240131.dat", 1, [])


@pytest.mark.parametrize(
    ("place", "text", "reason"),
    [
        (2, "12,3", ("mapping.number", "principal", "12,3")),
        (2, "1.1234567", ("mapping.number", "principal", "1.1234567")),
        (3, "20240230", ("mapping.date", "disbursed_on", "20240230")),
        (4, "2025-01-01", ("mapping.date", "matures_on", "2025-01-01")),
        (5, "7", ("mapping.code", "core_status", "7")),
    ],
)
def test_value_that_cannot_be_mapped_is_a_reason_with_what_was_there(
    tmp_path: Path, place: int, text: str, reason: tuple[str, str, str]
) -> None:
    bank = ABank(tmp_path)
    bank.file(GOOD, (*GOOD[:place], text, *GOOD[place + 1 :]))
    good, bad = bank.notes()
    assert codes(good) == []
    assert reason in codes(bad)
    assert bad["src_line"] == 2


def test_sentinel_and_empty_text_are_no_value_and_no_reason(tmp_path: Path) -> None:
    bank = ABank(tmp_path)
    bank.file((*GOOD[:4], "99991231", "0"), (*GOOD[:4], "", "0"))
    assert [(row["matures_on"], codes(row)) for row in bank.notes()] == [(None, []), (None, [])]


def test_separator_bytes_inside_a_chinese_character_do_not_split_it(tmp_path: Path) -> None:
    pipe_inside = bytes([0x81, 0x7C]).decode("gb18030")  # the second byte is the separator's "|"
    bank = ABank(tmp_path, delivery=DELIVERY.replace('"|@|"', '"|"'))
    text = "|".join(("N" + pipe_inside, *GOOD[1:]))
    (bank.files / "LN_20240131.dat").write_bytes((text + "\n").encode("gb18030"))
    assert [row["note_id"] for row in bank.notes()] == ["N" + pipe_inside]


def test_escape_character_separates_and_a_separator_at_the_end_is_none(tmp_path: Path) -> None:
    bank = ABank(
        tmp_path, delivery=DELIVERY.replace('"|@|"', '"\\e"').replace("quote", "trailing_delimiter: true, quote")
    )
    (bank.files / "LN_20240131.dat").write_bytes(("\x1b".join(GOOD) + "\x1b\r\n").encode())
    assert [row["core_status"] for row in bank.notes()] == ["active"]


def test_broken_line_is_a_reject_and_the_lines_behind_it_keep_their_numbers(tmp_path: Path) -> None:
    bank = ABank(tmp_path)
    bank.file(GOOD, ("short", "line"), GOOD, GOOD)
    with (bank.files / "LN_20240131.dat").open("ab") as file:
        file.write(b"\xff\xff" + SEPARATOR.join(GOOD).encode() + b"\n")
    rows = bank.notes()
    assert [row["src_line"] for row in rows] == [1, 2, 3, 4, 5]
    assert [codes(row)[0][0] if codes(row) else "" for row in rows] == ["", "mapping.line", "", "", "mapping.line"]


@pytest.mark.parametrize("quote", ["none", "double"])
@pytest.mark.parametrize(
    ("separator", "end", "more"),
    [(",", "", ","), (",", "", ",,,"), (",", ",", "5,"), (",", ",", ","), ("|@|", "", "|@|"), ("|@|", "|@|", "5|@|")],
)
@pytest.mark.parametrize("short", [False, True])
def test_line_with_values_too_many_is_a_reject_also_where_they_are_empty(
    tmp_path: Path, separator: str, end: str, more: str, quote: str, short: bool
) -> None:
    """`5,000.00,` at the end of a line is not 5; a line with a value too few does not balance it."""
    delivery = DELIVERY.replace('"|@|"', f'"{separator}"').replace("quote: none", f"quote: {quote}")
    bank = ABank(tmp_path, delivery=delivery.replace("quote", f"trailing_delimiter: {str(bool(end)).lower()}, quote"))
    good = separator.join(GOOD) + end + "\n"
    lines = [good, separator.join(GOOD) + end + more + "\n", good]
    if short:
        lines.insert(1, separator.join(GOOD[:-1]) + end + "\n")
    (bank.files / "LN_20240131.dat").write_bytes("".join(lines).encode())
    rows = bank.notes()
    assert [row["src_line"] for row in rows] == list(range(1, len(lines) + 1))
    bad = rows[1:-1]
    assert [codes(row)[0][0] for row in bad] == ["mapping.line"] * len(bad)
    assert {row["mapped_reasons"][0]["expected"] for row in bad} == {"as many values as the file has columns"}
    assert codes(rows[0]) == codes(rows[-1]) == []


def test_header_in_chinese_names_the_columns(tmp_path: Path) -> None:
    text = NOTES.replace(", columns: [JJH, HTH, DKJE, FFRQ, DQRQ, ZT]", ", header: true").replace(
        "from: JJH", "from: 借据号"
    )
    bank = ABank(tmp_path, text)
    bank.file(("借据号", "HTH", "DKJE", "FFRQ", "DQRQ", "ZT", "不用"), (*GOOD, "x"))
    assert [(row["note_id"], row["src_line"]) for row in bank.notes()] == [("N1", 2)]


def test_column_that_the_header_lacks_refuses_the_file(tmp_path: Path) -> None:
    bank = ABank(tmp_path, NOTES.replace(", columns: [JJH, HTH, DKJE, FFRQ, DQRQ, ZT]", ", header: true"))
    bank.file(("JJH", "HTH", "DKJE", "FFRQ", "DQRQ"))
    with pytest.raises(ColumnsError, match="missing ZT"):
        bank.run()


def test_last_line_without_end_refuses_the_file_unless_the_mapping_allows_it(tmp_path: Path) -> None:
    bank = ABank(tmp_path)
    (bank.files / "LN_20240131.dat").write_text(SEPARATOR.join(GOOD), encoding="utf-8")
    with pytest.raises(FileUnreadableError, match="last line does not end"):
        bank.run()
    open_ended = ABank(tmp_path, delivery=DELIVERY.replace("quote", "last_line_open: true, quote"))
    assert len(open_ended.notes()) == 1


def test_empty_file_without_header_has_no_rows(tmp_path: Path) -> None:
    bank = ABank(tmp_path)
    bank.file()
    assert bank.notes() == []


def test_missing_file_refuses_the_delivery(tmp_path: Path) -> None:
    with pytest.raises(DeliveryMissingError, match=r"LN_20240131\.dat"):
        ABank(tmp_path).run()


LOOKUP = NOTES.replace("from: HTH", "from: ht.NR").replace(
    "columns:\n", "lookups:\n  ht: {source: {file: HT.dat, columns: [HTH, NR]}, key: {HTH: HTH}}\ncolumns:\n"
)


def test_lookup_takes_values_of_another_file_and_a_row_without_is_a_reject(tmp_path: Path) -> None:
    bank = ABank(tmp_path, LOOKUP)
    bank.file(GOOD, ("N2", "C9", *GOOD[2:]))
    bank.file(("C1", "contract-1"), ("C2", "contract-2"), name="HT.dat")
    first, second = bank.notes()
    assert (first["contract_id"], codes(first)) == ("contract-1", [])
    assert codes(second) == [("mapping.lookup", "", "C9")]


def test_lookup_whose_key_stands_twice_refuses_the_delivery_with_the_line(tmp_path: Path) -> None:
    bank = ABank(tmp_path, LOOKUP)
    bank.file(GOOD)
    bank.file(("C1", "a"), ("C2", "b"), ("C1", "c"), name="HT.dat")
    with pytest.raises(
        LookupKeyError, match=r"HT\.dat, line 1: ht is a lookup by HTH, and its value here stands 2 times"
    ):
        bank.run()


def test_where_leaves_rows_out_and_distinct_joins_equal_ones(tmp_path: Path) -> None:
    bank = ABank(tmp_path, NOTES.replace("columns:\n", "where: \"ZT <> '1'\"\ndistinct: true\ncolumns:\n"))
    bank.file(GOOD, (*GOOD[:5], "1"), GOOD)
    assert [row["src_line"] for row in bank.notes()] == [1]


CONTROL = DELIVERY + "control: {source: {file: READY.flg, columns: [F, N, S]}, name: F, rows: N, sums: {DKJE: S}}\n"


@pytest.mark.parametrize(("stated", "ok"), [("2", True), ("1", False), ("3", False)])
def test_control_file_of_the_sender_is_compared(tmp_path: Path, stated: str, ok: bool) -> None:
    bank = ABank(tmp_path, delivery=CONTROL)
    bank.file(GOOD, GOOD)
    bank.file(("LN_20240131.dat", stated, "246912"), name="READY.flg")
    rows, total = bank.run()["note"].controls
    assert (rows.stated == rows.counted) is ok and rows.counted == "2" if ok else rows.counted != rows.stated
    assert total.stated == total.counted


def test_control_file_that_says_nothing_of_the_file_refuses_the_delivery(tmp_path: Path) -> None:
    bank = ABank(tmp_path, delivery=CONTROL)
    bank.file(GOOD)
    bank.file(("OTHER.dat", "1", "1"), name="READY.flg")
    with pytest.raises(ControlFileError, match=r"one row about LN_20240131\.dat, got 0 rows"):
        bank.run()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("note_id: {from: JJH}", "note_ids: {from: JJH}", "notes.yaml, line 5: columns.note_ids: expected a field"),
        ("  note_id: {from: JJH}\n", "", "columns: expected a rule for the required field note_id"),
        ("from: JJH", "from: JJX", "columns.note_id.from: expected a column of the source, got JJX"),
        ("unit: fen", "unit: pence", "columns.principal.unit: expected 'fen', 'yuan' or 'wan', got 'pence'"),
        ("date: yyyymmdd}", "date: yyyyxx}", "columns.disbursed_on.date: expected a format"),
        ('"1": settled', '"1": closed', "columns.core_status.codes.1: expected active | settled"),
        ("from: ZT", "form: ZT", "columns.core_status.form: expected no such key, got 'ZT'"),
        ("'yyyymmdd'), 1)", "'yyyymmdd'), FFRQ)", "columns.first_due_on.expr: expected an expression of the language"),
        (
            'const: "0"',
            'const: "0", from: JJH',
            "columns.penalty_rate_pct: expected exactly one of from, const, expr. No",
        ),
        ("feed: note", "feed: notes", "feed: expected renumbering | product | party"),
        ("LN_{yyyymmdd}.dat", "../LN.dat", "source.file: expected a plain file name"),
        ("LN_{yyyymmdd}.dat", "LN_{day}.dat", "{yyyymmdd}, {yyyy-mm-dd}"),
        ("{from: JJH}", "{from: JJH, from: HTH}", "stands twice"),
    ],
)
def test_broken_mapping_is_refused_with_file_key_and_expectation(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert old in NOTES
    with pytest.raises(MappingError) as caught:
        ABank(tmp_path, NOTES.replace(old, new, 1)).read()
    assert words in str(caught.value)


def test_feed_that_the_mapping_does_not_mention_is_refused_unless_it_is_optional(tmp_path: Path) -> None:
    bank = ABank(tmp_path)
    (bank.rules / "party.yaml").unlink()
    with pytest.raises(MappingError, match="a file for the feed party; `nothing: true` if the bank has none"):
        bank.read()


def test_same_files_give_the_same_canonical_rows(tmp_path: Path) -> None:
    bank = ABank(tmp_path)
    bank.file(*((f"N{n}", *GOOD[1:]) for n in range(50)))
    first = bank.notes()
    manifest = (bank.out / "manifest.yaml").read_bytes()
    assert bank.notes() == first and (bank.out / "manifest.yaml").read_bytes() == manifest
