"""Checks between feeds: what today's rows refer to, in today's files and in yesterday's book.

`checked_<feed>` is `typed_<feed>` with the reasons of all checks; `accepted_<feed>` holds the rows without
reasons. Feeds are taken in the order in which they refer to each other, so that a rejected contract rejects its
notes, and these their schedules. The book is seen through relations that the caller has created:

    known_product(product_code)  known_party(party_id)  known_institution(institution_code)
    known_contract(contract_id)
    known_note(note_id, principal_minor, disbursed_on, schedule_delivered)
    known_repayment(core_ref, note_id, amount_minor, reverses)
    known_loan_event(core_ref, note_id, kind, value_on, amount_minor, reverses)
    known_terms(note_id, contract_id, product_code, product_terms, the columns of ``note_row.TERM_COLUMNS``)

What the pure rules refuse comes as relations too (`rules`): a note or an event in them has the reason that they name.
"""

# ruff: noqa: S608 - names in the SQL come from checked contracts, texts are quoted by sql_text

from datetime import date

import duckdb

from huikuan.portfolio.book_tables import NOTE
from huikuan.portfolio.feed_contract import FeedContract, Reference
from huikuan.portfolio.intake.compile import REASON_TYPE, Finding, any_sql, reason_sql, reasons_list
from huikuan.portfolio.intake.renumber import (
    FEED,
    RENUMBERING_FINDINGS,
    RENUMBERING_JOINS,
    key_findings,
    renumbering_apply,
    renumbering_empty,
    renumbering_judge,
)
from huikuan.portfolio.intake.row_checks import OWN_FINDINGS, OWN_JOINS
from huikuan.portfolio.intake.rules import Bundles, events_judge, notes_judge
from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.note_row import TERM_COLUMNS
from huikuan.portfolio.rules.schedule import IsWorkday

_SCHEDULE_ROWS = 2_000_000  # that are put in order at once
KNOWN_COLUMNS = {
    "known_product": "product_code varchar",
    "known_party": "party_id varchar",
    "known_institution": "institution_code varchar",
    "known_contract": "contract_id varchar",
    "known_note": "note_id varchar, principal_minor bigint, disbursed_on date, schedule_delivered boolean",
    "known_repayment": "core_ref varchar, note_id varchar, amount_minor bigint, reverses varchar",
    "known_loan_event": (
        "core_ref varchar, note_id varchar, kind varchar, value_on date, amount_minor bigint, reverses varchar"
    ),
    "known_terms": "note_id varchar, contract_id varchar, product_code varchar, product_terms varchar, "
    + ", ".join(f"{one.name} {one.duckdb_type}" for one in NOTE.columns if one.name in TERM_COLUMNS),
}


def known_empty(con: duckdb.DuckDBPyConnection) -> None:
    """Create the relations of an empty book where the caller has made none: a first delivery."""
    present = {str(row[0]) for row in con.execute("select table_name from information_schema.tables").fetchall()}
    for name, columns in KNOWN_COLUMNS.items():
        if name not in present:
            con.execute(f"create temp table {name} ({columns})")
    renumbering_empty(con)


def feeds_check(
    con: duckdb.DuckDBPyConnection,
    contracts: dict[str, FeedContract],
    suspects: set[str],
    bundles: Bundles,
    is_workday: IsWorkday | None,
    business_date: date,
) -> set[str]:
    """Create `checked_<feed>` and `accepted_<feed>` of every feed from `typed_<feed>` and the known relations.

    ``contracts`` are those of the delivered feeds in their order; ``suspects`` the feeds that have rejects already;
    returned are those that have some now. ``bundles`` are the product bundles that the bank may name, ``is_workday``
    is its business calendar. New keys come first: the book is seen under them by everything else.
    """
    found = set(suspects)
    rows_load(con, "known_bundle", [Column("code", "VARCHAR")], [(code,) for code in bundles])
    if FEED in contracts:
        renumbering_judge(con, business_date)
        _feed_check(con, contracts[FEED], found, RENUMBERING_FINDINGS, RENUMBERING_JOINS)
        renumbering_apply(con, business_date)
    _schedules(con)
    _drawn(con, "loan_event" in contracts)
    _repayments_asked(con)
    for feed, contract in contracts.items():
        if feed == FEED:
            continue
        if feed == "note":
            notes_judge(con, bundles, is_workday)
        elif feed == "loan_event":
            events_judge(con, bundles)
        if con.execute(f"select 1 from typed_{feed} limit 1").fetchone() is None:
            _feed_check(con, contract, found, [], "")
            continue
        for reference in contract.references:
            _unmet(con, feed, reference)
        findings = [
            *key_findings(con, contract, business_date),
            *(_reference(reference) for reference in contract.references),
            *OWN_FINDINGS.get(feed, []),
        ]
        _feed_check(con, contract, found, findings, OWN_JOINS.get(feed, ""))
    return found


