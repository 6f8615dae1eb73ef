"""Bad input → message → what is kept."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from huikuan.portfolio.errors import (
    ColumnsError,
    ControlTotalError,
    DeliveryError,
    DeliveryMissingError,
    FileUnreadableError,
    HeaderError,
    ManifestError,
    RejectLimitError,
)
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.carry import lake_select
from huikuan.portfolio.intake.tokens import feed_tokens
from huikuan.portfolio.lake import Column, content_hash, rows_load
from huikuan.portfolio.tests.deliveries import FEEDS, GOOD, ADelivery


def a_delivery(tmp_path: Path) -> ADelivery:
    """A good delivery in a folder of its own."""
    return ADelivery(tmp_path / "2026-03-31")


def test_delivery_good_every_row_is_accepted(tmp_path: Path) -> None:
    checked = a_delivery(tmp_path).write().check()
    assert {feed: (f.rows, f.rejected) for feed, f in checked.feeds.items()} == {
        "product": (1, 0),
        "party": (102, 0),
        "contract": (102, 0),
        "note": (102, 0),
        "instalment": (102, 0),
        "repayment": (101, 0),
    }


def test_delivery_good_values_are_exact_integers(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path).write()
    con = delivery.connect()
    delivery.check(con)
    note = con.execute(
        "select principal_minor, annual_rate_ppm, penalty_rate_ppm from accepted_note where note_id = 'N1'"
    ).fetchone()
    assert note == (100_000, 140_700, 211_050)
    assert con.execute(
        "select interest_minor from accepted_instalment where note_id = 'N1' order by seq"
    ).fetchall() == [
        (1212,),
        (7050,),
    ]
    received = con.execute("select received_at::varchar from accepted_repayment where core_ref = 'K-1'").fetchone()
    assert received == ("2026-02-10 01:00:00",)


# field spoilt in the first row of a feed → code of the reject
BAD_VALUES = [
    ("parties", "party_id", "", "required"),
    ("parties", "party_id", "1 2", "text.form"),
    ("parties", "party_id", "1" * 65, "text.length"),
    ("parties", "party_kind", "company", "enum"),
    ("parties", "name", "", "required"),
    ("parties", "name", " 张", "text.blanks"),
    ("parties", "name", "张\t三", "text.control"),
    ("parties", "identity_number", "", "party.identity_incomplete"),
    ("contracts", "amount", "0", "range.min"),
    ("contracts", "amount", "-5.00", "range.min"),
    ("contracts", "amount", "10000000000.00", None),
    ("contracts", "amount", "10000000000.01", "range.max"),
    ("contracts", "amount", "99999999999999999999999999", "range.max"),
    ("contracts", "amount", "5.001", "decimal.digits"),
    ("contracts", "amount", "5.", "type.amount"),
    ("contracts", "amount", ".5", "type.amount"),
    ("contracts", "amount", "+5", "type.amount"),
    ("contracts", "amount", "1e3", "type.amount"),
    ("contracts", "amount", "5,000.00", "type.amount"),
    ("contracts", "amount", "５", "type.amount"),
    ("contracts", "amount", "five", "type.amount"),
    ("contracts", "signed_on", "2026-02-30", "type.date"),
    ("contracts", "signed_on", "05.01.2026", "type.date"),
    ("contracts", "signed_on", "00010101", "type.date"),
    ("contracts", "signed_on", "0001-01-01", "range.date"),
    ("contracts", "expires_on", "9999-12-31", "range.date"),
    ("contracts", "signed_on", "2026-03-31", None),
    ("contracts", "signed_on", "2026-04-01", "contract.future"),
    ("contracts", "expires_on", "2026-01-05", "contract.dates_order"),
    ("contracts", "institution_code", "south", "reference.unknown"),
    ("contracts", "product_code", "P9", "reference.unknown"),
    ("contracts", "party_id", "0009", "reference.unknown"),
    ("notes", "annual_rate_pct", "100", None),
    ("notes", "annual_rate_pct", "100.0001", "range.max"),
    ("notes", "annual_rate_pct", "14.07001", "decimal.digits"),
    ("notes", "instalment_count", "0", "range.min"),
    ("notes", "instalment_count", "3000", None),
    ("notes", "instalment_count", "3001", "range.max"),
    ("notes", "instalment_count", "2.0", "type.integer"),
    ("notes", "repayment_method", "balloon", "enum"),
    ("notes", "contract_id", "C9", "reference.unknown"),
    ("notes", "first_due_on", "2026-01-10", "note.dates_order"),
    ("notes", "first_due_on", "2026-12-11", "note.maturity_order"),
    ("notes", "principal", "1000.01", "schedule.principal_sum"),
    ("repayments", "amount", "0", "range.min"),
    ("repayments", "value_on", "2026-04-01", "repayment.future"),
    ("repayments", "value_on", "2026-01-09", "repayment.early"),
    ("repayments", "received_at", "2026-02-10T09:00:00", "type.instant"),
    ("repayments", "received_at", "2026-02-10 09:00:00Z", None),
    ("repayments", "note_id", "N9", "reference.unknown"),
    ("repayments", "reverses", "K-0", "reversal.unknown"),
]


@pytest.mark.parametrize(("feed", "column", "value", "code"), BAD_VALUES)
def test_value_bad_row_is_rejected_with_its_field(
    tmp_path: Path, feed: str, column: str, value: str, code: str | None
) -> None:
    delivery = a_delivery(tmp_path)
    delivery.rows[feed][0][column] = value
    name = {contract.file: contract.feed for contract in contracts_shipped().values()}[feed]
    found = delivery.write().reject_codes(name)
    assert [(line, got) for line, got, _ in found] == ([(2, code)] if code else [])


def test_key_twice_every_copy_is_rejected(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    delivery.rows["notes"].append({**GOOD["notes"][0], "principal": "2000.00"})
    assert (2, "key.duplicate", "note_id") in delivery.write().reject_codes("note")
    assert (4, "key.duplicate", "note_id") in delivery.reject_codes("note")


def test_party_rejected_contract_note_and_schedule_follow_repayment_of_new_note_too(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    delivery.rows["parties"][0]["party_kind"] = "?"
    delivery.write()
    for feed, column in (("contract", "party_id"), ("note", "contract_id"), ("repayment", "note_id")):
        assert delivery.reject_codes(feed) == [(2, "reference.rejected", column)]
    assert [code for _, code, _ in delivery.reject_codes("instalment")] == ["reference.rejected"] * 2


def test_note_rejected_but_in_the_book_its_repayment_is_accepted(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    delivery.rows["notes"][0]["compound"] = "?"
    delivery.write()
    con = delivery.connect()
    columns = [Column("note_id", "VARCHAR"), Column("principal_minor", "BIGINT"), Column("disbursed_on", "DATE")]
    rows_load(
        con, "known_note", [*columns, Column("schedule_delivered", "BOOLEAN")], [("N1", 100_000, "2026-01-10", True)]
    )
    assert delivery.reject_codes("repayment", con) == []
    assert [code for _, code, _ in delivery.reject_codes("instalment", con)] == ["reference.rejected"] * 2


def test_contract_missing_today_but_in_the_book_its_note_is_accepted(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    del delivery.rows["contracts"][0]
    delivery.write()
    con = delivery.connect()
    rows_load(con, "known_contract", [Column("contract_id", "VARCHAR")], [("C1",)])
    assert delivery.reject_codes("note", con) == []
    assert delivery.reject_codes("note") == [(2, "reference.unknown", "contract_id")]


@pytest.mark.parametrize(
    ("amount", "reverses", "code"),
    [("412.12", "K-1", None), ("412.11", "K-1", "reversal.amount"), ("412.12", "K-7", "reversal.unknown")],
)
def test_reversal_names_a_repayment_of_the_same_amount(
    tmp_path: Path, amount: str, reverses: str, code: str | None
) -> None:
    delivery = a_delivery(tmp_path)
    reversal = {**GOOD["repayments"][0], "core_ref": "K-2", "amount": amount, "reverses": reverses}
    delivery.rows["repayments"].append(reversal)
    assert [c for _, c, _ in delivery.write().reject_codes("repayment")] == ([code] if code else [])


def test_core_reference_used_on_an_earlier_day_repayment_is_rejected(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path).write()
    con = delivery.connect()
    columns = [Column(name, "VARCHAR") for name in ("core_ref", "note_id")]
    columns += [Column("amount_minor", "BIGINT"), Column("reverses", "VARCHAR")]
    rows_load(con, "known_repayment", columns, [("K-1", "N1", 41212, None)])
    assert delivery.reject_codes("repayment", con) == [(2, "key.known", "core_ref")]


def test_reject_keeps_the_row_with_personal_values_masked(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    delivery.rows["parties"][0]["identity_number"] = "110101 19900307 4514"
    delivery.write()
    con = delivery.connect()
    delivery.reject_codes("party", con)
    row = con.execute("select cast(reasons as varchar) || cast(raw as varchar) from intake_reject").fetchone()
    assert row is not None
    assert "张" not in row[0] and "1990" not in row[0] and '"name":"***"' in row[0] and '"region":"330182"' in row[0]


# --- lines that cannot be split, whole files that are refused ---


def _lines(folder: Path, file: str, change: Callable[[list[str]], None]) -> None:
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    change(lines)
    path.write_text("".join(lines), encoding="utf-8")


def _put(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def test_line_with_a_value_too_many_only_that_line_is_rejected_and_later_lines_keep_their_number(
    tmp_path: Path,
) -> None:
    delivery = a_delivery(tmp_path)
    delivery.rows["parties"][1]["party_kind"] = "?"
    delivery.after.append(lambda folder: _lines(folder, "parties.csv", lambda lines: lines.__setitem__(1, "a,b\n")))
    codes = delivery.write().reject_codes("party")
    assert [(line, code) for line, code, _ in codes] == [(2, "row.columns"), (3, "enum")]


@pytest.mark.parametrize("more", [",", ",,"])
@pytest.mark.parametrize("short", [False, True])
def test_line_with_empty_values_too_many_is_rejected_also_beside_one_with_a_value_too_few(
    tmp_path: Path, more: str, short: bool
) -> None:
    def change(lines: list[str]) -> None:
        lines[1] = lines[1].rstrip("\n") + more + "\n"
        if short:
            lines[2] = lines[2].rpartition(",")[0] + "\n"

    delivery = a_delivery(tmp_path)
    delivery.after.append(lambda folder: _lines(folder, "parties.csv", change))
    codes = delivery.write().reject_codes("party")
    assert [(line, code) for line, code, _ in codes] == [(2, "row.columns"), (3, "row.columns")][: 1 + short]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (b"", FileUnreadableError),
        (b"party_id,party_kind,name,identity_kind,identity_number\n", ColumnsError),
        (b"party_id,party_kind,name,identity_kind,identity_number,region,phone\n", ColumnsError),
        (b"party_id,party_kind,name,identity_kind,identity_number,region,region\n", ColumnsError),
        (b"party_id;party_kind;name;identity_kind;identity_number;region\n", HeaderError),
        (bytes(range(128)) + b"\n", HeaderError),
        (b"party_id,party_kind,name,identity_kind,identity_number,region\n1,person,a,,,", FileUnreadableError),
        (b"party_id,party_kind,name,identity_kind,identity_number,region\n\n1,person,a,,,\n", FileUnreadableError),
        (b'party_id,party_kind,name,identity_kind,identity_number,region\n1,person,"a\nb",,,\n', FileUnreadableError),
        (b'party_id,party_kind,name,identity_kind,identity_number,region\n1,person,"a,,,\n', FileUnreadableError),
    ],
)
def test_file_not_of_the_form_the_day_is_refused_and_the_file_named(
    tmp_path: Path, text: bytes, error: type[DeliveryError]
) -> None:
    delivery = a_delivery(tmp_path)
    delivery.after.append(lambda folder: _put(folder / "parties.csv", text))
    with pytest.raises(error) as caught:
        delivery.write().check()
    assert "parties.csv" in caught.value.message and "Nothing was loaded" in caught.value.message
    assert caught.value.message.isprintable()


def test_file_not_utf8_its_line_is_rejected_and_nothing_of_it_kept(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    good, bad = "张春生".encode(), "张春生".encode("gbk")
    delivery.after.append(
        lambda folder: _put(folder / "parties.csv", (folder / "parties.csv").read_bytes().replace(good, bad))
    )
    assert [code for _, code, _ in delivery.write().reject_codes("party")] == ["row.encoding"]


def test_file_with_columns_in_another_order_and_byte_order_mark_is_read(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    delivery.rows["products"] = [dict(reversed(GOOD["products"][0].items()))]
    mark = b"\xef\xbb\xbf"
    delivery.after.append(lambda folder: _put(folder / "products.csv", mark + (folder / "products.csv").read_bytes()))
    assert delivery.write().check().feeds["product"].accepted == 1


def test_file_missing_the_day_is_refused(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    delivery.after.append(lambda folder: (folder / "notes.csv").unlink())
    with pytest.raises(DeliveryMissingError, match=r"notes\.csv"):
        delivery.write().check()


def test_folder_or_manifest_missing_the_day_is_refused(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    with pytest.raises(DeliveryMissingError, match="delivery of 2026-03-31"):
        delivery.check()
    delivery.write()
    (delivery.folder / "manifest.yaml").unlink()
    with pytest.raises(DeliveryMissingError, match="manifest"):
        delivery.check()


@pytest.mark.parametrize(
    ("stated", "named", "words"),
    [
        ({"bank": "south"}, "bank", "got south"),
        ({"business_date": "2026-03-30"}, "business_date", "got 2026-03-30"),
        ({"feeds": {}}, "feeds", "expected an entry"),
        ({"feeds": {"notes": {"file": "../notes.csv", "rows": 1}}}, "feeds.notes.file", "expected text like"),
        ({"author": "x"}, "author", "expected no such key, got 'x'"),
    ],
)
def test_manifest_of_another_delivery_the_day_is_refused(
    tmp_path: Path, stated: dict[str, object], named: str, words: str
) -> None:
    delivery = a_delivery(tmp_path)
    delivery.stated["manifest"] = stated
    with pytest.raises(ManifestError) as caught:
        delivery.write().check()
    assert caught.value.field == named
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("feed", "stated", "name"),
    [
        ("notes", {"sums": {"principal": "910000.01"}}, "principal"),
        ("notes", {"rows": 103}, "rows"),
        ("repayments", {"rows": 100}, "rows"),
    ],
)
def test_control_total_off_by_one_the_day_is_refused(
    tmp_path: Path, feed: str, stated: dict[str, object], name: str
) -> None:
    delivery = a_delivery(tmp_path)
    delivery.stated[feed] = stated
    with pytest.raises(ControlTotalError) as caught:
        delivery.write().check()
    assert (caught.value.file, caught.value.field) == (f"{feed}.csv", name)


def test_rejects_at_the_limit_pass_and_one_more_refuses_the_day(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    delivery.many = 98  # 100 repayments would be 99 and one: two rejects of 100 parties are the limit of 2 %
    for row in delivery.rows["parties"]:
        row["party_kind"] = "?"
    delivery.rows["contracts"], delivery.rows["notes"] = [], []
    delivery.rows["instalments"], delivery.rows["repayments"] = [], []
    assert delivery.write().check().feeds["party"].rejected == 2
    delivery.rows["parties"].append({**GOOD["parties"][1], "party_id": "0003", "party_kind": "?"})
    with pytest.raises(RejectLimitError, match=r"3 of 101 rows rejected"):
        delivery.write().check()


def test_parquet_with_the_same_rows_has_the_same_content_hash_as_csv(tmp_path: Path) -> None:
    hashes = []
    for place, parquet in enumerate((False, True)):
        delivery = ADelivery(tmp_path / str(place), parquet=parquet).write()
        con = delivery.connect()
        delivery.check(con)
        feed_tokens(con, contracts_shipped()["party"], lambda field, value: f"{field}:{len(value)}")
        hashes.append({feed: content_hash(con, lake_select(contracts_shipped()[feed])) for feed in FEEDS})
    assert hashes[0] == hashes[1]


def test_parquet_with_binary_fractions_is_refused(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    delivery.parquet = True
    delivery.write()
    path = delivery.folder / "instalments.parquet"
    duckdb.execute(
        f"copy (select * replace (cast(interest as double) as interest) from '{path}') to '{path}.new' (format parquet)"
    )
    Path(f"{path}.new").replace(path)
    with pytest.raises(FileUnreadableError, match="DOUBLE"):
        delivery.check()


def test_parquet_damaged_inside_is_refused(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    delivery.parquet = True
    delivery.many = 2000
    path = delivery.write().folder / "parties.parquet"
    content = bytearray(path.read_bytes())
    for place in range(100, 2000):
        content[place] ^= 0x5A
    path.write_bytes(content)
    with pytest.raises(FileUnreadableError, match="parties"):
        delivery.check()


def test_delivery_same_files_same_hash_one_byte_differs_another_hash(tmp_path: Path) -> None:
    first = ADelivery(tmp_path / "a").write().check().delivery_hash
    again = ADelivery(tmp_path / "b").write().check().delivery_hash
    other = ADelivery(tmp_path / "c")
    other.rows["parties"][0]["region"] = "330183"
    assert first == again != other.write().check().delivery_hash
