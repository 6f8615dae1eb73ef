"""The book of a past date, read from the lake files that a published night names; no figure is computed anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.errors import NightNoneError
from huikuan.nightly.facts import BankFact
from huikuan.nightly.steps import rows_of, steps_run
from huikuan.portfolio.book_tables import NOTE_CLASS
from huikuan.portfolio.lake import Lake
from huikuan.portfolio.selectors.lake import lake_files
from huikuan.portfolio.selectors.publication import published_night


@dataclass(frozen=True, slots=True)
class BucketLine:
    """One bucket of the book; amounts in minor units."""

    bucket: str
    notes: int
    balance_minor: int
    overdue_minor: int
    penalty_minor: int


@dataclass(frozen=True, slots=True)
class BookAsOf:
    """The book at the close of a business date, as it was known at the moment asked for."""

    business_date: date
    run_id: UUID
    known_at: datetime
    lines: tuple[BucketLine, ...]


def as_of_read(bank: BankFact, business_date: date, lake_root: Path, *, known_at: datetime | None) -> BookAsOf:
    """Read the book of a date from the files of the run in force; raises NightNoneError where there is none."""
    with bank_scope(bank.id):
        night = published_night(bank_id=bank.id, as_of=business_date, known_at=known_at)
        if night is None:
            raise NightNoneError(business_date, "" if known_at is None else known_at.isoformat())
        files = lake_files(bank_id=bank.id, tables=(NOTE_CLASS.name,), on=business_date)
    paths = [file.path for file in files if file.run_id == night["run_id"]]
    lake = Lake(lake_root, bank.code)
    con = lake.connect(reads=paths)
    try:
        lake.view(con, NOTE_CLASS, paths)
        steps_run(con, ("as_of_bucket",))
        lines = tuple(BucketLine(*row) for row in rows_of(con, "select * from as_of_bucket"))
    finally:
        con.close()
    return BookAsOf(business_date, night["run_id"], night["known_at"], lines)
