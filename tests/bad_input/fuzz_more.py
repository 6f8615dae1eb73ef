"""More readers for the fuzz: a full delivery as CSV and Parquet; a bank's own form with fixed positions
and as Parquet; the policy files that a bank may have of its own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
from hypothesis import strategies as st

from huikuan.portfolio.freshness_policies import freshness_file_load
from huikuan.portfolio.intake_policies import intake_file_load
from huikuan.portfolio.lake import sql_text
from huikuan.portfolio.quality_policies import quality_file_load
from huikuan.portfolio.tests.deliveries import ADelivery
from huikuan.portfolio.tests.test_intake_optional import GOOD as OPTIONAL
from huikuan.reconciliation.policies import reconciliation_file_load
from tests.bad_input.mapped import COLUMNS, GOOD
from tests.bad_input.spoil import bytes_spoilt

Read = Callable[[Path, bytes], object]
POLICIES: dict[str, Callable[[Path], object]] = {
    "data_quality.yaml": quality_file_load,
    "freshness.yaml": freshness_file_load,
    "intake.yaml": intake_file_load,
    "reconciliation.yaml": reconciliation_file_load,
}
SHIPPED = Path(__file__).resolve().parents[2] / "src" / "huikuan" / "policies" / "cn"
WIDTHS = (8, 12, 8, 12, 8)  # bytes, in the order of COLUMNS
FIXED = "{file: LN.dat, format: fixed, positions: {KHH: 1-8, XM: 9-20, HTH: 21-28, JE: 29-40, QYR: 41-48}}"


def delivered(folder: Path, *, parquet: bool = False) -> ADelivery:
    """A good delivery with a row of every optional feed."""
    made = ADelivery(folder / "2026-03-31", many=0, parquet=parquet)
    made.rows |= {name: [row] for name, row in OPTIONAL.items()}
    return made.write()


def fixed_lines(rows: Sequence[Sequence[str]]) -> bytes:
    """The rows with columns at positions."""
    lines = []
    for row in rows:
        cells = zip((value.replace(",", "").encode("gb18030") for value in row), WIDTHS, strict=True)
        lines.append(b"".join(cell.ljust(width) for cell, width in cells) + b"\n")
    return b"".join(lines)


def parquet_file() -> bytes:
    """The good rows of the bank's own form as Parquet."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "LN.parquet"
        values = ", ".join("(" + ", ".join(sql_text(value) for value in row) + ")" for row in GOOD)
        names = ", ".join(f'"{name}"' for name in COLUMNS)
        duckdb.execute(f"copy (select * from (values {values}) as t ({names})) to {sql_text(str(target))}")
        return target.read_bytes()


def policy(name: str) -> tuple[Read, st.SearchStrategy[bytes]]:
    """A policy file of a bank."""

    def read(folder: Path, content: bytes) -> None:
        (folder / name).write_bytes(content)
        POLICIES[name](folder / name)

    return read, bytes_spoilt((SHIPPED / name).read_bytes())
