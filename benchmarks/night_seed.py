"""The first night of a big made-up book without its history: schedules, repayments and states come ready.

Before the first night of the warm run the benchmark puts these stages in place of the product's: they write what
lies beside the first delivery (`night_book`), made by the exact engine once a life. Everything else of that night is
the product's. The cold run does the same days with the product's own stages, and the benchmark compares their
content hashes.
"""

# ruff: noqa: S608 - names in the SQL are constants of this module

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any, cast

import duckdb

from huikuan.nightly.facts import StageName, StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.stages import snapshot
from huikuan.nightly.stages.ingest import ingest_stage
from huikuan.nightly.stages.registry import STAGES
from huikuan.portfolio.book_tables import ALLOCATION, NOTE, NOTE_STATE, OPEN_INSTALMENT
from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.lake_tables import feed_tables


def stages_replace() -> None:
    """Put the seeded stages in place; for one process that runs the first night only."""
    stages = cast(MutableMapping[StageName, Any], STAGES)
    stages[StageName.INGEST] = _ingest
    stages[StageName.SNAPSHOT] = _snapshot
    stages[StageName.AGE] = _age


def _seed(night: Night, name: str, table: str) -> str:
    seed = night.delivery.folder / f"seed_{name}.parquet"
    return f"select s.* from '{seed}' as s join {table} as n on n.note_id = s.note_id"


def _ingest(night: Night) -> StageOutput:
    """The product's, and the history of repayments."""
    done = ingest_stage(night)
    history = night.write(feed_tables()["repayment"], _seed(night, "repayment", "accepted_note"))
    return dataclasses.replace(done, files=(*done.files, history))


def _snapshot(night: Night) -> StageOutput:
    """The product's, with ready schedules in place of computed ones."""

    def none(*_: object) -> Iterator[tuple[object, ...]]:
        return iter(())

    def ready(
        con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[Column], rows: Sequence[Sequence[object]]
    ) -> None:
        if name == "schedule_computed":
            con.execute(f"create or replace temp view {name} as {_seed(night, 'schedule', 'snapshot_note_seen')}")
        else:
            rows_load(con, name, columns, rows)

    snapshot._schedules, snapshot.rows_load = none, ready
    return snapshot.snapshot_stage(night)


def _age(night: Night) -> StageOutput:
    """Ready states, open instalments and allocations."""
    night.view_today(NOTE)
    tables = {"state": NOTE_STATE, "open": OPEN_INSTALMENT, "allocation": ALLOCATION}
    files = [night.write(table, _seed(night, name, "note")) for name, table in tables.items()]
    return StageOutput(rows_in=files[0].rows, rows_out=sum(file.rows for file in files), files=tuple(files))
