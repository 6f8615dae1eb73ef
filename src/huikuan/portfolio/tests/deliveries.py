"""A small good delivery, to be spoilt one value at a time."""

import csv
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml

from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.check import CheckedDelivery, Delivery, delivery_read, intake_check
from huikuan.portfolio.lake import Column, Lake, rows_load

DAY = date(2026, 3, 31)
BANK = "north"
GOOD: dict[str, list[dict[str, str]]] = {
    "products": [
        {
            "product_code": "P1",
            "name_zh": "消费贷",
            "name_en": "Consumer",
            "kind": "consumer",
            "retail": "true",
            "monthly_instalment": "true",
        },
    ],
    "parties": [
        {
            "party_id": "0001",
            "party_kind": "person",
            "name": "张春生",
            "identity_kind": "id_card",
            "identity_number": "110101199003074514",
            "region": "330182",
        },
        {
            "party_id": "0002",
            "party_kind": "enterprise",
            "name": "Farm, Ltd",
            "identity_kind": "",
            "identity_number": "",
            "region": "",
        },
    ],
    "contracts": [
        {
            "contract_id": "C1",
            "party_id": "0001",
            "institution_code": "east",
            "product_code": "P1",
            "amount": "50000.00",
            "signed_on": "2026-01-05",
            "expires_on": "2027-01-05",
        },
        {
            "contract_id": "C2",
            "party_id": "0002",
            "institution_code": "east",
            "product_code": "P1",
            "amount": "9000",
            "signed_on": "2026-01-05",
            "expires_on": "2027-01-05",
        },
    ],
    "notes": [
        {
            "note_id": "N1",
            "contract_id": "C1",
            "principal": "1000.00",
            "disbursed_on": "2026-01-10",
            "matures_on": "2026-12-10",
            "annual_rate_pct": "14.07",
            "repayment_method": "given",
            "instalment_count": "2",
            "first_due_on": "2026-02-10",
            "penalty_rate_pct": "21.1050",
            "compound": "quarterly",
            "core_status": "active",
        },
        {
            "note_id": "N2",
            "contract_id": "C2",
            "principal": "9000",
            "disbursed_on": "2026-01-10",
            "matures_on": "2026-12-10",
            "annual_rate_pct": "6",
            "repayment_method": "equal_instalment",
            "instalment_count": "11",
            "first_due_on": "2026-02-10",
            "penalty_rate_pct": "9",
            "compound": "none",
            "core_status": "active",
        },
    ],
    "instalments": [
        {"note_id": "N1", "seq": "1", "due_on": "2026-02-10", "principal": "400.00", "interest": "12.12", "costs": "0"},
        {
            "note_id": "N1",
            "seq": "2",
            "due_on": "2026-12-10",
            "principal": "600.00",
            "interest": "70.5",
            "costs": "0.00",
        },
    ],
    "repayments": [
        {
            "note_id": "N1",
            "core_ref": "K-1",
            "value_on": "2026-02-10",
            "received_at": "2026-02-10T09:00:00+08:00",
            "amount": "412.12",
            "reverses": "",
        },
    ],
}
FEEDS = [feed for feed, contract in contracts_shipped().items() if contract.file in GOOD]
SUMS = {contract.file: contract.sums for contract in contracts_shipped().values()}
COLUMNS = {contract.file: contract.columns for contract in contracts_shipped().values()}


@dataclass
class ADelivery:
    """A delivery under construction: rows, then files, changed by ``after``, then the manifest, changed by ``last``.

    ``stated`` overrides what the manifest says.
    """

    folder: Path
    rows: dict[str, list[dict[str, str]]] = field(default_factory=lambda: deepcopy(GOOD))
    stated: dict[str, dict[str, Any]] = field(default_factory=dict)
    after: list[Callable[[Path], None]] = field(default_factory=list)
    last: list[Callable[[Path], None]] = field(default_factory=list)
    parquet: bool = False
    many: int = 100

    def write(self) -> "ADelivery":
        """Write the files and their manifest. ``many`` more good parties keep one reject below every limit."""
        self.folder.mkdir(parents=True, exist_ok=True)
        feeds = {}
        for name, rows in self._padded().items():
            file = f"{name}.parquet" if self.parquet else f"{name}.csv"
            (self._parquet if self.parquet else self._csv)(self.folder / file, name, rows)
            feeds[name] = {"file": file, "rows": len(rows), "sums": _sums(name, rows), **self.stated.get(name, {})}
        for change in self.after:
            change(self.folder)
        manifest = {"bank": BANK, "business_date": DAY, "feeds": feeds, **self.stated.get("manifest", {})}
        (self.folder / "manifest.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
        for change in self.last:
            change(self.folder)
        return self

    def check(self, con: duckdb.DuckDBPyConnection | None = None) -> CheckedDelivery:
        """Check it as the night does."""
        return intake_check(self.delivery, contracts_shipped(), con or self.connect())

    def reject_codes(self, feed: str, con: duckdb.DuckDBPyConnection | None = None) -> list[tuple[int, str, str]]:
        """Read it and return (line, code, field) of the rejects of a feed, in order."""
        con = con or self.connect()
        delivery_read(self.delivery, contracts_shipped(), con)
        return con.execute(
            "select line, r->>'code', r->>'field' from (select line, unnest(cast(reasons as json[])) as r "
            "from intake_reject where feed = $1) order by line",
            [feed],
        ).fetchall()

    @property
    def delivery(self) -> Delivery:
        """What the check is told."""
        return Delivery(self.folder, BANK, DAY, 2)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open a connection that sees the folder only, with the bank's institutions."""
        con = Lake(self.folder.parent / "lake", BANK).connect(folders=[self.folder])
        rows_load(con, "known_institution", [Column("institution_code", "VARCHAR")], [("east",), ("west",)])
        return con

    def _padded(self) -> dict[str, list[dict[str, str]]]:
        rows = {name: list(found) for name, found in self.rows.items()}
        for n in range(self.many):
            rows["parties"].append({**GOOD["parties"][1], "party_id": f"9{n:03d}"})
            contract = {**GOOD["contracts"][1], "contract_id": f"X{n:03d}", "party_id": f"9{n:03d}"}
            rows["contracts"].append(contract)
            rows["notes"].append({**GOOD["notes"][1], "note_id": f"X{n:03d}", "contract_id": f"X{n:03d}"})
            instalment = {**GOOD["instalments"][0], "note_id": f"X{n:03d}", "principal": "9000"}
            rows["instalments"].append(instalment)
            rows["repayments"].append({**GOOD["repayments"][0], "note_id": f"X{n:03d}", "core_ref": f"X-{n}"})
        return rows

    def _csv(self, path: Path, name: str, rows: list[dict[str, str]]) -> None:
        columns = list(rows[0]) if rows else COLUMNS[name]
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([row.get(column, "") for column in columns] for row in rows)

    def _parquet(self, path: Path, name: str, rows: list[dict[str, str]]) -> None:
        con = duckdb.connect()
        columns = [Column(column, "VARCHAR") for column in COLUMNS[name]]
        rows_load(con, "t", columns, [[row.get(c.name) or None for c in columns] for row in rows])
        con.execute(f"copy t to '{path}' (format parquet)")


def _sums(name: str, rows: list[dict[str, str]]) -> dict[str, str]:
    """Sums of what is a plain decimal number, as a sender would count them."""
    found = {}
    for column in SUMS[name]:
        texts = [row.get(column, "") for row in rows]
        found[column] = str(sum((Decimal(t) for t in texts if _is_number(t)), Decimal(0)))
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.lstrip("-").replace(".", "", 1).isdigit()
