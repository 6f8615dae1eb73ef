"""What the stages of one night share: the bank, the date, the run, and named lake files as views of one DuckDB
connection.

The connection can open the named files of the night, its own output files, the delivery and its scratch folder, and
nothing else. A stage reads only what earlier stages and nights have made visible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import duckdb

from huikuan.nightly.delivery import DeliveryPlace
from huikuan.nightly.facts import BankFact
from huikuan.nightly.steps import step_text
from huikuan.portfolio.lake import Lake, LakeTable, WrittenFile
from huikuan.portfolio.lake_memory import LakeMemory
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.renumbering import rekeyed_sql, renumbered_load, steps_latest


@dataclass(slots=True)
class Night:
    """One night while it runs. ``named`` maps (table, business date) to the path of the file in force.

    In a correction ``newer`` are the feeds that later nights have delivered, and ``desk`` is true for the last night
    only: the desk shows the latest one. In a catch-up a later step brings the desk (``desk_later``), and differences
    come every night. ``renumbering_delivered`` says, until its file is named, that the delivery itself
    has renumberings.

    Files of nights before the last day on which keys changed are read under the keys of this night
    (`portfolio.renumbering`). With a ``memory`` the files of a small book are read from there.
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
    desk_later: bool = False
    renumbering_delivered: bool = False
    memory: LakeMemory | None = None

    @property
    def yesterday(self) -> date:
        """The business date before."""
        return self.business_date - timedelta(days=1)

    def view_on(self, table: LakeTable, on: date | None, name: str = "") -> None:
        """Create a view over the file of a table on a date; empty where there is none."""
        path = None if on is None else self.named.get((table.name, on))
        self._view(table, [] if on is None or path is None else [(on, path)], name)

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
        self._view(table, self._files(table), name)

    def view_between(self, table: LakeTable, since: date | None) -> None:
        """Create the view ``between_<table>`` over the files after ``since`` (None: all) and before this night."""
        first = date.min if since is None else since
        dated = [(on, path) for on, path in self._files(table) if first < on < self.business_date]
        self._view(table, dated, f"between_{table.name}", from_disk=True)

    def _files(self, table: LakeTable) -> list[tuple[date, str]]:
        """The files of all nights up to this one, with their dates, oldest first."""
        return sorted(
            (on, path) for (known, on), path in self.named.items() if known == table.name and on <= self.business_date
        )

    def _view(self, table: LakeTable, dated: Sequence[tuple[date, str]], name: str, *, from_disk: bool = False) -> None:
        read_sql = self.lake.read_sql if from_disk else self._read_sql
        until = self.renumbered_until()
        former = [path for on, path in dated if until is not None and on < until]
        if not former:
            select = read_sql(table, [path for _, path in dated])
        else:
            select = rekeyed_sql(table, read_sql(table, former))
            if since := [path for _, path in dated if path not in former]:
                select += f" union all by name {read_sql(table, since)}"
        self.con.execute(f'create or replace temp view "{name or table.name}" as {select}')

    def _read_sql(self, table: LakeTable, paths: Sequence[str]) -> str:
        return (self.memory or self.lake).read_sql(table, paths)

    def renumbered_until(self) -> date | None:
        """Create `renumbered_step` and `renumbered`, unless this stage has; return the last day on which keys changed.

        None where no key of the bank ever changed.
        """
        table = feed_tables()["renumbering"]
        files = self._files(table)
        if not files and not self.renumbering_delivered:
            return None
        made = self.con.execute("select 1 from duckdb_tables() where table_name = 'renumbered'").fetchone()
        if made is None:
            steps = steps_latest([self._read_sql(table, [path]) for _, path in files])
            self.con.execute(f"create or replace temp table renumbered_step as {steps}")
            renumbered_load(self.con, self.business_date)
        if self.renumbering_delivered:
            return self.business_date
        last = f"select max(effective_on) from renumbered_step where effective_on <= date '{self.business_date}'"  # noqa: S608
        row = self.con.execute(last).fetchone()
        until: date | None = None if row is None else row[0]
        return until

    def renumberings_known(self) -> bool:
        """Tell whether anything was ever delivered of new keys, in force or not; the tables of them are made then."""
        return self.con.execute("select 1 from duckdb_tables() where table_name = 'renumbered'").fetchone() is not None

    def renumbered_today(self) -> list[tuple[str, str, str]]:
        """Return kind, former key and present key of what has another key than yesterday; none on most nights."""
        if self.renumbered_until() != self.business_date:
            return []
        on = f"effective_on = date '{self.business_date}'"
        return self.con.execute(
            "select kind, old_key, r.new_key from renumbered as r join renumbered_step as s using (kind, old_key) "  # noqa: S608
            f"where {on} or exists (select 1 from renumbered_step as c where c.{on} and c.kind = r.kind "
            "and c.new_key = r.new_key) order by all"
        ).fetchall()

    def write(
        self,
        table: LakeTable,
        select: str,
        *,
        order: Sequence[str] | None = None,
        same: Mapping[str, str] | None = None,
    ) -> WrittenFile:
        """Write a table of this night; it has no name until the stage is committed, but this stage may read it.

        ``order`` and ``same`` are those of `Lake.write`.
        """
        on, run_id = self.business_date, self.run_id
        file = (
            self.lake.write(self.con, table, select, business_date=on, run_id=run_id, order=order, same=same)
            if self.memory is None
            else self.memory.write(table, select, business_date=on, run_id=run_id, order=order, same=same)
        )
        self.written[table.name] = file.path
        return file

    def write_unchanged(self, table: LakeTable) -> WrittenFile | None:
        """Write what is in force of a table once more for this night, without reading it; None where that cannot be.

        It can where the file in force was made over this connection, and no key has changed since.
        """
        dates = [on for known, on in self.named if known == table.name and on < self.business_date]
        if self.memory is None or not dates:
            return None
        until = self.renumbered_until()
        if until is not None and max(dates) < until:
            return None
        path = self.named[table.name, max(dates)]
        file = self.memory.write_same(path, business_date=self.business_date, run_id=self.run_id)
        if file is not None:
            self.written[table.name] = file.path
        return file

    def write_step(self, table: LakeTable, step: str) -> WrittenFile:
        """Write the rows of a step straight to its lake table."""
        return self.write(table, step_text(step))

    def view_written(self, table: LakeTable) -> None:
        """Create a view over what this stage has written."""
        self._view(table, [(self.business_date, self.written[table.name])], "")

    def flush(self) -> None:
        """Force to disk what was written, before its rows are committed; without a memory `write` has done it."""
        if self.memory is not None:
            self.memory.flush()

    def name_files(self, files: Iterable[WrittenFile]) -> None:
        """Let later stages see files whose rows are committed."""
        for file in files:
            self.named[(file.table, file.business_date)] = file.path
