"""Canonical deliveries of which only some rows are wrong, and odd ones that are right.

Rows are added behind the good ones (`portfolio/tests/deliveries.py`), so that all of these can come in one night.
"""

from tests.bad_input.row import Make, Row, added, both, edited, rejected, swapped, taken

DECIMAL = "a decimal number with at most 2 decimals, no grouping, no exponent"
DAY = "a date YYYY-MM-DD"
PARTY = {"name": "李四", "identity_kind": "", "identity_number": ""}


def _party(party_id: str, **values: str) -> Make:
    return added("parties", 0, {**PARTY, "party_id": party_id, **values})


def _paid(ref: str, **values: str) -> Make:
    return added("repayments", 0, {"core_ref": ref, **values})


def _contract(contract_id: str, **values: str) -> Make:
    return added("contracts", 0, {"contract_id": contract_id, **values})


def _amount(name: str, what: str, ref: str, text: str, expected: str, code: str, got: str = "") -> Row:
    says = f"repayments.csv, line 3: amount: expected {expected}, got {got or text} ({code})"
    return rejected(name, what, _paid(ref, amount=text), says)


def _date(name: str, what: str, key: str, text: str, expected: str, code: str) -> Row:
    says = f"contracts.csv, line 4: expires_on: expected {expected}, got {text} ({code})"
    return rejected(name, what, _contract(key, expires_on=text), says)


LINES: tuple[Row, ...] = (
    rejected(
        "line-other-encoding",
        "one line in GBK in a file in UTF-8",
        both(_party("L1", name="@gbk@"), swapped("parties.csv", "@gbk@", "张三".encode("gbk"))),
        "parties.csv, line 4: row: expected text in UTF-8, got a broken line (row.encoding)",
    ),
    rejected(
        "line-value-too-many",
        "thousands separators that are not quoted: one value too many",
        both(_paid("L2", amount="@5,000.00@"), swapped("repayments.csv", '"@5,000.00@"', b"5,000.00,x")),
        "repayments.csv, line 3: row: expected as many values as the header has columns, got a broken line "
        "(row.columns)",
    ),
    rejected(
        "line-value-too-many-empty",
        "the same with an empty value at its end, which would make 5 of 5,000.00",
        both(_paid("L6", amount="@6,000.00@"), swapped("repayments.csv", '"@6,000.00@",', b"6,000.00,")),
        "repayments.csv, line 3: row: expected as many values as the header has columns, got a broken line "
        "(row.columns)",
    ),
    rejected(
        "line-text-behind-quotes",
        "text behind a quoted value",
        both(_party("L3", name="@q@"), swapped("parties.csv", "@q@", b'"a"b')),
        "parties.csv, line 4: row: expected a quoted value that ends with its quote, got a broken line (row.quotes)",
    ),
    rejected(
        "line-too-long",
        "one line of 500,000 bytes",
        both(_party("L4", name="@long@"), swapped("parties.csv", "@long@", b"x" * 500_000)),
        "parties.csv, line 4: row: expected at most 100000 bytes, got a broken line (row.length)",
    ),
    rejected(
        "control-character",
        "a byte 0 inside a name, which the message does not show",
        both(_party("L5", name="@nul@"), swapped("parties.csv", "@nul@", b"a\0b")),
        "parties.csv, line 4: name: expected no control characters, got *** (text.control)",
    ),
)

AMOUNTS: tuple[Row, ...] = (
    _amount("amount-thousands", "thousands separators", "A1", "5,000.00", DECIMAL, "type.amount"),
    _amount("amount-full-width", "full-width digits", "A2", "５０００", DECIMAL, "type.amount"),
    _amount("amount-exponent", "a number as a spreadsheet shortens it", "A3", "1.2E+05", DECIMAL, "type.amount"),
    _amount("amount-currency", "a currency sign", "A4", "¥100.00", DECIMAL, "type.amount"),
    _amount("amount-decimal-comma", "a decimal comma", "A5", "100,00", DECIMAL, "type.amount"),
    _amount("amount-negative", "a negative amount", "A6", "-5.00", "at least 0.01", "range.min"),
    _amount("amount-nothing", "an amount of nothing", "A7", "0.00", "at least 0.01", "range.min"),
    rejected(
        "amount-too-fine",
        "a thousandth of a yuan",
        _contract("A8", amount="5.001"),
        "contracts.csv, line 4: amount: expected at most 2 decimals, got 5.001 (decimal.digits)",
    ),
    rejected(
        "amount-absurd",
        "an absurd amount",
        _contract("A9", amount="99999999999999999999999999"),
        "contracts.csv, line 4: amount: expected at most 10000000000.00, got 99999999999999999999999999 (range.max)",
    ),
    _amount("amount-missing", "no amount", "AA", "", "a value", "required", "nothing"),
)