def _feed_check(
    con: duckdb.DuckDBPyConnection, contract: FeedContract, found: set[str], findings: list[Finding], joins: str
) -> None:
    """Create the checked and accepted rows of one feed; add it to ``found`` if it has rejects."""
    feed = contract.feed
    flags = "".join(f", {flag}" for reference in contract.references for flag in _flags(reference, found))
    columns = ", ".join(f't."{field.column}"' for field in contract.fields)
    source = f"from (select *{flags} from typed_{feed}) as t {joins}"
    rows = f"typed_{feed}"
    con.execute(
        f"create or replace temp table refused_{feed} as select t.line {source} where {any_sql(findings)}"
        if findings
        else f"create or replace temp table refused_{feed} (line bigint)"
    )
    if con.execute(f"select 1 from refused_{feed} limit 1").fetchone() is not None:
        found.add(feed)
        rows = _refused(con, feed, source, findings)
    if feed == "instalment" and feed in found:
        rows = _whole_schedules(con, rows)
    good = " where len(t.reasons) = 0" if feed in found else ""
    con.execute(f"create or replace temp view checked_{feed} as select * from {rows}")
    con.execute(f"create or replace temp view accepted_{feed} as select {columns} from {rows} as t{good}")


def _refused(con: duckdb.DuckDBPyConnection, feed: str, source: str, findings: list[Finding]) -> str:
    """Add the reasons of the rows in `refused_<feed>`; return the view with the reasons of all rows."""
    con.execute(
        f"create or replace temp table more_{feed} as select t.line, {reasons_list(findings)} as reasons {source} "
        f"where t.line in (select line from refused_{feed})"
    )
    con.execute(
        f"create or replace temp view checked_rows_{feed} as select t.* replace (case when m.line is null "
        f"then t.reasons else t.reasons || m.reasons end as reasons) "
        f"from typed_{feed} as t left join more_{feed} as m on m.line = t.line"
    )
    return f"checked_rows_{feed}"


def _target(feed: str) -> str:
    """Return the key column of a feed that others refer to."""
    return f"{feed}_code" if feed in ("product", "institution") else f"{feed}_id"


def _unmet(con: duckdb.DuckDBPyConnection, feed: str, reference: Reference) -> None:
    """Create `unmet_<field>`: keys that no row accepted today has. They are few, and only they are sought further."""
    name, to = reference.field, reference.feed
    accepted = "" if to == "institution" else f"anti join accepted_{to} as a on a.{_target(to)} = t.{name}"
    con.execute(
        f'create or replace temp table unmet_{name} as select distinct t."{name}" as key '
        f'from typed_{feed} as t {accepted} where t."{name}" is not null'
    )


def _flags(reference: Reference, suspects: set[str]) -> list[str]:
    """Return columns that say where the key of a reference was found: accepted or rejected today, in the book.

    Whether the book has a key is only told where today's rows have not.
    """
    name, feed = reference.field, reference.feed
    target = _target(feed)
    book = f"select {target} from known_{feed} where {target} in (select key from unmet_{name})"
    flags = [f'coalesce("{name}" in ({book}), false) as {name}_in_book']
    if feed != "institution":
        flags.append(f'coalesce("{name}" not in (select key from unmet_{name}), false) as {name}_accepted')
        keys = f"select {target} from checked_{feed} where len(reasons) > 0 and {target} is not null"
        flags.append(
            f'coalesce("{name}" in ({keys}), false) as {name}_rejected'
            if feed in suspects
            else f"false as {name}_rejected"
        )
    return flags


def _reference(reference: Reference) -> Finding:
    """Return the finding of a key that is in no accepted row and not in the book."""
    name, feed = reference.field, reference.feed
    value = f't."{name}"'
    if feed == "institution":
        unknown = reason_sql("reference.unknown", name, "a known institution", value)
        return Finding.of(f"{value} is not null and not t.{name}_in_book", unknown)
    in_book = f"t.{name}_in_book" if reference.rejected_is_known else f"(t.{name}_in_book and not t.{name}_rejected)"
    condition = f"{value} is not null and not (t.{name}_accepted or {in_book})"
    rejected = reason_sql("reference.rejected", name, f"a {feed} that is accepted today", value)
    unknown = reason_sql("reference.unknown", name, f"a {feed} of today's file or of the book", value)
    return Finding.of(condition, f"case when t.{name}_rejected then {rejected} else {unknown} end")


