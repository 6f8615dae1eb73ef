"""What the list of loans can be asked, and what it refuses."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.kernel.errors import InputInvalidError
from huikuan.portfolio.rules.loan_query import (
    DATED_SORTS,
    DAYS_MAX,
    SUM_MAX_MINOR,
    TEXT_LENGTH_MAX,
    VALUES_MAX,
    LoanCursor,
    LoanFilter,
    LoanQuery,
    LoanSort,
    cursor_parse,
    cursor_text,
    loan_query_document,
    loan_query_parse,
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({}, LoanFilter()),
        ({"bucket": None, "tag": [], "stale": None}, LoanFilter()),
        ({"bucket": "M2"}, LoanFilter(bucket=("M2",))),
        ({"bucket": ["M7+", "M2", "M7+"]}, LoanFilter(bucket=("M2", "M7+"))),
        ({"class": "loss"}, LoanFilter(class_floor=("loss",))),
        ({"institution": ["12", 3]}, LoanFilter(institution=(3, 12))),
        ({"officer": ["", "E1"]}, LoanFilter(officer=("", "E1"))),
        ({"core_class": ""}, LoanFilter(core_class=("",))),
        ({"last_failure": "frozen"}, LoanFilter(last_failure=("frozen",))),
        ({"stale": "true", "core_differs": False}, LoanFilter(stale=True, core_differs=False)),
        ({"dpd_min": "1", "dpd_max": 1}, LoanFilter(dpd_min=1, dpd_max=1)),
        ({"dpd_max": DAYS_MAX}, LoanFilter(dpd_max=DAYS_MAX)),
        ({"overdue_min": ["500000"]}, LoanFilter(overdue_min=500_000)),
        ({"balance_max": SUM_MAX_MINOR}, LoanFilter(balance_max=SUM_MAX_MINOR)),
        ({"matures_from": "2026-02-28", "matures_to": date(2026, 2, 28)},
         LoanFilter(matures_from=date(2026, 2, 28), matures_to=date(2026, 2, 28))),
        ({"region": "x" * TEXT_LENGTH_MAX}, LoanFilter(region=("x" * TEXT_LENGTH_MAX,))),
    ],
)  # fmt: skip
def test_filter_is_read_from_what_an_address_can_hold(raw: dict[str, Any], expected: LoanFilter) -> None:
    assert loan_query_parse(raw) == LoanQuery(expected)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"colour": "red"}, "filter"),
        ({"class_floor": "loss"}, "filter"),
        ({"bucket": "M8"}, "bucket"),
        ({"bucket": ""}, "bucket"),
        ({"class": "bad"}, "class"),
        ({"product": ""}, "product"),
        ({"institution": "0"}, "institution"),
        ({"institution": "x"}, "institution"),
        ({"institution": True}, "institution"),
        ({"institution": "²"}, "institution"),
        ({"tag": 2**63}, "tag"),
        ({"officer": "x" * (TEXT_LENGTH_MAX + 1)}, "officer"),
        ({"officer": "a\x00"}, "officer"),
        ({"officer": 7}, "officer"),
        ({"region": [str(n) for n in range(VALUES_MAX + 1)]}, "region"),
        ({"stale": "yes"}, "stale"),
        ({"stale": [True, False]}, "stale"),
        ({"dpd_min": -1}, "dpd_min"),
        ({"dpd_max": DAYS_MAX + 1}, "dpd_max"),
        ({"dpd_min": 2, "dpd_max": 1}, "dpd_max"),
        ({"overdue_min": "1.5"}, "overdue_min"),
        ({"overdue_max": SUM_MAX_MINOR + 1}, "overdue_max"),
        ({"balance_min": "9" * 40}, "balance_min"),
        ({"matures_from": "2026-02-29"}, "matures_from"),
        ({"matures_from": "2026-03-02", "matures_to": "2026-03-01"}, "matures_to"),
        ({"sort": "name"}, "sort"),
        ({"sort": "--dpd"}, "sort"),
        ({"sort": ["dpd", "-dpd"]}, "sort"),
    ],
)
def test_what_a_filter_cannot_have_is_refused_with_its_name(raw: dict[str, Any], field: str) -> None:
    with pytest.raises(InputInvalidError) as refused:
        loan_query_parse(raw)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("text", "sort", "descending"),
    [
        (None, LoanSort.ARREARS, True),
        ("", LoanSort.ARREARS, True),
        ("arrears", LoanSort.ARREARS, False),
        ("-dpd", LoanSort.DPD, True),
        (["matures"], LoanSort.MATURES, False),
        ("-note", LoanSort.NOTE, True),
    ],
)
def test_order_is_read_from_its_name_and_sign(text: object, sort: LoanSort, descending: bool) -> None:
    assert loan_query_parse({"sort": text}) == LoanQuery(LoanFilter(), sort, descending)


def test_canonical_form_says_only_what_is_set_under_the_names_of_an_address() -> None:
    raw = {"class": ["loss", "doubtful"], "stale": "false", "matures_to": "2026-01-31", "sort": "-arrears", "tag": "4"}
    assert loan_query_document(loan_query_parse(raw)) == {
        "class": ["doubtful", "loss"], "tag": [4], "stale": False, "matures_to": "2026-01-31",
    }  # fmt: skip
    assert loan_query_document(LoanQuery()) == {}
    assert loan_query_document(LoanQuery(sort=LoanSort.DPD)) == {"sort": "-dpd"}


def queries() -> st.SearchStrategy[LoanQuery]:
    """Questions of every kind."""
    days = st.none() | st.integers(0, DAYS_MAX)
    texts = st.lists(st.text(st.characters(exclude_characters="\x00"), max_size=5), max_size=3)
    filters = st.builds(
        lambda codes, ids, flag, low, day: LoanFilter(
            officer=tuple(sorted(set(codes))), tag=tuple(sorted(ids)), stale=flag, dpd_min=low, matures_from=day
        ),
        texts,
        st.sets(st.integers(1, 2**63 - 1), max_size=3),
        st.none() | st.booleans(),
        days,
        st.none() | st.dates(),
    )
    return st.builds(LoanQuery, filters, st.sampled_from(LoanSort), st.booleans())


@given(queries())
def test_canonical_form_reads_back_as_the_same_question(query: LoanQuery) -> None:
    assert loan_query_parse(loan_query_document(query)) == query


@given(queries(), st.integers(0, SUM_MAX_MINOR), st.none() | st.dates(), st.text(max_size=64))
def test_cursor_reads_back_as_the_same_place(query: LoanQuery, number: int, day: date | None, note_id: str) -> None:
    value = day if query.sort in DATED_SORTS else None if query.sort is LoanSort.NOTE else number
    cursor = LoanCursor(value, note_id)
    assert cursor_parse(query, cursor_text(query, cursor)) == cursor


def test_cursor_of_another_question_or_no_cursor_is_refused() -> None:
    query = LoanQuery()
    text = cursor_text(query, LoanCursor(5, "N1"))
    others = [LoanQuery(LoanFilter(stale=True)), LoanQuery(sort=LoanSort.DPD), LoanQuery(descending=False)]
    for other, broken in [*((other, text) for other in others), (query, "x"), (query, ""), (query, text[:-3]),
                          (query, cursor_text(query, LoanCursor(None, "N1"))), (query, "é")]:  # fmt: skip
        with pytest.raises(InputInvalidError):
            cursor_parse(other, broken)
