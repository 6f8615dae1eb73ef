"""The floor and the loop beside a night: run by `benchmarks/night_child.py` on the lake files of the last night.

- *Floor*: one bare aggregation by DuckDB over the files that the stage *age* reads (notes, yesterday's states and
  open instalments, the day's repayments, the schedules' due rows), with the same threads and memory, into one
  Parquet file in key order. It sums and counts; it allocates nothing and accrues nothing.
- *Rewrite*: the floor of one replayed note (`benchmarks/backdate.py`).
- *Loop*: the exact engine, a note at a time in Python, on a sample; the same rows say whether the night was right.
"""

# ruff: noqa: S608 - names in the SQL are constants of this module

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.facts import BankFact
from huikuan.nightly.stages.conventions import DEFAULT_CODE, conventions_load
from huikuan.nightly.stages.replay import STATE_FIELDS, replay_touched
from huikuan.nightly.steps import night_load, rows_of
from huikuan.portfolio.book_tables import ALLOCATION, EVENT_SCHEDULE, NOTE, NOTE_STATE, OPEN_INSTALMENT, SCHEDULE
from huikuan.portfolio.conventions import CONVENTIONS_DEFAULT
from huikuan.portfolio.facts import NoteState
from huikuan.portfolio.lake import Lake, LakeTable, sql_text
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.models import DeskNote
from huikuan.portfolio.selectors.lake import lake_files, lake_latest

MEMORY = "4GiB"
_HISTORY = ("note", "prev_note_state", "schedule_version", "repayment_history")
_COMPARED = {field.name for field in fields(NoteState) if field.type in (int, bool)}  # of a replay and a stored state
_FLOOR = """
select n.note_id, n.institution_code, n.product_code, p.principal_outstanding_minor - coalesce(r.paid, 0) as balance,
    coalesce(o.principal, 0) as principal, coalesce(o.interest, 0) as interest, coalesce(s.due, 0) as due,
    date_diff('day', o.oldest, date '{day}') as days
from note as n
left join prev_note_state as p on p.note_id = n.note_id
left join (select note_id, min(due_on) as oldest, sum(principal_minor) as principal, sum(interest_minor) as interest
    from prev_open_instalment group by note_id) as o on o.note_id = n.note_id
left join (select note_id, sum(amount_minor) as paid from feed_repayment group by note_id) as r on r.note_id = n.note_id
left join (select note_id, sum(principal_minor + interest_minor) as due from schedule_version
    where due_on = date '{day}' group by note_id) as s on s.note_id = n.note_id
order by n.note_id
"""


def inputs(bank: BankFact, day: date) -> dict[str, tuple[LakeTable, list[str]]]:
    """What the stage *age* of a day reads: name of the view → table and paths of its files."""
    repayment, event = feed_tables()["repayment"], feed_tables()["loan_event"]
    with bank_scope(bank.id):
        files = lake_latest(lake_files(bank_id=bank.id, until=day))
    paths: dict[tuple[str, date], str] = {(file.table, file.business_date): file.path for file in files}
    yesterday = day - timedelta(days=1)

    def on(table: LakeTable, business_date: date) -> tuple[LakeTable, list[str]]:
        return table, [path for key, path in paths.items() if key == (table.name, business_date)]

    def history(table: LakeTable) -> tuple[LakeTable, list[str]]:
        return table, [path for (name, _), path in sorted(paths.items()) if name == table.name]

    return {
        "note": on(NOTE, day),
        "note_state": on(NOTE_STATE, day),
        "open_instalment": on(OPEN_INSTALMENT, day),
        "feed_repayment": on(repayment, day),
        "prev_note": on(NOTE, yesterday),
        "prev_note_state": on(NOTE_STATE, yesterday),
        "prev_open_instalment": on(OPEN_INSTALMENT, yesterday),
        "schedule_version": history(SCHEDULE),
        "event_schedule_version": history(EVENT_SCHEDULE),
        "repayment_history": history(repayment),
        "loan_event_history": history(event),
    }


def floor(bank: BankFact, job: Mapping[str, Any]) -> dict[str, Any]:
    """Run the floor once; the answer holds its seconds, CPU seconds and rows."""
    day, target = date.fromisoformat(job["day"]), Path(job["target"])
    target.parent.mkdir(parents=True, exist_ok=True)
    lake, views = Lake(settings.HOME / "lake", bank.code), inputs(bank, day)
    con = lake.connect(
        reads=[path for _, paths in views.values() for path in paths],
        folders=[target.parent],
        threads=os.cpu_count() or 1,
        memory=MEMORY,
    )
    with closing(con):
        for name, (table, paths) in views.items():
            lake.view(con, table, paths, name)
        began, cpu = time.perf_counter(), time.process_time()
        con.execute(f"copy ({_FLOOR.format(day=day)}) to {sql_text(str(target))} (format parquet, compression zstd)")
        return {
            "seconds": round(time.perf_counter() - began, 3),
            "cpu_seconds": round(time.process_time() - cpu, 3),
            "rows": rows_of(con, f"select count(*) from {sql_text(str(target))}")[0][0],
            "files": {name: [str(lake.absolute(path)) for path in paths] for name, (_, paths) in views.items()},
        }


