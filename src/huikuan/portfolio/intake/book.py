"""The book as intake sees it outside a night: the keys of all deliveries that were loaded before a day.

The night makes these relations from yesterday's snapshot; this is for `huikuan feed check`, which checks a
delivery before its night. Both know the same keys: a note that was accepted once stays in the book, and with it the
contract, borrower and product above it; those without a note are not known.
"""

# ruff: noqa: S608 - names in the SQL are constants

from collections.abc import Collection, Iterable, Mapping, Sequence

import duckdb

from huikuan.portfolio.intake.delta import known_with
from huikuan.portfolio.intake.references import known_empty
from huikuan.portfolio.lake import Column, Lake, rows_load
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.note_row import TERM_COLUMNS
from huikuan.portfolio.renumbering import rekeyed_sql

KNOWN_FEEDS = ("contract", "note", "instalment", "repayment", "loan_event")  # those whose files say what the book knows
_UNDER_NOTES = "select contract_id from book_note"
_KNOWN = {
    "known_product": f"select distinct product_code from book_contract where contract_id in ({_UNDER_NOTES})",
    "known_party": f"select distinct party_id from book_contract where contract_id in ({_UNDER_NOTES})",
    "known_contract": f"select distinct contract_id from ({_UNDER_NOTES})",
    "known_note": (
        "select note_id, principal_minor, disbursed_on, "
        "note_id in (select note_id from book_instalment) as schedule_delivered from ("
        "select note_id, arg_max(principal_minor, business_date) as principal_minor, "
        "arg_max(disbursed_on, business_date) as disbursed_on from book_note group by note_id)"
    ),
    "known_repayment": "select core_ref, note_id, amount_minor, reverses from book_repayment",
    "known_loan_event": "select core_ref, note_id, kind, value_on, amount_minor, reverses from book_loan_event",
    "known_terms": (
        "select note_id, n.contract_id, c.product_code, cast(null as varchar) as product_terms, "
        f"{', '.join(TERM_COLUMNS)} from (select * from book_note "
        "qualify row_number() over (partition by note_id order by business_date desc) = 1) as n left join ("
        "select contract_id, arg_max(product_code, business_date) as product_code from book_contract "
        "group by contract_id) as c on c.contract_id = n.contract_id"
    ),
}


def known_load(
    con: duckdb.DuckDBPyConnection,
    lake: Lake,
    paths: Mapping[str, Sequence[str]],
    institution_codes: Iterable[str],
    delta: Collection[str] = (),
    *,
    rekeyed: bool = False,
) -> None:
    """Create the `known_*` relations from named feed files, by feed, each list in order of business date.

    ``delta`` are the feeds whose rows in force the book knows too (`intake.delta`); `in_force_<feed>` is made here.
    ``rekeyed``: the bank has changed keys or does today; `renumbered` is there, and the book is seen under its keys
    whenever it is looked at.
    """

    def read(feed: str, files: Sequence[str]) -> str:
        table = feed_tables()[feed]
        rows = lake.read_sql(table, files)
        return rekeyed_sql(table, rows) if rekeyed and files else rows

    for feed in delta:
        con.execute(f"create or replace temp view in_force_{feed} as {read(feed, paths.get(feed, [])[-1:])}")
    for feed in KNOWN_FEEDS:
        parts = [
            f"select *, {place} as business_date from ({read(feed, [path])})"
            for place, path in enumerate(paths.get(feed, []))
        ]
        parts = parts or [f"select *, 0 as business_date from ({feed_tables()[feed].empty_select()})"]
        con.execute(f"create or replace temp view book_{feed} as {' union all '.join(parts)}")
    kind = "view" if rekeyed else "table"  # the keys of today's own renumbering count too, once it is judged
    for name, select in _KNOWN.items():
        con.execute(f"create or replace temp {kind} {name} as {known_with(name, select, delta)}")
    rows_load(
        con, "known_institution", [Column("institution_code", "VARCHAR")], [(code,) for code in institution_codes]
    )
    known_empty(con)
