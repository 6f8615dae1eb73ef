"""Stage *classify*: bucket, class floor, class floor with contagion and parts in the overdue rates of every note.

The days come from the dated policy files; the values in force on the business date are handed to the SQL as small
tables. So are the restructured notes that are under observation, which are few: the rule that the explanation has
says of them which class they have at least.
"""

# ruff: noqa: S608 - names in the SQL are constants of this module

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from operator import itemgetter

import duckdb

from huikuan.nightly.facts import StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.steps import count_of, night_load, rows_of, steps_run
from huikuan.portfolio.book_tables import EVENT_SCHEDULE, NOTE, NOTE_CLASS, NOTE_STATE
from huikuan.portfolio.borrower_policies import contagion_policies_load
from huikuan.portfolio.facts import Bucket, ClassFloor
from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.policies import class_policies_load, overdue_policies_load
from huikuan.portfolio.restructured_policies import observation_policy_on
from huikuan.portfolio.rules.ageing import BUCKET_LAST_DAYS
from huikuan.portfolio.rules.classification import (
    SEVERITY,
    ClassPolicy,
    Restructuring,
    class_policy_on,
    observed_on,
)
from huikuan.portfolio.rules.contagion import NON_PERFORMING, ContagionPolicy, contagion_policy_on
from huikuan.portfolio.rules.overdue import OverduePolicy, overdue_policy_on

LAST_DAY = 2**31 - 1  # no bound
OBSERVED = (Column("note_id", "VARCHAR"), Column("severity", "INTEGER"))
_GRADE = (
    Column("severity", "INTEGER"),
    Column("class_floor", "VARCHAR"),
    Column("non_performing", "BOOLEAN"),
    Column("class_floor_spread", "VARCHAR"),
)
Range = tuple[str, int, int]  # name, first day past due, last day past due; both included


def classify_stage(night: Night) -> StageOutput:
    """Classify every note of the night."""
    con = night.con
    night.view_today(NOTE, NOTE_STATE)
    feeds = feed_tables()
    night.view_in_force(feeds["product"], night.business_date)
    night.view_history(feeds["loan_event"], "loan_event_history")
    night.view_history(EVENT_SCHEDULE, "event_schedule_version")
    night_load(con, night.business_date)
    parameters_load(con, night.business_date)
    observed_load(con, night.business_date)
    file = night.write_step(NOTE_CLASS, "classify_note_class")
    night.view_written(NOTE_CLASS)
    overdue, balance, management, regulatory, spread_to = rows_of(
        con,
        "select count(*) filter (where management_minor > 0), coalesce(sum(denominator_minor), 0), "
        "coalesce(sum(management_minor), 0), coalesce(sum(regulatory_minor), 0), count(contagion) from note_class",
    )[0]
    return StageOutput(
        rows_in=count_of(con, "note_state"),
        rows_out=file.rows,
        files=(file,),
        totals={
            "notes_overdue": int(overdue),
            "balance_minor": int(balance),
            "management_minor": int(management),
            "regulatory_minor": int(regulatory),
            "notes_contagion": int(spread_to),
        },
    )


def parameters_load(con: duckdb.DuckDBPyConnection, business_date: date) -> None:
    """Fill day_class (for the days that ``note_state`` has), class_grade, overdue_rule and contagion_rule with what is
    in force."""
    classes = class_ranges(class_policy_on(_class_policies(), business_date))
    contagion = contagion_policy_on(_contagion_policies(), business_date)
    rows_load(con, "class_grade", _GRADE, [_grade(floor, contagion) for floor in ClassFloor])
    con.execute(
        "create or replace temp table day_class as select d.dpd, b.name as bucket, g.severity "
        "from (select distinct greatest(dpd_principal, dpd_interest) as dpd from note_state) as d "
        f"join (values {_values(bucket_ranges())}) as b (name, first, last) on d.dpd between b.first and b.last "
        f"join (values {_values(classes)}) as c (name, first, last) on d.dpd between c.first and c.last "
        "join class_grade as g on g.class_floor = c.name"
    )
    days = overdue_policy_on(_overdue_policies(), business_date).principal_only_until_days
    con.execute(f"create or replace temp table overdue_rule as select {days} as principal_only_until_days")
    above = 0 if contagion is None else contagion.own_non_performing_above_ppm
    con.execute(
        "create or replace temp table contagion_rule as "
        f"select cast({above} as bigint) as above_ppm where {contagion is not None}"
    )


def observed_load(con: duckdb.DuckDBPyConnection, business_date: date) -> None:
    """Fill observed: the severity of the least class of every note under observation.

    Reads note_state, loan_event_history, event_schedule_version and night.
    """
    found: list[tuple[str, int]] = []
    if (policy := observation_policy_on(business_date)) is not None:
        steps_run(con, ("classify_restructured",))
        brought = rows_of(con, "select * from classify_restructured order by all")
        for note_id, rows in groupby(brought, key=itemgetter(0)):
            lives = [
                Restructuring(value_on, until_on, [row[-1] for row in due])
                for (value_on, _, _, until_on), due in groupby(rows, key=itemgetter(1, 2, 3, 4))
            ]
            if (seen := observed_on(lives, policy, business_date)) is not None:
                found.append((note_id, SEVERITY[seen.floor]))
    rows_load(con, "observed", OBSERVED, found)


def _grade(floor: ClassFloor, contagion: ContagionPolicy | None) -> tuple[object, ...]:
    """Of a class: severity, name, whether it is non-performing, and the class of a claim that contagion reaches."""
    spread = floor if contagion is None else max(floor, contagion.floor, key=SEVERITY.__getitem__)
    return SEVERITY[floor], floor.value, floor in NON_PERFORMING, spread.value


def bucket_ranges() -> list[Range]:
    """Return the buckets as ranges of days past due without gaps."""
    first, ranges = 0, []
    for last, bucket in BUCKET_LAST_DAYS:
        ranges.append((str(bucket), first, last))
        first = last + 1
    return [*ranges, (str(Bucket.M7), first, LAST_DAY)]


def class_ranges(policy: ClassPolicy) -> list[Range]:
    """Return the class floors as ranges of days past due without gaps."""
    starts = [(0, ClassFloor.PASS), *((above + 1, worse) for above, worse in policy.above_days)]
    ends = [start - 1 for start, _ in starts[1:]] + [LAST_DAY]
    return [(str(floor), start, end) for (start, floor), end in zip(starts, ends, strict=True)]


def _values(ranges: Iterable[Range]) -> str:
    return ", ".join(f"('{name}', {first}, {last})" for name, first, last in ranges)


@cache
def _class_policies() -> Sequence[ClassPolicy]:
    return class_policies_load()


@cache
def _contagion_policies() -> Sequence[ContagionPolicy]:
    return contagion_policies_load()


@cache
def _overdue_policies() -> Sequence[OverduePolicy]:
    return overdue_policies_load()
