"""What becomes of a delivery: the message of its refusal, or a line for each rejected row."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb

from huikuan.kernel.errors import DomainError
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.check import CheckedDelivery
from huikuan.portfolio.tests.deliveries import FEEDS, ADelivery
from tests.bad_input.row import Row

FOLDER = "2026-03-31"
# As `huikuan feed check` says it, in the order of feeds and lines.
REJECT_LINES = """
select feed, coalesce(source_file, '') as file, coalesce(source_line, line) as line, r->>'field' as field,
    r->>'expected' as expected, r->>'got' as got, r->>'code' as code
from (select *, unnest(cast(reasons as json[])) as r from intake_reject)
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Messages; what was accepted and rejected by feed (nothing if it was refused)."""

    says: tuple[str, ...]
    checked: CheckedDelivery | None


def delivery_of(row: Row, tmp_path: Path) -> ADelivery:
    """Write the delivery of a row of the table."""
    delivery = ADelivery(tmp_path / FOLDER)
    row.make(delivery)
    return delivery.write()


def outcome(delivery: ADelivery) -> Outcome:
    """Check a delivery as the night does."""
    with delivery.connect() as con:
        try:
            checked = delivery.check(con)
        except DomainError as error:
            return Outcome((said(error.message, delivery.folder),), None)
        return Outcome(tuple(reject_lines(con)), checked)


def reject_lines(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return one line of text for each reason of a rejected row."""
    order = {feed: place for place, feed in enumerate(FEEDS)}
    rows = sorted(con.execute(REJECT_LINES).fetchall(), key=lambda row: (order[row[0]], row[2]))
    files = {feed: f"{contract.file}.csv" for feed, contract in contracts_shipped().items()}
    return [
        f"{file or files[feed]}, line {line}: {field or 'row'}: expected {expected}, got {got} ({code})"
        for feed, file, line, field, expected, got, code in rows
    ]


def said(message: str, folder: Path) -> str:
    """Return a message without what differs from run to run and place to place."""
    feeds = ", ".join(contract.file for contract in contracts_shipped().values())
    return message.replace(os.fspath(folder), "<folder>").replace(feeds, "<feeds>")
