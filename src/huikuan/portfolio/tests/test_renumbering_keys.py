"""The map of changed keys: no column with such a key is forgotten, and chains lead to the key of the day."""

from datetime import date

import duckdb
import pytest

from huikuan.portfolio.book_tables import ALL_TABLES
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.lake import Column, LakeTable
from huikuan.portfolio.renumbering import KEY_KINDS, rekeyed_sql, renumbered_load, steps_latest

KINDS = {"note", "party", "institution"}


def test_every_reference_to_a_note_customer_or_institution_is_followed() -> None:
    for contract in contracts_shipped().values():
        found = {one.field: one.feed for one in contract.references if one.feed in KINDS}
        assert found.items() <= KEY_KINDS.items(), contract.feed


def test_every_column_of_the_book_with_such_a_key_is_followed() -> None:
    endings = ("note_id", "party_id", "institution_code", "department_code")
    for table in ALL_TABLES:
        assert {column.name for column in table.columns if column.name.endswith(endings)} <= set(KEY_KINDS), table.name


@pytest.mark.parametrize(("on", "key"), [(date(2024, 3, 1), "a"), (date(2024, 3, 2), "b"), (date(2024, 3, 9), "c")])
def test_chain_ends_at_the_key_of_the_day_and_the_latest_row_of_a_key_counts(on: date, key: str) -> None:
    con = duckdb.connect()
    first = (
        "select 'note' as kind, 'a' as old_key, 'x' as new_key, date '2024-03-01' as effective_on union all "
        "select 'note', 'b', 'c', date '2024-03-03'"
    )
    later = "select 'note' as kind, 'a' as old_key, 'b' as new_key, date '2024-03-02' as effective_on"
    con.execute(f"create temp table renumbered_step as {steps_latest([first, later])}")
    renumbered_load(con, on)
    table = LakeTable("t", (Column("note_id", "VARCHAR"), Column("n", "BIGINT")), ("note_id",))
    assert con.execute(rekeyed_sql(table, "select 'a' as note_id, 1::bigint as n")).fetchall() == [(key, 1)]


def test_rows_of_customers_that_became_one_are_one_that_of_the_present_key() -> None:
    con = duckdb.connect()
    step = "select 'party' as kind, 'old' as old_key, 'new' as new_key, date '2024-03-01' as effective_on"
    con.execute(f"create temp table renumbered_step as {step}")
    renumbered_load(con, date(2024, 3, 1))
    table = LakeTable("t", (Column("party_id", "VARCHAR"), Column("n", "BIGINT")), ("party_id",))
    rows = "select 'old' as party_id, 1::bigint as n union all select 'new', 2 union all select 'other', 3"
    assert con.execute(f"{rekeyed_sql(table, rows)} order by 1").fetchall() == [("new", 2), ("other", 3)]
