"""Files that a bank writes in a form of its own and that are not as its mapping says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.bad_input.mapped import COLUMNS, DATA, GOOD, MORE, Sent, archive, lines, loans, workbook
from tests.bad_input.row import Stored

BYTES = lines(*GOOD, *MORE).encode("gb18030")
LOADED = " Nothing was loaded."
BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&b;</t></si></sst>'
)
SECRET = BOMB.replace('a "aaaaaaaaaa"', 'a SYSTEM "file:///etc/passwd"')


@dataclass(frozen=True, slots=True)
class Foreign:
    """One case; as `Row`, for a bank with a mapping."""

    id: str
    input: str
    make: Callable[[Sent], object]
    says: tuple[str, ...]
    stored: Stored


def _no(name: str, what: str, make: Callable[[Sent], object], says: str) -> Foreign:
    return Foreign(name, what, make, (says,), Stored.NOTHING)


def _some(name: str, what: str, make: Callable[[Sent], object], *says: str) -> Foreign:
    return Foreign(name, what, make, says, Stored.REST)


def _first(**values: str) -> Callable[[Sent], None]:
    """Send a row more with other values than the first good one has."""
    row = dict(zip(COLUMNS, GOOD[0], strict=True)) | {"KHH": "0003", "HTH": "C3"} | values
    return loans(*GOOD, tuple(row.values()))


ENCODING = "expected text in the encoding of the mapping, got a broken line (mapping.line)"
VALUES_MANY = "expected as many values as the file has columns, got a broken line (mapping.line)"
NUMBER = "expected a decimal number of at most 6 decimals"
XML = "its XML is not that of a workbook; expected no document type: entities can be made to grow without bounds"
OUT = "leads out of the archive; expected plain file names"


def _linked(place: Sent) -> None:
    other = place.files.parent / "other-bank.dat"
    (place.files / DATA).rename(other)
    (place.files / DATA).symlink_to(other)


def _torn(place: Sent) -> None:
    archive((DATA, BYTES))(place)
    file = place.files / "LN.zip"
    file.write_bytes(file.read_bytes()[:-30])


def _old(place: Sent) -> None:
    workbook(*GOOD)(place)
    (place.files / "LN.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600)


FILES: tuple[Foreign, ...] = (
    _no(
        "own-encoding-utf-8",
        "a file in UTF-8 where the mapping says GB18030",
        loans(*GOOD, encoding="utf-8"),
        f"LN.dat: the file is UTF-8; expected text in gb18030, or `encoding: utf-8` in its mapping.{LOADED}",
    ),
    _some(
        "own-bytes",
        "bytes that are no GB18030 (one line of two feeds)",
        lambda place: place.data(BYTES.replace("张".encode("gb18030"), b"\xff\xff")),
        f"LN.dat, line 1: row: {ENCODING}",
        f"LN.dat, line 1: row: {ENCODING}",
    ),
    _no(
        "own-delimiter",
        "another separator than the mapping says",
        lambda place: place.data(BYTES.replace(b"|", b";")),
        "LN.dat: 122 of 122 rows rejected, more than the limit of 2 %. Nothing was loaded. First reason: line 1, row: "
        "expected as many values as the file has columns, got a broken line. `huikuan feed check` lists them all.",
    ),
    _no(
        "own-cut",
        "the last line is cut off",
        lambda place: place.data(BYTES[:-3]),
        "LN.dat: the last line does not end; expected a line feed at the end (the file may be cut off), or "
        f"`last_line_open: true` in its mapping.{LOADED}",
    ),
    _some(
        "own-value-too-many-empty",
        "a separator too many at the end of a line (one line of two feeds)",
        lambda place: place.data(BYTES.replace(b"\n", b"|\n", 1)),
        f"LN.dat, line 1: row: {VALUES_MANY}",
        f"LN.dat, line 1: row: {VALUES_MANY}",
    ),
    _no(
        "own-blank",
        "a blank line",
        lambda place: place.data(BYTES.replace(b"\n", b"\n\n", 1)),
        f"LN.dat: line 2 is blank; expected one row a line: no blank line, every quote closed.{LOADED}",
    ),
    _no(
        "own-header",
        "a mapping that says header where the first line is a customer, whom the message must not show",
        lambda place: place.source("{file: LN.dat, header: true}"),
        f"LN.dat: columns: missing HTH, JE, KHH, QYR, XM. Expected HTH, JE, KHH, QYR, XM in any order.{LOADED}",
    ),
    _no(
        "own-link",
        "a symbolic link",
        _linked,
        f"LN.dat: it is a symbolic link; expected the file itself in the folder of the delivery.{LOADED}",
    ),
    _some(
        "own-long",
        "a line of 200,000 bytes (one line of two feeds)",
        _first(XM="x" * 200_000),
        "LN.dat, line 3: row: expected at most 100000 bytes, got a broken line (mapping.line)",
        "LN.dat, line 3: row: expected at most 100000 bytes, got a broken line (mapping.line)",
    ),
)
VALUES: tuple[Foreign, ...] = (
    _some(
        "own-thousands",
        "a full-width comma as separator of thousands",
        _first(JE="5，000"),
        f"LN.dat, line 3: amount: {NUMBER}, got 5，000 (mapping.number)",
    ),
    _some(
        "own-comma",
        "a comma before decimals where it separates thousands",
        _first(JE="50,00"),
        f"LN.dat, line 3: amount: {NUMBER}, got 50,00 (mapping.number)",
    ),
    _some(
        "own-full-width",
        "full-width digits",
        _first(JE="５０００"),
        f"LN.dat, line 3: amount: {NUMBER}, got ５０００ (mapping.number)",
    ),
    _some(
        "own-negative",
        "a negative amount",
        _first(JE="-5.00"),
        "LN.dat, line 3: amount: expected at least 0.01, got -5 (range.min)",
    ),
    _some(
        "own-serial",
        "a serial number of Excel, which the mapping does not declare",
        _first(QYR="46027"),
        "LN.dat, line 3: signed_on: expected a date yyyymmdd, got 46027 (mapping.date)",
    ),
    _some(
        "own-29-february",
        "29 February of a year without one",
        _first(QYR="20260229"),
        "LN.dat, line 3: signed_on: expected a date yyyymmdd, got 20260229 (mapping.date)",
    ),
)
PACKED: tuple[Foreign, ...] = (
    _no("zip-path-outside", "a zip archive with a path outside", archive((DATA, BYTES), ("../../south/LN.dat", b"x")),
        f"LN.zip: its member ../../south/LN.dat {OUT}.{LOADED}"),
    _no("zip-path-absolute", "a zip archive with an absolute path", archive((DATA, BYTES), ("/etc/cron.d/x", b"x")),
        f"LN.zip: its member /etc/cron.d/x {OUT}.{LOADED}"),
    _no("zip-member", "a zip archive without the file that the mapping names", archive(("other.dat", BYTES)),
        f"LN.zip: the archive has no LN.dat, but other.dat; expected the file LN.dat in it.{LOADED}"),
    _no("zip-bomb", "a zip bomb: 64 KB that unpack to 64 MB", archive((DATA, b"0" * (64 << 20))),
        "LN.zip/LN.dat: 65233 bytes unpack to more than 17825792: no data of a bank packs so well; expected at most "
        f"200 times the packed bytes.{LOADED}"),
    _no("zip-torn", "a zip archive that is cut off", _torn,
        f"LN.zip: the archive cannot be read (File is not a zip file); expected a zip file that is whole.{LOADED}"),
    _no("xlsx-bomb", "a workbook with an XML bomb", workbook(*GOOD, parts={"xl/sharedStrings.xml": BOMB}),
        f"LN.xlsx, xl/sharedStrings.xml: {XML}.{LOADED}"),
    _no("xlsx-entity", "a workbook that would read a file of the server",
        workbook(*GOOD, parts={"xl/sharedStrings.xml": SECRET}), f"LN.xlsx, xl/sharedStrings.xml: {XML}.{LOADED}"),
    _no("xlsx-old", "an old .xls workbook under the new name", _old,
        f"LN.xlsx: it is an old .xls workbook or has a password; expected an .xlsx workbook without one.{LOADED}"),
)  # fmt: skip

GROUPS = {"Files of a bank's own form": FILES, "Values in files of a bank's own form": VALUES,
          "Archives and workbooks": PACKED}  # fmt: skip
FOREIGN = (*FILES, *VALUES, *PACKED)
