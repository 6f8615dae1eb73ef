"""Expressions of mappings: what they compute, and that nothing outside the list passes."""

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.mapping.connection import mapping_connect
from huikuan.portfolio.mapping.errors import ExpressionError
from huikuan.portfolio.mapping.expression import Compiled, expression_compile
from huikuan.portfolio.mapping.functions import FUNCTIONS, text_of

COLUMNS = ("KEY", "BAL", "DAY", "借据号")
CON = mapping_connect([])
CON.execute(
    "create temp table row as select '00012' as c0, '1234.50' as c1, '20240131' as c2, '9' as c3 "
    "union all select null, 'x', '20240230', null"
)


def compiled(text: str) -> Compiled:
    """Compile an expression over four columns of text."""
    return expression_compile(
        text,
        known=COLUMNS,
        column_sql=lambda _, name: f"c{COLUMNS.index(name)}",
        business_date_sql="date '2024-03-15'",
    )


def values(text: str) -> list[str | None]:
    """Evaluate an expression for both rows; None where it fails or gives nothing."""
    return [row[0] for row in CON.execute(f"select try({text_of(compiled(text).value)}) from row").fetchall()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'J' || ltrim(KEY, '0')", ["J12", None]),
        ("number(BAL) * 100", ["123450", None]),
        ("number(BAL) - 0.005", ["1234.495", None]),
        ("round(number(BAL) * 0.333, 2)", ["411.09", None]),
        ("date(DAY, 'yyyymmdd')", ["2024-01-31", None]),
        ("add_months(date(DAY, 'yyyymmdd'), 1)", ["2024-02-29", None]),
        ("month_end(add_months(business_date, -1))", ["2024-02-29", "2024-02-29"]),
        ("days_between(date(DAY, 'yyyymmdd'), business_date)", ["44", None]),
        ("case 借据号 when '9' then 'nine' else 'other' end", ["nine", "other"]),
        ("KEY is null or 借据号 in ('9', '8')", ["true", "true"]),
        ("coalesce(KEY, 'none')", ["00012", "none"]),
        ("lpad(ltrim(KEY, '0'), 6, '0')", ["000012", None]),
        ("matches(DAY, '2024.*') and not contains(DAY, '30')", ["true", "false"]),
        ("split_part('a-b', '-', 2) || substr(DAY, 5, 2)", ["b01", "b02"]),
        ("greatest(number('2.5'), 2)", ["2.5", "2.5"]),
    ],
)
def test_expression_gives_for_each_row(text: str, expected: list[str | None]) -> None:
    assert values(text) == expected


def test_number_beyond_six_decimals_fails_instead_of_being_rounded() -> None:
    assert values("number('1.123456')") == ["1.123456"] * 2
    assert values("number('1.1234567')") == [None] * 2