def _schedules(con: duckdb.DuckDBPyConnection) -> None:
    """Create `schedule_sum`: one row a note with what its delivered schedule adds up to and whether a row is bad.

    Files mostly bring the rows of a schedule together and in their order: then each row is held against the one before
    it. The schedules of other notes are put in order, in parts by note, so that memory does not follow a big file.
    """
    sums = (
        "note_id, sum(principal_minor) as principal_minor, sum(interest_minor) as interest_minor, "
        "min(due_on) as first_due_on, count(*) filter (where bad) as bad_rows, min(line) filter (where bad) as bad_line"
    )
    columns = "note_id, seq, line, due_on, principal_minor, interest_minor, len(reasons) > 0 as bad"
    con.execute(
        f"create or replace temp table schedule_seen as select {sums}, bool_or(follows and due_on < last_due_on) "
        "as backwards, count(*) filter (where not follows) > 1 "
        "or bool_or(follows and not coalesce(seq > last_seq, false)) as scattered, count(*) as instalments from ("
        f"select *, coalesce(note_id = last_note_id, false) as follows from (select {columns}, "
        "lag(note_id) over () as last_note_id, lag(seq) over () as last_seq, lag(due_on) over () as last_due_on "
        "from typed_instalment where note_id is not null)) group by note_id"
    )
    con.execute(
        "create or replace temp table schedule_sum as select * exclude (scattered, instalments) from schedule_seen "
        "where not scattered"
    )
    count = "select coalesce(sum(instalments), 0) from schedule_seen where scattered"
    (rows,) = con.execute(count).fetchone() or (0,)
    parts = -(-int(rows) // _SCHEDULE_ROWS)
    for part in range(parts):
        con.execute(
            f"insert into schedule_sum select {sums}, bool_or(backwards) as backwards from (select {columns}, "
            "due_on < lag(due_on) over (partition by note_id order by seq) as backwards from typed_instalment "
            "where note_id in (select note_id from schedule_seen where scattered) "
            f"and hash(note_id) % {parts} = {part}) group by note_id"
        )


def _drawn(con: duckdb.DuckDBPyConnection, delivered: bool) -> None:
    """Create `drawn_note`: what was drawn of each note besides its first amount; its schedule adds up to both."""
    columns = "core_ref, note_id, kind, amount_minor, reverses"
    today = f" union all select {columns} from typed_loan_event where len(reasons) = 0" if delivered else ""
    con.execute(
        f"create or replace temp table drawn_note as with event as (select {columns} from known_loan_event{today}) "
        "select note_id, sum(amount_minor)::bigint as drawn_minor from event where kind = 'drawdown' "
        "and reverses is null and core_ref not in (select reverses from event where reverses is not null) "
        "group by note_id"
    )


def _repayments_asked(con: duckdb.DuckDBPyConnection) -> None:
    """Create `asked_repayment`: the repayments of the book that today's rows name; its history is read only once."""
    con.execute(
        "create or replace temp table asked_repayment as select core_ref, note_id, amount_minor, reverses "
        "from known_repayment where core_ref in (select core_ref from typed_repayment where core_ref is not null "
        "union select reverses from typed_repayment where reverses is not null) "
        "or reverses in (select reverses from typed_repayment where reverses is not null)"
    )


def _whole_schedules(con: duckdb.DuckDBPyConnection, rows: str) -> str:
    """Refuse the good rows of a schedule of which another row is bad; return the table with the result."""
    whole = reason_sql("schedule.row_rejected", "note_id", "every row of the schedule accepted", "bad.line_text")
    con.execute(
        f"create or replace temp table whole_rows_instalment as select t.* replace (case when len(t.reasons) = 0 "
        f"and bad.note_id is not null then cast([{whole}] as {REASON_TYPE}[]) else t.reasons end as reasons) "
        f"from {rows} as t left join (select note_id, 'line ' || min(line) || ' rejected' as line_text from {rows} "
        "where len(reasons) > 0 group by note_id) as bad on bad.note_id = t.note_id"
    )
    return "whole_rows_instalment"
