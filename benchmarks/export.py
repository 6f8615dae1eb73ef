"""Seconds and memory of writing a workbook: `python benchmarks/export.py [--rows 200000]`. Made-up rows, no database.

It measures the writing alone (all columns of the list of loans); reading the list is measured by `loans_page.py`.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import django

VALUES = {"text": "=a text of twenty ch", "amount": Decimal("123456.78"), "integer": 123, "date": date(2026, 6, 30)}


def main() -> None:
    """Write one workbook and print seconds, rows a second, megabytes of the file and peak memory."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huikuan.settings")
    os.environ.setdefault("HUIKUAN_ROLE", "owner")  # no pool: no database is asked
    django.setup()
    from huikuan.portfolio.exports.columns import LOAN_COLUMNS
    from huikuan.portfolio.exports.sheet import Sheet, SheetColumn, xlsx_write

    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    rows = parser.parse_args().rows
    columns = list(LOAN_COLUMNS.values())

    def lines() -> Iterator[Sequence[str | int | Decimal | date]]:
        for number in range(rows):
            yield [f"N{number:09d}", *(VALUES[str(column.kind)] for column in columns[1:])]

    sheet = Sheet(
        name="Loans",
        about_name="About",
        about_headings=("Item", "Value"),
        about=[("Rows", str(rows))],
        columns=[SheetColumn(column.en, column.kind) for column in columns],
        rows=lines(),
        minor_digits=2,
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "loans.xlsx"
        began = time.monotonic()
        xlsx_write(sheet, file)
        seconds = time.monotonic() - began
        size = file.stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{rows:,} rows × {len(columns)} columns: {seconds:.1f} s, {rows / seconds:,.0f} rows/s, {size / 1e6:.1f} MB")
    print(f"peak memory {peak / 1024:.0f} MiB, of it {(peak - before) / 1024:.0f} MiB more than before the writing")


if __name__ == "__main__":
    main()
