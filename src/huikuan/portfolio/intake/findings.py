"""Findings on accepted rows: what is odd and is loaded all the same. The pure rule is `rules.identity_numbers`.

A number that the sender writes wrongly must not hide the debt behind it, so it rejects nothing. Numbers stay in this
connection: a finding has the key of the party and the place of the row.
"""

# ruff: noqa: S608 - names and texts in the SQL are constants of this package

from datetime import date
from typing import Final

import duckdb

from huikuan.portfolio.lake import sql_text
from huikuan.portfolio.rules.identity_numbers import (
    CARD_CHECKS,
    CARD_FORM,
    CARD_OLD_FORM,
    CARD_WEIGHTS,
    CODE_ALPHABET,
    CODE_FORM,
    CODE_WEIGHTS,
    NumberProblem,
    born_not_before,
)

_CARD_SUM: Final = " + ".join(
    f"{weight} * (d // {10 ** (16 - place)} % 10)" for place, weight in enumerate(CARD_WEIGHTS)
)
_CODE_SUM: Final = " + ".join(
    f"{weight} * (strpos('{CODE_ALPHABET}', substr(n, {place}, 1)) - 1)"
    for place, weight in enumerate(CODE_WEIGHTS, start=1)
)
_BORN: Final = (
    "try_cast(case when old then concat_ws('-', '19' || substr(n, 7, 2), substr(n, 9, 2), substr(n, 11, 2)) "
    "else concat_ws('-', substr(n, 7, 4), substr(n, 11, 2), substr(n, 13, 2)) end as date)"
)
_NUMBERS: Final = (
    "select party_id, line, identity_kind, upper(replace(identity_number, '-', '')) as n from checked_party "
    "where len(reasons) = 0 and identity_kind in ('id_card', 'credit_code') and identity_number is not null"
)


def numbers_judge(con: duckdb.DuckDBPyConnection, business_date: date) -> None:
    """Create `number_finding` (party_id, code, line) from the relations of `intake_check`; empty without parties."""
    columns = "party_id varchar, code varchar, line bigint"
    con.execute(f"create or replace temp table number_finding ({columns})")
    if not _there(con, "checked_party"):
        return
    earliest, latest = (f"date '{day.isoformat()}'" for day in (born_not_before(business_date), business_date))
    card = f"regexp_full_match(n, {sql_text(CARD_FORM)})"
    old = f"regexp_full_match(n, {sql_text(CARD_OLD_FORM)})"
    code = f"regexp_full_match(n, {sql_text(CODE_FORM)})"
    con.execute(
        f"insert into number_finding with number as ({_NUMBERS}), "
        f"card as materialized (select *, {old} as old, {card} as new, "
        f"try_cast(left(n, 17) as bigint) as d from number where identity_kind = 'id_card'), "
        f"code as materialized (select *, {code} as formed from number where identity_kind = 'credit_code') "
        f"select party_id, '{NumberProblem.CARD_FORM}', line from card where not old and not new union all "
        f"select party_id, '{NumberProblem.CARD_CHECKSUM}', line from card where new "
        f"and substr('{CARD_CHECKS}', 1 + ({_CARD_SUM}) % 11, 1) <> substr(n, 18, 1) union all "
        f"select party_id, '{NumberProblem.CARD_BIRTH}', line from card where (old or new) "
        f"and not coalesce({_BORN} between {earliest} and {latest}, false) union all "
        f"select party_id, '{NumberProblem.CODE_FORM}', line from code where not formed union all "
        f"select party_id, '{NumberProblem.CODE_CHECKSUM}', line from code where formed "
        f"and substr('{CODE_ALPHABET}', 1 + (31 - ({_CODE_SUM}) % 31) % 31, 1) <> substr(n, 18, 1)"
    )


def places(con: duckdb.DuckDBPyConnection, feed: str, file_name: str) -> str:
    """Return a SELECT of line, source_file, source_line of a feed: of mapped files the place in the bank's own."""
    if _there(con, f"mapped_{feed}"):
        return f"select line, source_file, source_line from mapped_{feed}"
    return f"select line, {sql_text(file_name)} as source_file, line as source_line from checked_{feed}"


def _there(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    found = con.execute("select 1 from information_schema.tables where table_name = $1 limit 1", [name]).fetchone()
    return found is not None