def loop(bank: BankFact, job: Mapping[str, Any]) -> dict[str, Any]:
    """Replay a sample of notes one by one from the lake; count those that differ from the close of the night."""
    day, sample = date.fromisoformat(job["day"]), int(job["sample"])
    lake, views = Lake(settings.HOME / "lake", bank.code), inputs(bank, day)
    con = lake.connect(reads=[path for _, paths in views.values() for path in paths], memory=MEMORY)
    with closing(con):
        for name, (table, paths) in views.items():
            lake.view(con, table, paths, name)
        night_load(con, day)
        conventions_load(con, conventions := {DEFAULT_CODE: CONVENTIONS_DEFAULT})
        con.execute(
            "create temp table age_touched as select note_id, 'sample' as reason from note "
            f"order by hash(note_id) limit {sample}"
        )
        began, cpu = time.perf_counter(), time.process_time()
        replay_touched(con, day, conventions)
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
        columns = ", ".join(("note_id", *STATE_FIELDS))
        ours = f"select {columns} from note_state where note_id in (select note_id from age_touched)"
        theirs = f"select {columns} from replayed_note_state"
        differing = rows_of(con, f"select count(*) from (({ours} except {theirs}) union all ({theirs} except {ours}))")
        notes = rows_of(con, "select count(*) from note")[0][0]
        replayed = rows_of(con, "select count(*) from replayed_note_state")[0][0]
    return {
        "sample": replayed,
        "differing": int(differing[0][0]),
        "seconds": round(seconds, 3),
        "cpu_seconds": round(cpu_seconds, 3),
        "extrapolated_seconds": round(seconds * notes / replayed, 1),
        "extrapolated_cpu_seconds": round(cpu_seconds * notes / replayed, 1),
    }


def rewrite(bank: BankFact, job: Mapping[str, Any]) -> dict[str, Any]:
    """The floor of one replayed note: its history read into Python, and the rows of its close and of the desk written.

    Nothing is computed; as the night does, files are synced and the desk's row is committed. The median of ``runs``.
    """
    day, target, only = date.fromisoformat(job["day"]), Path(job["target"]), f"note_id = {sql_text(job['note'])}"
    target.mkdir(parents=True)
    lake, views = Lake(settings.HOME / "lake", bank.code), inputs(bank, day)
    with bank_scope(bank.id):
        latest = lake_latest(lake_files(bank_id=bank.id, until=day))
    stored = {
        table.name: (table, [file.path for file in latest if (file.table, file.business_date) == (table.name, day)])
        for table in (NOTE_STATE, OPEN_INSTALMENT, ALLOCATION)
    }
    reads = [path for _, paths in (*views.values(), *stored.values()) for path in paths]
    with closing(lake.connect(reads=reads, folders=[target], memory=MEMORY)) as con, bank_scope(bank.id):
        for name, (table, paths) in [*views.items(), *((f"stored_{name}", one) for name, one in stored.items())]:
            lake.view(con, table, paths, name)
        seconds, cpu = [], []
        for run in range(int(job["runs"])):
            began, cpu_began = time.perf_counter(), time.process_time()
            read = [rows_of(con, f"select * from {name} where {only}") for name in _HISTORY]
            for name in stored:
                file = target / f"{name}-{run}.parquet"
                con.execute(f"copy (select * from stored_{name}) to {sql_text(str(file))} (format parquet)")
                with file.open("rb") as stream:
                    os.fsync(stream.fileno())
            with transaction.atomic():
                desk = DeskNote.objects.filter(note_id=job["note"]).update(
                    dpd=F("dpd"), penalty_minor=F("penalty_minor")
                )
            seconds.append(time.perf_counter() - began)
            cpu.append(time.process_time() - cpu_began)
        columns = [column.name for column in NOTE_STATE.columns if column.name in _COMPARED]
        state = rows_of(con, f"select {', '.join(columns)} from stored_note_state where {only}")[0]
        return {
            "seconds": round(statistics.median(seconds), 4),
            "cpu_seconds": round(statistics.median(cpu), 4),
            "rows_read": sum(len(rows) for rows in read),
            "rows_written": sum(rows_of(con, f"select count(*) from stored_{name}")[0][0] for name in stored) + desk,
            "state": {name: str(value) for name, value in zip(columns, state, strict=True)},
        }
