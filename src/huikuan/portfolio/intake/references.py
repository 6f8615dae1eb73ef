"""Checks between feeds: what today's rows refer to, in today's files and in yesterday's book.

`checked_<feed>` is `typed_<feed>` with the reasons of all checks; `accepted_<feed>` holds the rows without
reasons. Feeds are taken in the order in which they refer to each other, so that a rejected contract rejects its
notes, and these their schedules. The book is seen through relations that the caller has created:

    known_product(product_code)  known_party(party_id)  known_institution(institution_code)
    known_contract(contract_id)
    known_note(note_id, principal_minor, disbursed_on, schedule_delivered)
    known_repayment(core_ref, note_id, amount_minor, reverses)
"""

# ruff: noqa: S608 - names in the SQL come from checked contracts, texts are quoted by sql_text

import duckdb

from huikuan.kernel.money import AMOUNT_MAX_MINOR
from huikuan.portfolio.facts import DEN, PPM
from huikuan.portfolio.feed_contract import FeedContract, Reference
from huikuan.portfolio.intake.compile import REASON_TYPE, Finding, any_sql, reason_sql, reasons_list

_SCHEDULE_ROWS = 2_000_000  # that are put in order at once
KNOWN_COLUMNS = {
    "known_product": "product_code varchar",
    "known_party": "party_id varchar",
    "known_institution": "institution_code varchar",
    "known_contract": "contract_id varchar",
    "known_note": "note_id varchar, principal_minor bigint, disbursed_on date, schedule_delivered boolean",
    "known_repayment": "core_ref varchar, note_id varchar, amount_minor bigint, reverses varchar",
}


def known_empty(con: duckdb.DuckDBPyConnection) -> None:
    """Create the relations of an empty book where the caller has made none: a first delivery."""
    present = {str(row[0]) for row in con.execute("select table_name from information_schema.tables").fetchall()}
    for name, columns in KNOWN_COLUMNS.items():
        if name not in present:
            con.execute(f"create temp table {name} ({columns})")


