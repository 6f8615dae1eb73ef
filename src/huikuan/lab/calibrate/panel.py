"""Monthly roll and cure rates of the card-status panel, apart for training and held-out applicants.

The panel has no state of its own for a running account that owes nothing overdue: ``0`` is "up to 29 days past due",
``X`` a month without a loan, ``C`` paid off. So *up to 29 days* is one state here, from which accounts enter arrears
and into which they are cured; opening months ``X`` and ``C`` are left out. ``5`` is "150 days or more, or written off".

Many accounts are copies of one applicant. The split is by the hash of the applicant's attributes, never by account, and
an interval takes the applicant as its cluster. Accounts without an application could be anybody's and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from huikuan.lab.rules.rates import ClusterSums, Share, share_of

RECORD = "card_monthly/credit_record.parquet"
APPLICATION = "card_monthly/application_record.parquet"
HELD_OUT_TENTHS = 3
"""Of ten parts of the hash of an applicant, so many are held out."""

MEMORY_MONTHS = 12
"""How far back *recent* arrears reach, in the rates that show how unlike accounts are."""

YEARS = 3
"""On the book, of the figures that nothing is fitted to."""

STATES = ("entry", "m2", "m3", "m4", "m5", "m6")
"""States by months past due: the panel's 0 to 5; ``m2`` is 30 to 59 days. ``m6`` holds the written-off too."""


@dataclass(frozen=True, slots=True)
class PanelRow:
    """Cluster sums of one figure in one part of the panel."""

    figure: str
    held_out: bool
    sums: ClusterSums


def panel_figures(folder: Path) -> dict[str, tuple[Share, Share]]:
    """Return figure → (training, held out) from the two files of the panel below ``folder``."""
    con = duckdb.connect()
    try:
        _applicants(con, folder / APPLICATION)
        con.execute(
            "create temp table status as select a.applicant, a.held_out, s.ID as account, s.MONTHS_BALANCE as month, "
            "s.STATUS as status from read_parquet($1) as s join applicant as a on a.account = s.ID",
            [str(folder / RECORD)],
        )
        con.execute(_MONTHS)
        rows = con.execute(_FIGURES).fetchall() + con.execute(_UNFITTED).fetchall()
    finally:
        con.close()
    return paired(PanelRow(row[0], row[1], ClusterSums(*(int(one) for one in row[2:]))) for row in rows)


def paired(rows: Iterable[PanelRow]) -> dict[str, tuple[Share, Share]]:
    """Return figure → (training, held out); a part without a row is a share of nothing."""
    found: dict[str, dict[bool, Share]] = {}
    for row in rows:
        found.setdefault(row.figure, {})[row.held_out] = share_of(row.sums)
    none = Share(0, 0)
    return {name: (parts.get(False, none), parts.get(True, none)) for name, parts in sorted(found.items())}


def _applicants(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Name the applicant of an account by the hash of all attributes, and say whether it is held out."""
    described = con.execute("describe select * exclude (ID) from read_parquet($1)", [str(file)]).fetchall()
    attributes = ", ".join(f"coalesce(cast(\"{name}\" as varchar), '')" for name, *_ in described)
    con.execute(
        "create temp table applicant as select account, applicant, "  # noqa: S608 - names of columns of the file
        f"(('0x' || applicant[1:8])::ubigint % 10) < {HELD_OUT_TENTHS} as held_out "
        f"from (select ID as account, md5(concat_ws('|', {attributes})) as applicant from read_parquet($1))",
        [str(file)],
    )


_MONTHS = f"""
create temp table pair as
select applicant, held_out, cast(status as integer) as opening,
    case when following in ('C', 'X') then 0 else cast(following as integer) end as closing,
    month - first_month >= {MEMORY_MONTHS} as known, recent, ever, (month - first_month) // 12 + 1 as year
from (
    select *, lead(status) over each as following, lead(month) over each as next_month,
        min(month) over (partition by account) as first_month,
        coalesce(max(status in ('1', '2', '3', '4', '5')) over (
            partition by account order by month range between {MEMORY_MONTHS} preceding and 1 preceding
        ), false) as recent,
        coalesce(max(status in ('1', '2', '3', '4', '5')) over (
            partition by account order by month rows between unbounded preceding and 1 preceding
        ), false) as ever
    from status
    window each as (partition by account order by month)
)
where status not in ('C', 'X') and next_month = month + 1
"""  # noqa: S608 - constants of this module
"""Account-months with a next month: how many months past due before and after, and whether past due before."""

_OUTCOMES = ",\n".join(
    line
    for place, name in enumerate(STATES)
    for line in (
        [f"('entry', {place}, '{outcome}')" for outcome in ("all", "recent", "clean")]
        if place == 0
        else [f"('{name}', {place}, '{outcome}')" for outcome in ("cure", "better", "stay", "worse")]
    )
    if not (name == "m2" and "better" in line) and not (name == "m6" and "worse" in line)
)

_FIGURES = f"""
with outcome(state, place, name) as (values {_OUTCOMES}),
counted as (
    select 'panel.' || outcome.state || '.' || outcome.name as figure, held_out, applicant,
        count(*) as n,
        count(*) filter (where case outcome.name
            when 'cure' then closing = 0
            when 'better' then closing > 0 and closing < opening
            when 'stay' then closing = opening
            else closing > opening end) as h
    from pair join outcome on outcome.place = pair.opening
    where outcome.name not in ('recent', 'clean') or (known and recent = (outcome.name = 'recent'))
    group by all
)
select figure, held_out, count(*), sum(h), sum(n), sum(h * h), sum(h * n), sum(n * n)
from counted group by all order by all
"""  # noqa: S608 - constants of this module

_UNFITTED = f"""
with counted as (
    select case when ever then 'unfitted.again.' else 'unfitted.first.' end || year as figure, held_out, applicant,
        count(*) as n, count(*) filter (where closing > 0) as h
    from pair where opening = 0 and year <= {YEARS} group by all
)
select figure, held_out, count(*), sum(h), sum(n), sum(h * h), sum(h * n), sum(n * n)
from counted group by all order by all
"""  # noqa: S608 - constants of this module
"""Falling 30 days behind for the first time and again, by year on the book: nothing is fitted to these."""
