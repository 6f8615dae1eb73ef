"""How PostgreSQL answers the list of loans: by an index in the order asked for, as the application, row security on."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from huikuan.kernel.models import Bank
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_bank, an_institution
from huikuan.portfolio.models import DeskNote, Tag
from huikuan.portfolio.rules.loan_query import LoanCursor, LoanQuery, LoanSort, loan_query_parse
from huikuan.portfolio.selectors.loan_sql import PAGE, conditions, segments
from huikuan.portfolio.tests.desk_books import AT, DAY, a_note, desk_fill

if TYPE_CHECKING:
    import psycopg

NOTES = 10_000
BRANCHES = 20

_MULTIPLY = """
insert into portfolio_desk_note ({columns})
select {values} from (select (jsonb_populate_record(d, jsonb_build_object(
    'note_id', 'N' || lpad(n::text, 8, '0'), 'institution_code', 'b' || n %% %(branches)s,
    'officer_code', 'E' || n %% 200, 'dpd', days,
    'overdue_principal_minor', (n * 7919) %% 900000, 'overdue_minor', (n * 7919) %% 900000,
    'balance_minor', (n * 104729) %% 5000000, 'matures_on', date '2026-01-01' + n %% 1500,
    'bucket', case when n %% 10 = 0 then 'settled' when days > 180 then 'M7+'
        else 'M' || (days - 1) / 30 + 1 end
))).*
    from portfolio_desk_note d, generate_series(1, %(notes)s) n, lateral (select 1 + n * 31 %% 400 as days) days) made
"""


@pytest.fixture
def bank(transactional_db: None, owner_connection: "psycopg.Connection[Any]") -> Iterator[Bank]:
    """A bank with NOTES notes in 20 branches, a tenth of them settled, a tenth tagged, statistics fresh."""
    bank = a_bank()
    for number in range(BRANCHES):
        an_institution(bank, code=f"b{number}")
    desk_fill(bank, [a_note(note_id="first", institution_code="b1")])
    with bank_scope(bank.id), connection.cursor() as cursor:
        names = ", ".join(f.column for f in DeskNote._meta.concrete_fields if not f.generated and f.column)
        cursor.execute(_MULTIPLY.format(columns=names, values=names), {"branches": BRANCHES, "notes": NOTES})
        tag = Tag.objects.create(bank_id=bank.id, name="回访", created_at=AT)
        cursor.execute(
            "insert into portfolio_note_tag select bank_id, note_id, %s from portfolio_desk_note "
            "where right(note_id, 1) = '7'",
            [tag.id],
        )
    owner_connection.execute("analyze portfolio_desk_note, portfolio_note_tag, portfolio_tag, portfolio_party")
    yield bank


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All nodes of a plan."""
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def plan_of(bank: Bank, query: LoanQuery, after: LoanCursor | None, codes: list[str] | None) -> list[dict[str, Any]]:
    """The nodes of the plans of a page of 50, as executed."""
    base = conditions(bank_id=bank.id, institution_codes=codes, wanted=query.filter)
    found: list[dict[str, Any]] = []
    with connection.cursor() as cursor:
        for text, parameters in segments(query, base, after):
            assert "d.bucket" in text or query.filter.bucket
            cursor.execute("explain (analyze, format json) " + text, {**parameters, "limit": 51})
            (answer,) = cursor.fetchone()
            plans = json.loads(answer) if isinstance(answer, str) else answer
            found += nodes(plans[0]["Plan"])
    return found


MIDDLE: dict[LoanSort, LoanCursor] = {
    LoanSort.DPD: LoanCursor(DAY - timedelta(200), "N00002500"),
    LoanSort.ARREARS: LoanCursor(450_000, "N00002500"),
    LoanSort.BALANCE: LoanCursor(2_500_000, "N00002500"),
    LoanSort.MATURES: LoanCursor(date(2028, 1, 1), "N00002500"),
    LoanSort.NOTE: LoanCursor(None, "N00005000"),
}


