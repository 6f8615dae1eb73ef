"""Stage *classify*: bucket, class floor, class floor with contagion and parts in the overdue rates of every note.

The days come from the dated policy files; the values in force on the business date are handed to the SQL as small
tables.
"""

# ruff: noqa: S608 - names in the SQL are constants of this module

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

import duckdb

from huikuan.nightly.facts import StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.steps import count_of, rows_of
from huikuan.portfolio.book_tables import NOTE, NOTE_CLASS, NOTE_STATE
from huikuan.portfolio.borrower_policies import contagion_policies_load
from huikuan.portfolio.facts import Bucket, ClassFloor
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.policies import class_policies_load, overdue_policies_load
from huikuan.portfolio.rules.ageing import BUCKET_LAST_DAYS
from huikuan.portfolio.rules.classification import ClassPolicy, class_policy_on
from huikuan.portfolio.rules.contagion import NON_PERFORMING, ContagionPolicy, contagion_policy_on
from huikuan.portfolio.rules.overdue import OverduePolicy, overdue_policy_on

LAST_DAY = 2**31 - 1  # no bound
Range = tuple[str, int, int]  # name, first day past due, last day past due; both included


def classify_stage(night: Night) -> StageOutput:
    """Classify every note of the night."""
    con = night.con
    night.view_today(NOTE, NOTE_STATE)
    night.view_in_force(feed_tables()["product"], night.business_date)
    parameters_load(con, night.business_date)
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
    """Fill day_class (for the days that ``note_state`` has), overdue_rule and contagion_rule with what is in force."""
    classes = class_ranges(class_policy_on(_class_policies(), business_date))
    contagion = contagion_policy_on(_contagion_policies(), business_date)
    bad = ", ".join(f"'{floor}'" for floor in NON_PERFORMING)
    con.execute(
        "create or replace temp table day_class as select d.dpd, b.name as bucket, c.name as class_floor, "
        f"c.name in ({bad}) as non_performing, {_spread_sql(contagion)} as class_floor_spread "
        "from (select distinct greatest(dpd_principal, dpd_interest) as dpd from note_state) as d "
        f"join (values {_values(bucket_ranges())}) as b (name, first, last) on d.dpd between b.first and b.last "
        f"join (values {_values(classes)}) as c (name, first, last) on d.dpd between c.first and c.last"
    )
    days = overdue_policy_on(_overdue_policies(), business_date).principal_only_until_days
    con.execute(f"create or replace temp table overdue_rule as select {days} as principal_only_until_days")
    above = 0 if contagion is None else contagion.own_non_performing_above_ppm
    con.execute(
        "create or replace temp table contagion_rule as "
        f"select cast({above} as bigint) as above_ppm where {contagion is not None}"
    )


def _spread_sql(policy: ContagionPolicy | None) -> str:
    """The class of a claim that contagion reaches, from its own class ``c.name``: the worse of both."""
    if policy is None:
        return "c.name"
    order = list(ClassFloor)
    milder = ", ".join(f"'{floor}'" for floor in order[: order.index(policy.floor)])
    return f"case when c.name in ({milder}) then '{policy.floor}' else c.name end"


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
