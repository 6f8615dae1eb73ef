"""Rows of the feed *renumbering*, judged against each other and what was accepted before; and rows under keys that are
no longer, or not yet, in use.

Reads `typed_renumbering`, `renumbered_step` and `renumbered` (`portfolio.renumbering`), `known_note` and
`known_institution` as they were before the delivery. A row that repeats what was accepted has no reason.
"""

# ruff: noqa: S608 - names in the SQL come from checked contracts

from datetime import date

import duckdb

from huikuan.portfolio.feed_contract import FeedContract
from huikuan.portfolio.intake.compile import Finding, reason_sql
from huikuan.portfolio.renumbering import KEY_KINDS, NO_STEPS, renumbered_load

FEED = "renumbering"
_SAME_AS_KNOWN = "coalesce(t.new_key = k.new_key and t.effective_on = k.effective_on, false)"


def renumbering_empty(con: duckdb.DuckDBPyConnection) -> None:
    """Create the relations of a book without renumbering where the caller has made none."""
    con.execute(f"create temp table if not exists renumbered_step as {NO_STEPS}")
    con.execute(
        "create temp table if not exists renumbered as select kind, old_key, new_key from renumbered_step where false"
    )


def renumbering_judge(con: duckdb.DuckDBPyConnection, business_date: date) -> None:
    """Create `renumbering_all` (today's rows, else accepted before) and what is wrong with the chains in it."""
    con.execute(
        "create or replace temp table renumbering_all as select kind, old_key, new_key, effective_on, line "
        "from typed_renumbering where len(reasons) = 0 union all "
        "select kind, old_key, new_key, effective_on, null from renumbered_step as s where not exists "
        "(select 1 from typed_renumbering as t where t.kind = s.kind and t.old_key = s.old_key and len(t.reasons) = 0)"
    )
    con.execute(  # where a chain goes on: few rows, so that the walk is short whatever the length of the file
        "create or replace temp table renumbering_link as select a.kind, a.old_key, a.line, a.effective_on, "
        "a.new_key, b.new_key as next_key, b.line as next_line, b.effective_on as next_on from renumbering_all as a "
        "join renumbering_all as b on b.kind = a.kind and b.old_key = a.new_key"
    )
    con.execute(
        "create or replace temp table renumbering_cycle as with recursive reach as ("
        "select kind, old_key, next_key as reached from renumbering_link union "
        "select r.kind, r.old_key, s.new_key from reach as r "
        "join renumbering_all as s on s.kind = r.kind and s.old_key = r.reached where r.reached <> r.old_key) "
        "select distinct kind, old_key from reach where reached = old_key"
    )
    con.execute(
        "create or replace temp table renumbering_backwards as select line from renumbering_link "
        "where next_on < effective_on union select next_line from renumbering_link where next_on < effective_on"
    )
    con.execute(
        "create or replace temp table renumbering_shared as select new_key from renumbering_all where kind = 'note' "
        "group by new_key having count(*) > 1"
    )
    con.execute(f"create or replace temp table renumbering_night as select date '{business_date}' as business_date")


RENUMBERING_JOINS = (
    "cross join renumbering_night as d "
    "left join renumbered_step as k on k.kind = t.kind and k.old_key = t.old_key "
    "left join renumbering_cycle as c on c.kind = t.kind and c.old_key = t.old_key "
    "left join (select distinct line as backwards_line from renumbering_backwards) as b on b.backwards_line = t.line "
    "left join (select new_key as shared_key from renumbering_shared) as h "
    "on t.kind = 'note' and h.shared_key = t.new_key "
    "left join known_note as n on t.kind = 'note' and n.note_id = t.new_key "
    "left join known_institution as i on t.kind = 'institution' and i.institution_code = t.new_key"
)


def _finding(condition: str, code: str, field: str, expected: str, got: str) -> Finding:
    return Finding.of(f"not {_SAME_AS_KNOWN} and {condition}", reason_sql(code, field, expected, got))


RENUMBERING_FINDINGS = [
    _finding(
        "k.effective_on < d.business_date",
        "renumbering.contradicts",
        "old_key",
        "a key that was not renumbered before",
        "t.old_key || ' became ' || k.new_key || ' on ' || k.effective_on",
    ),
    _finding(
        "t.effective_on < d.business_date",
        "renumbering.late",
        "effective_on",
        "the business date or a later one; an earlier night needs a correction",
        "t.effective_on::varchar",
    ),
    Finding.of(
        "c.old_key is not null",
        reason_sql("renumbering.cycle", "new_key", "a key that does not lead back to the old one", "t.new_key"),
    ),
    Finding.of(
        "b.backwards_line is not null",
        reason_sql(
            "renumbering.retired",
            "new_key",
            "a chain whose days do not go back: no former key comes again",
            "t.new_key",
        ),
    ),
    Finding.of(
        "h.shared_key is not null",
        reason_sql("renumbering.taken", "new_key", "a key of its own for every note", "t.new_key"),
    ),
    _finding(
        "n.note_id is not null",
        "renumbering.taken",
        "new_key",
        "a key that no note of the book has",
        "t.new_key",
    ),
    _finding(
        "t.kind = 'institution' and t.effective_on = d.business_date and i.institution_code is null",
        "renumbering.institution_unknown",
        "new_key",
        "a known institution",
        "t.new_key",
    ),
]


def renumbering_apply(con: duckdb.DuckDBPyConnection, business_date: date) -> None:
    """Add the accepted rows of today to `renumbered_step` and `renumbered`: what follows sees the book under them."""
    con.execute(
        "create or replace temp table renumbered_step as "
        "select kind, old_key, new_key, effective_on from accepted_renumbering union all "
        "select kind, old_key, new_key, effective_on from renumbered_step as s where not exists "
        "(select 1 from accepted_renumbering as a where a.kind = s.kind and a.old_key = s.old_key)"
    )
    renumbered_load(con, business_date)


def key_findings(con: duckdb.DuckDBPyConnection, contract: FeedContract, business_date: date) -> list[Finding]:
    """Return the findings of rows under a former key, and of notes under one that is not in force yet."""
    found = []
    for column in contract.columns:
        kind = KEY_KINDS.get(column)
        if kind is None or column == "account_id":  # an account need not be a note of the book
            continue
        if _any(con, f"renumbered where kind = '{kind}'"):
            former = f"select old_key from renumbered where kind = '{kind}'"
            new = f"select max(new_key) from renumbered where old_key = t.\"{column}\" and kind = '{kind}'"
            got = f"(select t.\"{column}\" || ' is ' || ({new}))"
            reason = reason_sql("renumbering.former_key", column, f"the present key of the {kind}", got)
            found.append(Finding.of(f'coalesce(t."{column}" in ({former}), false)', reason))
        coming = f"renumbered_step where kind = 'note' and effective_on > date '{business_date}'"
        if kind == "note" and _any(con, coming):
            reason = reason_sql(
                "renumbering.not_yet", column, "the former key until the new one is in force", f't."{column}"'
            )
            found.append(Finding.of(f'coalesce(t."{column}" in (select new_key from {coming}), false)', reason))
    return found


def _any(con: duckdb.DuckDBPyConnection, source: str) -> bool:
    return con.execute(f"select 1 from {source} limit 1").fetchone() is not None