def test_every_order_follows_an_index_from_the_first_page_to_a_deep_one(bank: Bank) -> None:
    with bank_scope(bank.id):
        for sort, middle in MIDDLE.items():
            for descending in (True, False):
                for after in (None, middle):
                    plan = plan_of(bank, LoanQuery(sort=sort, descending=descending), after, None)
                    assert not sequential(plan), (sort, descending, after)
                    assert rows_read(plan) < 200, (sort, descending, after)


FILTERS: list[tuple[dict[str, Any], int]] = [
    ({"bucket": ["M2"]}, 2_000),
    ({"bucket": ["M2", "M3"], "overdue_min": 500_000}, 2_000),
    ({"class": ["special_mention"]}, 200),
    ({"officer": ["E7"]}, 200),
    ({"officer": ["E7", "E8"], "bucket": ["M3"]}, 400),
    ({"stale": True}, 200),
    ({"dpd_min": 91, "dpd_max": 120}, 2_000),
    ({"tag": [1]}, 1_000),
    ({"region": [""]}, 200),
    ({"party_kind": ["person"], "balance_min": 100_000}, 400),
]


def test_main_filters_need_no_sequential_scan_of_the_desk(bank: Bank) -> None:
    with bank_scope(bank.id):
        tag = Tag.objects.get(bank_id=bank.id).id
        for raw, rows_max in FILTERS:
            plan = plan_of(bank, loan_query_parse(raw if "tag" not in raw else {"tag": tag}), None, None)
            assert not sequential(plan), raw
            assert rows_read(plan) < rows_max, raw


def test_person_of_a_branch_gets_the_first_page_without_reading_the_other_branches(bank: Bank) -> None:
    with bank_scope(bank.id):
        for codes in (["b3"], ["b3", "b4", "b5"]):
            plan = plan_of(bank, LoanQuery(), None, codes)
            assert not sequential(plan)
            assert rows_read(plan) < NOTES * (len(codes) + 1) // BRANCHES


def sequential(plan: list[dict[str, Any]]) -> bool:
    """Whether the desk, its parties or the tags of notes are read from end to end."""
    return any(
        node["Node Type"] == "Seq Scan" and node.get("Relation Name") in {"portfolio_desk_note", "portfolio_note_tag"}
        for node in plan
    )


def rows_read(plan: list[dict[str, Any]]) -> int:
    """Rows of the desk that were looked at, kept or not."""
    return sum(
        int((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
        for node in plan
        if node.get("Relation Name") == "portfolio_desk_note"
    )


def test_a_query_in_other_words_than_the_indexes_would_be_noticed(bank: Bank) -> None:
    """Guards the tests above: the same condition on arrears, spelled otherwise, reads far more."""
    base = conditions(bank_id=bank.id, institution_codes=None, wanted=LoanQuery().filter)
    ((text, parameters),) = segments(LoanQuery(), base, None)
    other = text.replace("not (d.bucket in ('M0', 'settled'))", "concat(d.bucket) not in ('M0', 'settled')")
    assert other != text and PAGE
    with bank_scope(bank.id), connection.cursor() as cursor:
        cursor.execute("explain (analyze, format json) " + other, {**parameters, "limit": 51})
        (answer,) = cursor.fetchone()
    plans = json.loads(answer) if isinstance(answer, str) else answer
    assert rows_read(list(nodes(plans[0]["Plan"]))) > NOTES // 2


def test_a_day_more_rewrites_notes_in_their_page_and_touches_no_index(bank: Bank) -> None:
    def updates() -> tuple[int, int]:
        with connection.cursor() as cursor:
            cursor.execute("select pg_stat_force_next_flush()")
            cursor.execute(
                "select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relname = 'portfolio_desk_note'"
            )
            done: tuple[int, int] = cursor.fetchone()
            return done

    before = updates()
    # One night: a page takes the next only when no transaction that may still see the former rows is open anywhere.
    with bank_scope(bank.id), connection.cursor() as cursor:
        cursor.execute(
            "update portfolio_desk_note set business_date = business_date + 1, dpd = dpd + 1, "
            "penalty_minor = penalty_minor + 7, overdue_minor = overdue_minor + 7"
        )
    after = updates()
    assert after[0] - before[0] >= NOTES
    assert after[1] - before[1] >= 0.99 * (after[0] - before[0])
