"""The subset check accepts what both engines read alike and refuses the rest, each sample for its own reason."""

import pytest

from tools.check_stage_sql import main, refusals

GOOD = {
    "a window with a unique order": "SELECT a, ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) AS position FROM t",
    "a sum with its cast": "SELECT a, CAST(SUM(b) AS BIGINT) AS b FROM t GROUP BY a",
    "a filtered sum with its cast": "SELECT CAST(SUM(b) FILTER (WHERE b > 0) AS BIGINT) AS b FROM t",
    "a running sum with its cast": "SELECT CAST(SUM(b) OVER (PARTITION BY a ORDER BY c) AS BIGINT) AS b FROM t",
    "days between dates": "SELECT DATEDIFF('day', due_on, business_date) AS dpd FROM t",
    "whole division": "SELECT a // 3 AS a FROM t",
    "an outer join": "SELECT t.a FROM t LEFT JOIN u ON t.a = u.a WHERE NOT EXISTS (SELECT 1 FROM v WHERE v.a = t.a)",
}

BAD = {
    "SELECT a FROM t ASOF JOIN u ON t.a = u.a AND t.b >= u.b": "ASOF JOIN is refused",
    "SELECT CAST(a AS HUGEINT) AS a FROM t": "type INT128 is refused",
    "SELECT CAST(a AS DOUBLE) AS a FROM t": "type DOUBLE is refused",
    "SELECT CAST(a AS DECIMAL(18, 2)) AS a FROM t": "type DECIMAL is refused",
    "SELECT paid_on - due_on AS days FROM t": "use datediff",
    "SELECT CAST(a AS DATE) + 1 AS next FROM t": "use datediff",
    "SELECT due_on + INTERVAL 1 MONTH AS next FROM t": "use datediff",
    "SELECT LIST(a ORDER BY b) AS a FROM t": "ArrayAgg is refused",
    "SELECT STRING_AGG(a, ',') AS a FROM t": "GroupConcat is refused",
    "SELECT MIN(a ORDER BY b) AS a FROM t": "ORDER BY inside an aggregate",
    "SELECT SUM(a) AS a FROM t": "CAST(SUM(...) AS BIGINT)",
    "SELECT CAST(SUM(a) AS INT) AS a FROM t": "CAST(SUM(...) AS BIGINT)",
    "SELECT a / b AS c FROM t": "`/` gives a float",
    "SELECT ROW_NUMBER() OVER (PARTITION BY a) AS n FROM t": "add ORDER BY to the window",
    "SELECT a FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1": "QUALIFY is refused",
    "SELECT * EXCLUDE (a) FROM t": "EXCLUDE and REPLACE are refused",
    "SELECT a, COUNT(*) AS n FROM t GROUP BY ALL": "GROUP BY names its columns",
    "SELECT a FROM t LIMIT 1": "LIMIT is refused",
    "SELECT a FROM t USING SAMPLE 10%": "is refused",
    "SELECT a FROM t JOIN u USING (a)": "USING merges columns",
    "SELECT a FROM t, u": "must say CROSS JOIN",
    "SELECT a FROM t RIGHT JOIN u ON t.a = u.a": "RIGHT",
    "SELECT t.a FROM t SEMI JOIN u ON t.a = u.a": "SEMI",
    "SELECT CURRENT_DATE AS today": "read the table `night`",
    "SELECT NOW() AS today": "passes untranslated",
    "SELECT RANDOM() AS r": "pure function",
    "SELECT a FROM READ_PARQUET('x.parquet')": "is refused",
    "SELECT TRY_CAST(a AS BIGINT) AS a FROM t": "TryCast is refused",
    "SELECT made_up(a) AS a FROM t": "passes untranslated",
    "SELECT {'a': 1} AS s": "is refused",
    "SELECT [1, 2] AS s": "is refused",
    "CREATE TABLE t AS SELECT 1 AS a": "exactly one SELECT",
    "SELECT 1 AS a; SELECT 2 AS a": "exactly one SELECT",
    "SELECT a FROM (": "cannot be parsed",
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_stage_sql_inside_the_subset_is_accepted(text: str) -> None:
    assert list(refusals(text)) == []


@pytest.mark.parametrize(("text", "reason"), BAD.items())
def test_stage_sql_outside_the_subset_is_refused_with_its_reason(text: str, reason: str) -> None:
    assert reason in "\n".join(refusals(text))


def test_stage_sql_with_a_bad_file_ends_with_code_one(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "bad.sql"
    file.write_text("SELECT a / b AS c FROM t")
    assert main([str(file)]) == 1
    assert "bad.sql: Div is refused" in capsys.readouterr().out


def test_stage_sql_of_the_product_is_inside_the_subset() -> None:
    assert main([]) == 0