DATES: tuple[Row, ...] = (
    _date("date-29-february", "29 February of a year without one", "D1", "2027-02-29", DAY, "type.date"),
    _date("date-29-february-2100", "29 February 2100: no leap year either", "D2", "2100-02-29", DAY, "type.date"),
    _date("date-excel-serial", "a serial number of Excel", "D3", "46419", DAY, "type.date"),
    _date("date-packed", "a date without hyphens", "D4", "20270105", DAY, "type.date"),
    _date("date-day-first", "day, month, year", "D5", "05/01/2027", DAY, "type.date"),
    _date("date-full-width", "full-width digits", "D6", "２０２７-01-05", DAY, "type.date"),
    _date("date-sentinel", "a date that means “none”", "D7", "9999-12-31", "1900-01-01 to 2199-12-31", "range.date"),
    rejected(
        "date-of-tomorrow",
        "a repayment from the day after the business date",
        _paid("D8", value_on="2026-04-01"),
        "repayments.csv, line 3: value_on: expected on or before 2026-03-31, got 2026-04-01 (repayment.future)",
    ),
)

KEYS: tuple[Row, ...] = (
    rejected(
        "key-twice",
        "one key in two rows: nobody can tell which of them is right",
        both(_party("K1"), _party("K1", name="王五")),
        "parties.csv, line 4: party_id: expected one row a party_id, got 2 rows (key.duplicate)",
        "parties.csv, line 5: party_id: expected one row a party_id, got 2 rows (key.duplicate)",
    ),
    rejected(
        "key-full-width",
        "full-width digits in a key",
        _party("００９"),
        "parties.csv, line 4: party_id: expected [A-Za-z0-9._-]+, got ００９ (text.form)",
    ),
    rejected(
        "note-without-contract",
        "a note whose contract nobody has",
        added("notes", 1, {"note_id": "K2", "contract_id": "C404"}),
        "notes.csv, line 4: contract_id: expected a contract of today's file or of the book, got C404 "
        "(reference.unknown)",
    ),
    rejected(
        "repayment-without-note",
        "a repayment of a note that nobody has",
        _paid("K3", note_id="N404"),
        "repayments.csv, line 3: note_id: expected a note of today's file or of the book, got N404 (reference.unknown)",
    ),
    rejected(
        "branch-unknown",
        "a contract of a branch that the bank does not have",
        _contract("K4", institution_code="mars"),
        "contracts.csv, line 4: institution_code: expected a known institution, got mars (reference.unknown)",
    ),
    rejected(
        "hangs-on-a-reject",
        "a contract of a party that is rejected in the same delivery",
        both(_party("K5", party_kind="M"), _contract("K6", party_id="K5")),
        "parties.csv, line 4: party_kind: expected person | enterprise, got M (enum)",
        "contracts.csv, line 4: party_id: expected a party that is accepted today, got K5 (reference.rejected)",
    ),
    rejected(
        "schedule-adds-up-wrong",
        "a schedule whose principal is not that of its note",
        both(
            added("notes", 0, {"note_id": "K7"}),
            added("instalments", 0, {"note_id": "K7"}),
        ),
        "notes.csv, line 4: principal: expected the sum of the schedule's principal less what was drawn later, in "
        "minor units, got principal 100000, sum 40000 (schedule.principal_sum)",
        "instalments.csv, line 4: note_id: expected a note that is accepted today, got K7 (reference.rejected)",
    ),
)

RIGHT: tuple[Row, ...] = (
    taken("right-leap-day", "29 February of a leap year", _contract("R1", expires_on="2028-02-29")),
    taken("right-zeros", "a key with zeros in front, which stay", _party("000123")),
    taken("right-quoted", "a comma and doubled quotes inside quotes", _party("R2", name='A "B", C')),
    taken("right-formula", "a name that a spreadsheet would run: it is stored, and in an export it is text",
          _party("R3", name="=cmd|' /C calc'!A0")),
    taken("right-windows-line-ends", "lines that end with carriage return and line feed",
          edited("parties.csv", lambda content: content.replace(b"\n", b"\r\n"))),
    taken("right-byte-order-mark", "a byte order mark",
          edited("parties.csv", lambda content: b"\xef\xbb\xbf" + content)),
)  # fmt: skip

REJECTED = (*LINES, *AMOUNTS, *DATES, *KEYS)
