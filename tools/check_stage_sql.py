"""Check that every nightly stage stays inside the SQL subset that DuckDB and Spark read the same way.

The subset is an allow-list: docs/reference/stage-sql.md explains it, `ALLOWED` and `refusals` below enforce it. sqlglot
alone is not enough, since it passes some constructs silently with another meaning.

Usage: python tools/check_stage_sql.py [file ...]; without files, all `src/huikuan/**/stages/*.sql`.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

ROOT = Path(__file__).resolve().parent.parent

ALLOWED_TYPES = {"BIGINT", "BOOLEAN", "DATE", "TEXT", "TIMESTAMPTZ", "INT"}

ALLOWED: frozenset[type[exp.Expr]] = frozenset(
    {
        # the frame of a query
        *(exp.Select, exp.From, exp.Where, exp.Join, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Union),
        *(exp.With, exp.CTE, exp.Subquery, exp.Exists, exp.Table, exp.TableAlias, exp.Alias, exp.Column),
        *(exp.Identifier, exp.Star, exp.Paren, exp.Distinct, exp.In, exp.Tuple, exp.Var, exp.Values),
        # values and conditions
        *(exp.Literal, exp.Null, exp.Boolean, exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Cast, exp.DataType),
        *(exp.And, exp.Or, exp.Not, exp.Is, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between),
        *(exp.NullSafeEQ, exp.NullSafeNEQ),
        # whole-number arithmetic
        *(exp.Add, exp.Sub, exp.Mul, exp.IntDiv, exp.Mod, exp.Neg, exp.Abs, exp.Least, exp.Greatest),
        # dates and text
        *(exp.DateDiff, exp.Concat, exp.DPipe, exp.ConcatWs, exp.Substring, exp.MD5),
        # aggregates and windows
        *(exp.Count, exp.Sum, exp.Min, exp.Max, exp.LogicalOr, exp.LogicalAnd, exp.Filter, exp.Window, exp.WindowSpec),
        *(exp.RowNumber, exp.Rank, exp.Lag, exp.Lead),
    }
)

ADVICE: dict[type[exp.Expr], str] = {
    exp.Div: "`/` gives a float; use `//` on whole numbers",
    exp.Anonymous: "a function that sqlglot does not know passes untranslated",
    exp.ArrayAgg: "lists keep no order in Spark; use a window or one row an element",
    exp.GroupConcat: "joined text keeps no order in Spark",
    exp.CurrentDate: "a stage is a pure function of its inputs; read the table `night`",
    exp.CurrentTimestamp: "a stage is a pure function of its inputs; read the table `night`",
    exp.Rand: "a stage is a pure function of its inputs",
    exp.ReadParquet: "a stage reads the tables that its registration names, never files",
    exp.ReadCSV: "a stage reads the tables that its registration names, never files",
    exp.Interval: "date arithmetic differs; compute the date in Python or use datediff",
    exp.Qualify: "write the window in a WITH part and filter it with WHERE",
    exp.TryCast: "a value that does not fit must fail; checks of input belong to the contract",
}


def refusals(text: str) -> Iterator[str]:
    """Yield one sentence for every construct of `text` that is outside the subset."""
    try:
        statements = [statement for statement in sqlglot.parse(text, read="duckdb") if statement is not None]
    except SqlglotError as error:
        yield f"DuckDB's dialect cannot be parsed: {str(error).splitlines()[0]}"
        return
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        yield "a stage is exactly one SELECT"
        return
    seen: set[str] = set()
    for node in statements[0].walk():
        for sentence in _node_refusals(node):
            if sentence not in seen:
                seen.add(sentence)
                yield sentence
    if not seen:
        yield from _spark_refusals(statements[0])


def _node_refusals(node: exp.Expr) -> Iterator[str]:
    excerpt = " ".join(node.sql(dialect="duckdb", comments=False).split())[:70]
    if type(node) not in ALLOWED:
        why = ADVICE.get(type(node), "not in the list of the subset")
        yield f"{type(node).__name__} is refused ({why}): {excerpt}"
    elif isinstance(node, exp.DataType) and node.this.name not in ALLOWED_TYPES:
        yield f"type {node.this.name} is refused (allowed: {', '.join(sorted(ALLOWED_TYPES))}): {excerpt}"
    elif isinstance(node, exp.Join):
        yield from _join_refusals(node, excerpt)
    elif isinstance(node, (exp.Add, exp.Sub)) and any(_is_date(side) for side in (node.left, node.right)):
        yield f"dates are not added or subtracted with signs (use datediff): {excerpt}"
    elif isinstance(node, exp.Sum) and not _is_cast_to_bigint(node):
        yield f"SUM gives HUGEINT in DuckDB; write CAST(SUM(...) AS BIGINT): {excerpt}"
    elif isinstance(node, exp.Window) and _needs_order(node.this) and not node.args.get("order"):
        yield f"the result depends on the order of rows; add ORDER BY to the window: {excerpt}"
    elif isinstance(node, exp.Order) and isinstance(node.parent, exp.AggFunc):
        yield f"ORDER BY inside an aggregate is dropped for Spark: {excerpt}"
    elif isinstance(node, exp.Select):
        yield from _select_refusals(node)


def _join_refusals(node: exp.Join, excerpt: str) -> Iterator[str]:
    method = str(node.args.get("method") or "").upper()
    if method:
        yield f"{method} JOIN is refused (join on equal keys and filter with a window): {excerpt}"
    side = str(node.args.get("side") or "").upper()
    kind = str(node.args.get("kind") or "").upper()
    if node.args.get("using"):
        yield f"USING merges columns in different ways; write ON with both sides: {excerpt}"
    if kind not in {"", "INNER", "CROSS", "OUTER"} or side not in {"", "LEFT", "FULL"}:
        yield f"{side} {kind} JOIN is refused (allowed: INNER, CROSS, LEFT, FULL): {excerpt}"
    if not node.args.get("on") and kind != "CROSS" and not node.args.get("using"):
        yield f"a join without ON must say CROSS JOIN: {excerpt}"


def _select_refusals(node: exp.Select) -> Iterator[str]:
    for name in ("limit", "offset", "sample", "pivots", "laterals", "qualify"):
        if node.args.get(name):
            yield f"{name.upper()} is refused"
    for star in node.find_all(exp.Star):
        if any(star.args.get(word) for word in ("except", "replace", "rename", "except_")):
            yield "EXCLUDE and REPLACE are refused; name the columns"
    group = node.args.get("group")
    if group is not None and (group.args.get("all") or not group.expressions):
        yield "GROUP BY names its columns; ALL, ROLLUP and CUBE are refused"


def _is_cast_to_bigint(node: exp.Sum) -> bool:
    outer = node.parent
    while isinstance(outer, (exp.Filter, exp.Window)) and outer.this in {node, node.parent}:
        outer = outer.parent
    return isinstance(outer, exp.Cast) and outer.to.this == exp.DataType.Type.BIGINT


def _is_date(node: exp.Expr) -> bool:
    if isinstance(node, exp.Paren):
        return _is_date(node.this)
    if isinstance(node, exp.Column):
        return node.name.endswith(("_on", "_date", "_at"))
    return isinstance(node, exp.Cast) and node.to.this.name in {"DATE", "TIMESTAMP", "TIMESTAMPTZ"}


def _needs_order(node: exp.Expr | None) -> bool:
    return isinstance(node, (exp.RowNumber, exp.Rank, exp.Lag, exp.Lead))


def _spark_refusals(statement: exp.Expr) -> Iterator[str]:
    try:
        spark = statement.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
        sqlglot.parse_one(spark, read="spark")
    except SqlglotError as error:
        yield f"it does not become Spark SQL: {str(error).splitlines()[0]}"


def main(arguments: list[str]) -> int:
    """Print each refusal as `file: sentence`; return 1 when there is one."""
    files = [Path(name) for name in arguments] or sorted((ROOT / "src/huikuan").glob("**/stages/*.sql"))
    problems = [f"{file}: {sentence}" for file in files for sentence in refusals(file.read_text(encoding="utf-8"))]
    print("\n".join(problems) or f"{len(files)} stage files are inside the subset and become Spark SQL")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
