"""What goes to the lake of a delivered feed: accepted rows and, of a current feed, rejected ones as they were.

A current feed says all that holds today, so a key that is absent has ended. A key whose row was rejected has not: its
row is carried forward from the file in force, with the first date on which that was necessary. Where a rejected line
does not show its key, no absent key can be told from a rejected one, and all of them are carried forward.
"""

# ruff: noqa: S608 - names in the SQL come from checked contracts

from datetime import date

import duckdb

from huikuan.portfolio.feed_contract import FeedContract, Mode
from huikuan.portfolio.lake_tables import feed_table
from huikuan.portfolio.renumbering import keys_now


def carried_rows(con: duckdb.DuckDBPyConnection, contract: FeedContract, business_date: date, *, rejected: int) -> int:
    """Create `carried_<feed>` with columns as in `lake_tables`; return its number of rows.

    ``rejected`` is the feed's number of rejects. ``con`` holds the relations of `intake_check` and `in_force_<feed>`,
    the rows of the file in force before the delivery.
    """
    feed, table = contract.feed, feed_table(contract)
    if not rejected:
        con.execute(f"create or replace temp table carried_{feed} as {table.empty_select()}")
        return 0
    names = [f'"{contract.field(name).column}"' for name in contract.key]
    same = " and ".join(f"t.{name} = p.{name}" for name in names)
    unread = " or ".join(f"{name} is null" for name in names)
    bad = f"from ({keys_now(contract.key, f'select * from checked_{feed} where len(reasons) > 0')}) as t where true"
    hidden = con.execute(
        f"select exists (select 1 from ragged_{feed}) or exists (select 1 {bad} and ({unread}))"
    ).fetchone()
    among = "" if hidden is not None and hidden[0] else f" and exists (select 1 {bad} and {same})"
    con.execute(
        f"create or replace temp table carried_{feed} as "
        f"select * replace (coalesce(stale_since, date '{business_date}') as stale_since) from in_force_{feed} as p "
        f"where not exists (select 1 from accepted_{feed} as t where {same}){among}"
    )
    found = con.execute(f"select count(*) from carried_{feed}").fetchone()
    return 0 if found is None else int(found[0])


def lake_select(contract: FeedContract, *, delta: bool = False) -> str:
    """Return the SELECT of what goes to the lake of a feed: after `feed_tokens`, and `carried_rows` or `delta_rows`.

    ``delta`` says that the file held the changed rows only.
    """
    rows = f"{'lake' if contract.personal else 'accepted'}_{contract.feed}"
    if delta:
        return f"select * from {rows} union all by name select * from carried_{contract.feed}"
    if contract.mode is not Mode.CURRENT:
        return f"select * from {rows}"
    fresh = f"select *, cast(null as date) as stale_since from {rows}"
    return f"{fresh} union all by name select * from carried_{contract.feed}"
