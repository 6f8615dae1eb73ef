"""A bank that sends files of its own, and the hands that spoil them.

One file of loans gives parties and contracts; in the good one two customers have a contract each.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.check import Delivery, intake_check
from huikuan.portfolio.lake import Column, Lake, rows_load
from huikuan.portfolio.mapping.read import mapping_read
from huikuan.portfolio.mapping.run import delivery_map
from huikuan.portfolio.tests.deliveries import BANK, DAY
from huikuan.portfolio.tests.workbooks import row_xml, text, workbook_write
from tests.bad_input.outcome import Outcome, reject_lines, said

DATA = "LN.dat"
COLUMNS = ("KHH", "XM", "HTH", "JE", "QYR")
GOOD = (("0001", "张春生", "C1", "5,000.00", "20260105"), ("0002", "李四海", "C2", "900.5", "20260228"))
# More names, so that a file in another encoding can be told from one in its own.
MORE = tuple(
    (f"1{n:03d}", name, f"D{n:03d}", "1.00", "20260105")
    for n, name in enumerate(("王建国", "赵丽华", "孙志强", "周玉兰", "吴海燕", "郑文博", "冯春梅", "陈思远") * 15)
)
DELIVERY = """
folder: "{yyyy-mm-dd}"
ready: OK.flg
defaults: {encoding: gb18030, delimiter: "|", header: false, quote: none}
"""
CONTRACT = """
  contract_id: {from: HTH}
  party_id: {from: KHH}
  institution_code: {const: east}
  product_code: {const: P1}
  amount: {from: JE, unit: yuan, thousands: ","}
  signed_on: {from: QYR, date: yyyymmdd}
  expires_on: {const: "2027-01-05"}
"""
PARTY = """
  party_id: {from: KHH}
  party_kind: {const: person}
  name: {from: XM}
"""
PRODUCT = """
feed: product
rows:
  - {product_code: P1, name_zh: 消费贷, name_en: Consumer, kind: consumer, retail: "true", monthly_instalment: "true"}
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """Where the bank's files and its mapping lie; ``source`` is how the mapping says that its file is written."""

    files: Path
    mapping: Path

    def data(self, content: bytes) -> None:
        """Write the file of loans."""
        (self.files / DATA).write_bytes(content)

    def source(self, text: str) -> None:
        """Write the mapping; ``text`` is its source."""
        self.mapping.mkdir(parents=True, exist_ok=True)
        files = {"delivery": DELIVERY, "product": PRODUCT}
        files["party"] = f"feed: party\nsource: {text}\ncolumns:{PARTY}"
        files["contract"] = f"feed: contract\nsource: {text}\ncolumns:{CONTRACT}"
        for feed in ("note", "instalment", "repayment"):
            files[feed] = f"feed: {feed}\nnothing: true\n"
        for name, content in files.items():
            (self.mapping / f"{name}.yaml").write_text(content, encoding="utf-8")


def sent(home: Path) -> Sent:
    """A good delivery under a home: the inbox, the mapping, the ready file."""
    found = Sent(home / "inbox" / BANK / DAY.isoformat(), home / "mappings" / BANK)
    found.files.mkdir(parents=True)
    found.source(f"{{file: {DATA}, columns: [{', '.join(COLUMNS)}]}}")
    found.data(lines(*GOOD, *MORE).encode("gb18030"))
    (found.files / "OK.flg").write_bytes(b"")
    return found


def lines(*rows: Sequence[str]) -> str:
    """The rows as the bank writes them."""
    return "".join("|".join(row) + "\n" for row in rows)


def loans(*rows: Sequence[str], encoding: str = "gb18030") -> Callable[[Sent], None]:
    """Send these rows and the further good ones."""
    return lambda place: place.data(lines(*rows, *MORE).encode(encoding))


def archive(*members: tuple[str, bytes], member: str = DATA) -> Callable[[Sent], None]:
    """Send a zip archive of these members, of which the mapping reads one."""

    def make(place: Sent) -> None:
        with zipfile.ZipFile(place.files / "LN.zip", "w", zipfile.ZIP_DEFLATED) as target:
            for name, content in members:
                target.writestr(name, content)
        place.source(f"{{file: LN.zip, member: {member}, columns: [{', '.join(COLUMNS)}]}}")

    return make


def workbook(*rows: Sequence[str], parts: dict[str, str] | None = None) -> Callable[[Sent], None]:
    """Send a workbook of these rows below the names of the columns."""

    def make(place: Sent) -> None:
        cells = [row_xml(at, [text(value) for value in row]) for at, row in enumerate((COLUMNS, *rows), start=1)]
        workbook_write(place.files / "LN.xlsx", "".join(cells), parts=parts or {})
        place.source("{file: LN.xlsx, format: xlsx, header: true}")

    return make


def mapped_outcome(place: Sent, scratch: Path) -> Outcome:
    """Map and check a delivery as the night does."""
    from huikuan.kernel.errors import DomainError

    out, contracts = scratch / "mapped", contracts_shipped()
    try:
        rules = mapping_read(place.mapping, contracts)
        delivery_map(rules, contracts, place.files, out, bank_code=BANK, business_date=DAY)
        with Lake(scratch / "lake", BANK).connect(folders=[out]) as con:
            rows_load(con, "known_institution", [Column("institution_code", "VARCHAR")], [("east",)])
            checked = intake_check(Delivery(out, BANK, DAY, 2, mapped=True), contracts, con)
            return Outcome(tuple(reject_lines(con)), checked)
    except DomainError as error:
        return Outcome((said(error.message, place.files),), None)