@pytest.mark.parametrize(
    ("text", "position", "what"),
    [
        ("BAL / 100", 1, "No division"),
        ("number(BAL) + DAY", 15, "number expected"),
        ("KEY = 1", 1, "one kind"),
        ("cast(KEY as int)", 1, "cast"),
        ("KEY::int", 1, "No cast"),
        ("KEY like 'a%'", 1, "No LIKE"),
        ("concat(KEY, read_text('/etc/passwd'))", 13, "read_text"),
        ("(select 1)", 1, "No subquery"),
        ("KEY in (select KEY from row)", 1, "Not part"),
        ("getenv('HOME')", 1, "getenv"),
        ("KEY; drop table row", 1, "One expression"),
        ("NOPE", 1, "A column of the source"),
        ("KEY || other.COL", 8, "A column of the source"),
        ("1e3", 1, "no exponent"),
        ("lpad(KEY, 1000000000, '0')", 1, "lpad"),
        ("matches(KEY, '(')", 1, "regular expression"),
        ("date(DAY, 'xx')", 1, "format"),
        ("count(*)", 1, "function of the language"),
        ("length(*)", 1, "No star"),
        ("KEY ||", 1, "cannot be read"),
        ("", 1, "1 to 2000"),
        ("not " * 50 + "true", 1, "levels"),
        ("(" * 200 + "KEY" + ")" * 200, 1, "cannot be read"),
    ],
)
def test_expression_outside_the_language_is_refused_with_its_position(text: str, position: int, what: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compiled(text)
    assert what in caught.value.what, caught.value
    if position > 1:
        assert caught.value.position == position


# What DuckDB itself may see in compiled SQL, by its own parser.
CLASSES = {"COLUMN_REF", "CONSTANT", "FUNCTION", "COMPARISON", "CONJUNCTION", "OPERATOR", "CAST", "CASE", "BETWEEN"}
CALLED = {
    "trim", "ltrim", "rtrim", "upper", "lower", "left", "right", "substr", "lpad", "replace", "split_part", "length",
    "starts_with", "ends_with", "contains", "regexp_full_match", "round", "abs", "strptime", "to_months", "last_day",
    "date_trunc", "nullif", "greatest", "least", "regexp_replace", "strftime", "||", "+", "-", "*",
}  # fmt: skip


def seen_by_duckdb(sql: str) -> Iterator[tuple[str, str]]:
    """Yield (class, function) of every node that DuckDB's own parser finds in an expression."""
    (text,) = CON.execute("select json_serialize_sql($1)", [f"select {sql}"]).fetchone() or ("{}",)
    tree = json.loads(text)
    assert not tree["error"], tree
    yield from _nodes(tree["statements"][0]["node"]["select_list"])


def _nodes(part: Any) -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        if "class" in part:
            yield part["class"], part.get("function_name", "")
        for value in part.values():
            yield from _nodes(value)
    elif isinstance(part, list):
        for value in part:
            yield from _nodes(value)


PIECES = (
    *FUNCTIONS, *COLUMNS, "business_date",
    "'20240131'", "'yyyymmdd'", "'x'", "12.5", "3", "null", "true", "number(",
    "(", ")", ",", "+", "-", "*", "/", "||", "=", "<", "and", "or", "not", "in", "between", "is",
    "case", "when", "then",
    "else", "end", "like", "select", "from", "row",
    "read_csv", "read_text", "glob", "getenv", "pg_sleep", "cast", "as",
    "int", "::", ";", "union", "exists", "over", "count",
    "*", "$1", "?", "{", "}", "[", "]", "->", "lambda", "interval",
    "current_setting", "random", "'/etc/passwd'", ".", "limit", "columns", "struct_pack", "try", "error", "--",
)  # fmt: skip
SOUP = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map(" ".join)
CALLS = st.builds(
    lambda name, given: f"{name}({', '.join(given)})",
    st.sampled_from([*FUNCTIONS, "read_text", "read_parquet", "getenv", "current_setting", "error", "pg_sleep"]),
    st.lists(
        st.sampled_from(["KEY", "BAL", "'x'", "2", "number(BAL)", "date(DAY, 'yyyymmdd')", "'[0-9]+'"]), max_size=3
    ),
)


@given(st.one_of(SOUP, CALLS, st.text(max_size=40)))
def test_nothing_outside_the_list_reaches_the_database(text: str) -> None:
    try:
        found = compiled(text)
    except ExpressionError:
        return
    for kind, function in seen_by_duckdb(text_of(found.value)):
        assert kind in CLASSES, (text, kind)
        assert not function or function in CALLED, (text, function)


@given(CALLS)
def test_expression_that_passes_runs_for_every_row(text: str) -> None:
    try:
        found = compiled(text)
    except ExpressionError:
        return
    try:
        CON.execute(f"select try({text_of(found.value)}) from row").fetchall()
    except duckdb.Error as error:
        raise AssertionError(f"{text}: {error}") from error


def test_business_date_is_a_date_of_the_delivery_and_no_clock() -> None:
    assert values("business_date") == ["2024-03-15"] * 2