def feeds_check(con: duckdb.DuckDBPyConnection, contracts: dict[str, FeedContract], suspects: set[str]) -> set[str]:
    """Create `checked_<feed>` and `accepted_<feed>` of every feed from `typed_<feed>` and the known relations.

    ``contracts`` are those of the delivered feeds in their order; ``suspects`` the feeds that have rejects already;
    returned are those that have some now.
    """
    found = set(suspects)
    _schedules(con)
    _repayments_asked(con)
    for feed, contract in contracts.items():
        references = contract.references
        for reference in references:
            _unmet(con, feed, reference)
        flags = "".join(f", {flag}" for reference in references for flag in _flags(reference, found))
        findings = [*(_reference(reference) for reference in references), *_OWN_FINDINGS.get(feed, [])]
        columns = ", ".join(f't."{field.column}"' for field in contract.fields)
        source = f"from (select *{flags} from typed_{feed}) as t {_OWN_JOINS.get(feed, '')}"
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
    return found


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

    Rows are put in the order of their schedule; a big file in parts by note, so that memory does not follow it.
    """
    (rows,) = con.execute("select count(*) from typed_instalment").fetchone() or (0,)
    parts = 1 + int(rows) // _SCHEDULE_ROWS
    for part in range(parts):
        among = f"and hash(note_id) % {parts} = {part}" if parts > 1 else ""
        into = "insert into schedule_sum" if part else "create or replace temp table schedule_sum as"
        con.execute(
            f"{into} select note_id, sum(principal_minor) as principal_minor, sum(interest_minor) as interest_minor, "
            "min(due_on) as first_due_on, count(*) filter (where bad) as bad_rows, "
            "min(line) filter (where bad) as bad_line, bool_or(backwards) as backwards from ("
            "select note_id, line, due_on, principal_minor, interest_minor, len(reasons) > 0 as bad, "
            "due_on < lag(due_on) over (partition by note_id order by seq) as backwards from typed_instalment "
            f"where note_id is not null {among}) group by note_id"
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


def _case(condition: str, code: str, field: str, expected: str, got: str) -> Finding:
    return Finding.of(condition, reason_sql(code, field, expected, got))


_NEEDS_SCHEDULE = "(t.repayment_method = 'given' or coalesce(k.schedule_delivered, false))"
_LAST_DUE = "try(cast(t.first_due_on + to_months(t.instalment_count - 1) as date))"  # a row may be refused already
_COMPUTED = "t.repayment_method <> 'given' and s.note_id is null and not coalesce(k.schedule_delivered, false)"

# The interest of a note is at most one amount in all: times a rate it must fit the fold's BIGINT. For a computed
# schedule the bound is the interest on the whole principal for the whole term, which no repayment method exceeds.
_INTEREST_MAX = f"at most {AMOUNT_MAX_MINOR} of interest over the whole schedule, in minor units"
_BEARS = "cast(t.principal_minor as hugeint) * t.annual_rate_ppm"
# Nearly all notes are far below it: a look with DOUBLE spares them the long division, which alone decides.
_TERMS_INTEREST_LARGE = (
    f"cast(t.principal_minor as double) * t.annual_rate_ppm * case when t.repayment_method = 'bullet' "
    f"then (t.matures_on - t.disbursed_on) / {DEN} else t.instalment_count / {12 * PPM} end > {AMOUNT_MAX_MINOR} * 0.99"
)
_TERMS_INTEREST = (
    f"case when t.repayment_method = 'bullet' then {_BEARS} * (t.matures_on - t.disbursed_on) // {DEN} "
    f"else {_BEARS} * t.instalment_count // {12 * PPM} end"
)

# A schedule whose note is not in today's file is held to the note in the book.
_BOOK_ONLY = "t.note_id_in_book and not t.note_id_accepted"

_OWN_JOINS = {
    "note": (  # of the book's notes only those with a delivered schedule matter
        "left join schedule_sum as s on s.note_id = t.note_id "
        "left join (select * from known_note where schedule_delivered) as k on k.note_id = t.note_id"
    ),
    "instalment": (
        "left join schedule_sum as s on s.note_id = t.note_id left join known_note as k on k.note_id = t.note_id"
    ),
    "repayment": (
        "left join (select note_id, disbursed_on from accepted_note union all "
        "select note_id, disbursed_on from known_note "
        "where note_id not in (select note_id from accepted_note)) as n on n.note_id = t.note_id "
        "left join asked_repayment as k on k.core_ref = t.core_ref "
        "left join (select core_ref, any_value(note_id) as note_id, any_value(amount_minor) as amount_minor, "
        "any_value(reverses) as reverses from (select core_ref, note_id, amount_minor, reverses from typed_repayment "
        "where len(reasons) = 0 union all select core_ref, note_id, amount_minor, reverses from asked_repayment) "
        "group by core_ref) as o on o.core_ref = t.reverses "
        "left join (select reverses, count(*) as times from ("
        "select reverses from typed_repayment where len(reasons) = 0 "
        "union all select reverses from asked_repayment) where reverses is not null group by reverses) as r "
        "on r.reverses = t.reverses"
    ),
}
_OWN_FINDINGS = {
    "note": [
        _case(
            "s.bad_rows > 0",
            "schedule.row_rejected",
            "note_id",
            "every row of the schedule accepted",
            "'line ' || s.bad_line",
        ),
        _case(
            "s.bad_rows = 0 and s.principal_minor <> t.principal_minor",
            "schedule.principal_sum",
            "principal",
            "the sum of the schedule's principal, in minor units",
            "'principal ' || t.principal_minor || ', sum ' || s.principal_minor",
        ),
        _case(
            f"s.bad_rows = 0 and s.interest_minor > {AMOUNT_MAX_MINOR}",
            "schedule.interest_sum",
            "note_id",
            _INTEREST_MAX,
            "s.interest_minor",
        ),
        _case(
            "s.first_due_on < t.disbursed_on",
            "schedule.due_on",
            "disbursed_on",
            "no instalment due earlier",
            "s.first_due_on",
        ),
        _case(
            "s.backwards", "schedule.order", "note_id", "due days that do not go back with seq", "'a due day that does'"
        ),
        _case(
            f"s.note_id is null and {_NEEDS_SCHEDULE} and not coalesce(k.schedule_delivered, false)",
            "schedule.missing",
            "repayment_method",
            "instalments of the note",
            "'none in the file or the book'",
        ),
        _case(
            "s.note_id is null and coalesce(k.schedule_delivered, false) and k.principal_minor <> t.principal_minor",
            "schedule.principal_sum",
            "principal",
            "the principal of the schedule in the book, or a new schedule, in minor units",
            "'principal ' || t.principal_minor || ', schedule ' || k.principal_minor",
        ),
        _case(
            f"{_COMPUTED} and {_LAST_DUE} > t.matures_on",
            "terms.due_after_maturity",
            "matures_on",
            "the last due day or later",
            f"'last due day ' || {_LAST_DUE}",
        ),
        _case(
            f"{_COMPUTED} and t.repayment_method = 'bullet' "
            "and (t.instalment_count <> 1 or t.first_due_on <> t.matures_on)",
            "terms.bullet",
            "instalment_count",
            "one instalment, due at maturity, for a bullet note",
            "t.instalment_count || ', first due ' || t.first_due_on",
        ),
        _case(
            f"{_COMPUTED} and {_TERMS_INTEREST_LARGE} and {_TERMS_INTEREST} > {AMOUNT_MAX_MINOR}",
            "terms.interest_sum",
            "principal",
            _INTEREST_MAX,
            _TERMS_INTEREST,
        ),
    ],
    "instalment": [
        _case(
            f"{_BOOK_ONLY} and s.principal_minor <> k.principal_minor",
            "schedule.principal_sum",
            "principal",
            "the principal of the note in the book, in minor units",
            "'principal ' || k.principal_minor || ', sum ' || s.principal_minor",
        ),
        _case(
            f"{_BOOK_ONLY} and s.interest_minor > {AMOUNT_MAX_MINOR}",
            "schedule.interest_sum",
            "interest",
            _INTEREST_MAX,
            "s.interest_minor",
        ),
        _case(
            f"{_BOOK_ONLY} and t.due_on < k.disbursed_on",
            "schedule.due_on",
            "due_on",
            "on or after the pay-out of the note",
            "t.due_on",
        ),
        _case(
            f"{_BOOK_ONLY} and s.backwards",
            "schedule.order",
            "due_on",
            "due days that do not go back with seq",
            "'a due day that does'",
        ),
    ],
    "repayment": [
        _case("k.core_ref is not null", "key.known", "core_ref", "a reference not used before", "t.core_ref"),
        _case(
            "t.value_on < n.disbursed_on",
            "repayment.early",
            "value_on",
            "on or after the pay-out of the note",
            "t.value_on",
        ),
        _case(
            "t.reverses is not null and (o.core_ref is null or o.reverses is not null or o.note_id <> t.note_id)",
            "reversal.unknown",
            "reverses",
            "the reference of a repayment of the same note",
            "t.reverses",
        ),
        _case(
            "t.reverses is not null and o.reverses is null and o.amount_minor <> t.amount_minor",
            "reversal.amount",
            "amount",
            "the amount of the reversed repayment, in minor units",
            "t.amount_minor || ' for ' || o.amount_minor",
        ),
        _case("r.times > 1", "reversal.twice", "reverses", "a repayment not reversed before", "t.reverses"),
    ],
}
