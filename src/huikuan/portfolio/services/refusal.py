"""The writer of what a refused delivery had that was wrong: its files, their totals, their rejected rows.

Nothing of the day is loaded. The rows are kept beside the accepted deliveries so that people can see what to correct.
"""

# ruff: noqa: S608 - names in the SQL are constants

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

import duckdb

from huikuan.kernel.tenancy import bank_required
from huikuan.portfolio.intake.check import CheckedFeed
from huikuan.portfolio.models import Refusal, RefusedRow

KEPT_ROWS: Final = 10_000
"""Rejected rows that are kept of a file: a column that moved rejects every row of it, for one reason."""
_BATCH_ROWS: Final = 2_000


def refusal_write(
    *,
    bank_id: int,
    run_id: UUID,
    attempt: int,
    business_date: date,
    feeds: Mapping[str, CheckedFeed],
    con: duckdb.DuckDBPyConnection,
    at: datetime,
) -> None:
    """Enter the files of a refused delivery and the first KEPT_ROWS rejected rows of each.

    ``con`` holds the relations of `intake.check.delivery_read`; the event is that of the run that failed.
    """
    bank_required(bank_id, "Keeping a refused delivery")
    Refusal.objects.bulk_create(
        Refusal(
            bank_id=bank_id,
            run_id=run_id,
            attempt=attempt,
            feed=feed,
            business_date=business_date,
            file_name=file.file_name,
            sha256=file.sha256,
            rows=file.rows,
            rejected=file.rejected,
            kept=min(file.rejected, KEPT_ROWS),
            controls=[{"name": c.name, "stated": c.stated, "counted": c.counted, "ok": c.ok} for c in file.controls],
            refused_at=at,
        )
        for feed, file in feeds.items()
    )
    for feed, file in feeds.items():
        if file.rejected:
            _rows_write(bank_id, run_id, attempt, feed, con)


def _rows_write(bank_id: int, run_id: UUID, attempt: int, feed: str, con: duckdb.DuckDBPyConnection) -> None:
    found = con.execute(
        "select line, reasons, raw, source_file, source_line from intake_reject where feed = $1 "
        f"order by line limit {KEPT_ROWS}",
        [feed],
    )
    while rows := found.fetchmany(_BATCH_ROWS):
        RefusedRow.objects.bulk_create(
            RefusedRow(
                bank_id=bank_id,
                run_id=run_id,
                attempt=attempt,
                feed=feed,
                line=line,
                reasons=json.loads(reasons),
                raw=json.loads(raw),
                source_file=source_file[:200],
                source_line=source_line,
            )
            for line, reasons, raw, source_file, source_line in rows
        )
