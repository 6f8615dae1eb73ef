"""Running nights in tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from huikuan.nightly.cycle import NightResult
from huikuan.nightly.facts import BankFact, StageName
from huikuan.portfolio.lake import Lake, LakeTable
from huikuan.portfolio.selectors.lake import lake_files


class Silent:
    """A progress that tells nobody."""

    def night_begins(self, business_date: date, number: int, of: int) -> None:
        """A night begins."""

    def stage_begins(self, business_date: date, stage: StageName) -> None:
        """A stage begins."""

    def night_ends(self, result: NightResult) -> None:
        """A night is over."""


def lake_read(bank: BankFact, root: Path, on: date, tables: Sequence[LakeTable]) -> duckdb.DuckDBPyConnection:
    """Open the named files of a date as views; runs inside ``bank_scope``."""
    lake = Lake(root, bank.code)
    named = {file.table: file.path for file in lake_files(bank_id=bank.id, on=on)}
    con = lake.connect(reads=named.values())
    for table in tables:
        lake.view(con, table, [named[table.name]] if table.name in named else [])
    return con
