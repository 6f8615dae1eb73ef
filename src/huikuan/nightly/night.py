"""What the stages of one night share: the bank, the date, the run, and named lake files as views of one DuckDB
connection.

The connection can open the named files of the night, its own output files, the delivery and its scratch folder, and
nothing else. A stage reads only what earlier stages and nights have made visible.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import duckdb

from huikuan.nightly.delivery import DeliveryPlace
from huikuan.nightly.facts import BankFact
from huikuan.nightly.steps import step_text
from huikuan.portfolio.lake import Lake, LakeTable, WrittenFile


@dataclass(slots=True)
class Night:
    """One night while it runs. ``named`` maps (table, business date) to the path of the file in force.

    In a correction ``newer`` are the feeds that later nights have delivered, and ``desk`` is true for the last night
    only: the desk shows the latest one.
    """

    bank: BankFact
    business_date: date
    run_id: UUID
    lake: Lake
    con: duckdb.DuckDBPyConnection
    scratch: Path
    delivery: DeliveryPlace
    roll_from: date | None
    named: dict[tuple[str, date], str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    newer: frozenset[str] = frozenset()
    desk: bool = True

    @property
    def yesterday(self) -> date:
        """The business date before."""
        return self.business_date - timedelta(days=1)

    def view_on(self, table: LakeTable, on: date | None, name: str = "") -> None:
        """Create a view over the file of a table on a date; empty where there is none."""
        path = None if on is None else self.named.get((table.name, on))
        self.lake.view(self.con, table, [] if path is None else [path], name)

    def view_today(self, *tables: LakeTable) -> None:
        """Create views over what earlier stages of this night have written."""
        for table in tables:
            self.view_on(table, self.business_date)

    def view_yesterday(self, *tables: LakeTable) -> None:
        """Create views ``prev_<table>`` over the close of the day before; empty on the first night."""
        for table in tables:
            self.view_on(table, self.yesterday, f"prev_{table.name}")

    def view_in_force(self, table: LakeTable, until: date, name: str = "") -> None:
        """Create a view over the latest file of a table up to a date: what was last delivered stays in force."""
        dates = [on for known, on in self.named if known == table.name and on <= until]
        self.view_on(table, max(dates, default=None), name)

    def view_history(self, table: LakeTable, name: str) -> None:
        """Create a view over the files of all nights up to this one."""
        paths = [
            path for (known, on), path in sorted(self.named.items()) if known == table.name and on <= self.business_date
        ]
        self.lake.view(self.con, table, paths, name)

    def write(self, table: LakeTable, select: str) -> WrittenFile:
        """Write a table of this night; it has no name until the stage is committed, but this stage may read it."""
        file = self.lake.write(self.con, table, select, business_date=self.business_date, run_id=self.run_id)
        self.written[table.name] = file.path
        return file

    def write_step(self, table: LakeTable, step: str) -> WrittenFile:
        """Write the rows of a step straight to its lake table."""
        return self.write(table, step_text(step))

    def view_written(self, table: LakeTable) -> None:
        """Create a view over what this stage has written."""
        self.lake.view(self.con, table, [self.written[table.name]])

    def name_files(self, files: Iterable[WrittenFile]) -> None:
        """Let later stages see files whose rows are committed."""
        for file in files:
            self.named[(file.table, file.business_date)] = file.path
