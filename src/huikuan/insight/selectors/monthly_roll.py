"""The monthly roll table of a bank, counted over the statuses that its deliveries brought."""

# ruff: noqa: S608 - the SQL is of named files and constants; values are parameters

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from huikuan.insight.errors import MonthlyStatusNoneError
from huikuan.insight.reports.monthly_roll import MonthlyRoll, monthly_roll_rates
from huikuan.kernel.selectors.institution import institution_root, institution_subtree
from huikuan.kernel.selectors.users import bank_by_id
from huikuan.portfolio.lake import Column, Lake, rows_load
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.selectors.lake import NamedFile, lake_history
from huikuan.portfolio.selectors.register import note_ids_of_institutions
from huikuan.portfolio.selectors.renumbering import keys_moved

FEED = "monthly_status"
_LATEST = (
    "select account_id, month, status from status qualify row_number() over ("
    "partition by account_id, month order by delivered desc) = 1"
)


@dataclass(frozen=True, slots=True)
class MonthlyRollQuery:
    """What is asked for; months by their first day. ``roots`` are the institutions at which the person may look."""

    bank_id: int
    roots: frozenset[int]
    as_of: date
    known_at: datetime | None = None
    from_month: date | None = None
    to_month: date | None = None


@dataclass(frozen=True, slots=True)
class MonthlyRollTable:
    """The answer: first and last month, accounts and account-months, the cells."""

    from_month: date
    to_month: date
    accounts: int
    account_months: int
    pairs: int
    cells: list[MonthlyRoll]


def monthly_roll_read(query: MonthlyRollQuery, lake_root: Path) -> MonthlyRollTable:
    """Count the table; call it in the scope of the bank.

    A person who may not see the whole bank gets the accounts that are notes of their institutions. Raises
    MonthlyStatusNoneError where nothing is known.
    """
    table = feed_tables()[FEED]
    files = lake_history(bank_id=query.bank_id, table=table.name, until=query.as_of, known_at=query.known_at)
    if not files:
        raise MonthlyStatusNoneError
    whole = institution_root(query.bank_id).id in query.roots
    allowed: Sequence[str] = []
    if not whole:
        tree = institution_subtree(bank_id=query.bank_id, roots=query.roots, on=query.as_of)
        allowed = note_ids_of_institutions(bank_id=query.bank_id, codes=[node.code for node in tree])
    return _counted(Lake(lake_root, bank_by_id(query.bank_id).code), files, query, None if whole else allowed)


def _counted(
    lake: Lake, files: Sequence[NamedFile], query: MonthlyRollQuery, allowed: Sequence[str] | None
) -> MonthlyRollTable:
    table = feed_tables()[FEED]
    parts = " union all ".join(
        f"select account_id, month, status, {place} as delivered from ({lake.read_sql(table, [file.path])})"
        for place, file in enumerate(files)
    )
    conditions, values = ["true"], []
    for sign, month in ((">=", query.from_month), ("<=", query.to_month)):
        if month is not None:
            values.append(month)
            conditions.append(f"month {sign} ${len(values)}")
    con = lake.connect(reads=[file.path for file in files])
    try:
        if allowed is not None:
            rows_load(con, "allowed", [Column("account_id", "VARCHAR")], [(one,) for one in allowed])
            conditions.append("account_id in (select account_id from allowed)")
        con.execute(f"create temp view status_delivered as {parts}")
        former = keys_moved(bank_id=query.bank_id, kind="note")
        rows_load(con, "former_account", [Column("old_key", "VARCHAR"), Column("now_key", "VARCHAR")], former)
        con.execute(
            "create temp view status as select s.* replace (coalesce(f.now_key, s.account_id) as account_id) "
            "from status_delivered as s left join former_account as f on f.old_key = s.account_id"
        )
        con.execute(f"create temp table latest as select * from ({_LATEST}) where {' and '.join(conditions)}", values)
        first, last, accounts, months = con.execute(
            "select min(month), max(month), count(distinct account_id), count(*) from latest"
        ).fetchall()[0]
        counts = con.execute(
            "select a.status, b.status, count(*) from latest as a join latest as b on b.account_id = a.account_id "
            "and b.month = cast(a.month + to_months(1) as date) group by 1, 2"
        ).fetchall()
    finally:
        con.close()
    if first is None:
        raise MonthlyStatusNoneError
    return MonthlyRollTable(first, last, accounts, months, sum(row[2] for row in counts), monthly_roll_rates(counts))
