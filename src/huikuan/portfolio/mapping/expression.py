"""Expressions of mapping files: text → DuckDB SQL, through a closed grammar.

sqlglot reads the text; then each node of its tree is looked up here and compiled by hand. A node, function or column
that is not listed is refused with its position, so the SQL holds nothing that this file did not write: no subquery,
no table function, no cast, no window, no setting. Kinds are checked as well: a column is text, and a number or a date
is only made by saying so (`number(BAL)`, `date(D, 'yyyymmdd')`).
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError, SqlglotError, TokenError
from sqlglot.parsers.duckdb import DuckDBParser

from huikuan.portfolio.mapping.errors import ExpressionError
from huikuan.portfolio.mapping.functions import (
    FUNCTIONS,
    NUMBER_SCALE,
    FunctionRefused,
    Kind,
    Typed,
    literal_text,
    same_kind,
)

LENGTH_MAX = 2_000
DEPTH_MAX = 40
SCALE_MAX = 18
BUSINESS_DATE = "business_date"


class _Language(DuckDB):
    """DuckDB's grammar, in which no function is known: each is looked up by its name here."""

    class Parser(DuckDBParser):
        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {}
        NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}
        NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {"CASE": lambda parser: parser._parse_case()}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled expression: SQL that may fail for a row, its kind, and the columns it reads."""

    text: str
    value: Typed
    columns: tuple[str, ...]


ColumnSql = Callable[[str, str], str]  # (lookup or "", column) → SQL


def expression_compile(
    text: str, *, known: Container[str] | None, column_sql: ColumnSql, business_date_sql: str = BUSINESS_DATE
) -> Compiled:
    """Compile an expression. ``known`` are the names of columns, lookups' as `lookup.COLUMN`; None if not known yet.

    Raises ExpressionError with the position and what is expected there.
    """
    if not text.strip() or len(text) > LENGTH_MAX:
        raise ExpressionError(text[:80], 1, f"An expression of 1 to {LENGTH_MAX} characters expected")
    trees = _trees(text)
    if len(trees) != 1 or trees[0] is None:
        raise ExpressionError(text, 1, "One expression expected, without a semicolon")
    walk = _Compiler(text, known, column_sql, business_date_sql)
    return Compiled(text, walk.compile(trees[0], 0), tuple(walk.read))


@lru_cache(maxsize=2_000)
def _trees(text: str) -> tuple[exp.Expr | None, ...]:
    """Parse a text; the trees are only read. A night compiles the same expressions again each day."""
    try:
        return tuple(_Language().parse(text))
    except (ParseError, TokenError) as error:
        raise ExpressionError(text, _error_position(text, error), "This cannot be read") from error
    except (SqlglotError, RecursionError, ValueError) as error:
        raise ExpressionError(text[:80], 1, "This cannot be read") from error


def _error_position(text: str, error: SqlglotError) -> int:
    facts = getattr(error, "errors", None) or [{}]
    line, column = facts[0].get("line"), facts[0].get("col")
    if not isinstance(line, int) or not isinstance(column, int):
        return 1
    before = sum(len(part) + 1 for part in text.split("\n")[: line - 1])
    return max(1, min(len(text), before + column))


_COMPARE: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_COUNT: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}
_JOIN: dict[type[exp.Expr], str] = {exp.And: "and", exp.Or: "or"}
_SAID: dict[type[exp.Expr], str] = {
    exp.Div: "No division: it is not exact for money; multiply by a decimal, or use `unit`",
    exp.Cast: "No cast: use number(…), date(…), text(…)",
    exp.TryCast: "No cast: use number(…), date(…), text(…)",
    exp.Subquery: "No subquery",
    exp.Select: "No query",
    exp.Star: "No star",
    exp.Window: "No window",
    exp.Like: "No LIKE: use starts_with, contains or matches",
}
_ARGS: dict[type[exp.Expr], frozenset[str]] = {
    exp.Column: frozenset({"this", "table"}),
    exp.Anonymous: frozenset({"this", "expressions"}),
    exp.In: frozenset({"this", "expressions"}),
    exp.Between: frozenset({"this", "low", "high"}),
    exp.Case: frozenset({"this", "ifs", "default"}),
    exp.If: frozenset({"this", "true"}),
    exp.DPipe: frozenset({"this", "expression", "safe"}),
    exp.Literal: frozenset({"this", "is_string"}),
}
_TWO = frozenset({"this", "expression"})


class _Compiler:
    """One walk over a tree."""

    def __init__(self, text: str, known: Container[str] | None, column_sql: ColumnSql, business_date_sql: str) -> None:
        self._text, self._known = text, known
        self._column_sql, self._business_date = column_sql, business_date_sql
        self.read: dict[str, None] = {}

    def compile(self, node: exp.Expr, depth: int) -> Typed:
        """Compile a node; raises ExpressionError."""
        if depth > DEPTH_MAX:
            raise self._refused(node, f"At most {DEPTH_MAX} levels expected")
        if type(node) in _SAID:
            raise self._refused(node, _SAID[type(node)])
        allowed = _ARGS.get(type(node), _TWO)
        if extra := sorted(name for name, value in node.args.items() if value and name not in allowed):
            raise self._refused(node, f"Not part of the language: {extra[0].replace('_', ' ').strip()}")
        try:
            return self._compile(node, depth)
        except FunctionRefused as error:
            raise self._refused(node, str(error)) from error

    def _compile(self, node: exp.Expr, depth: int) -> Typed:
        below = depth + 1
        kind = type(node)
        if isinstance(node, exp.Column):
            return self._column(node)
        if isinstance(node, exp.Literal):
            return self._literal(node)
        if isinstance(node, exp.Anonymous):
            return self._function(node, below)
        if isinstance(node, exp.Null):
            return Typed("null", Kind.NULL)
        if isinstance(node, exp.Boolean):
            return Typed("true" if node.this else "false", Kind.BOOLEAN)
        if isinstance(node, exp.Paren):
            inner = self.compile(node.this, below)
            return Typed(f"({inner.sql})", inner.kind, inner.scale, inner.literal)
        if isinstance(node, exp.Neg):
            return self._negative(node, below)
        if kind in _COMPARE:
            return self._compare(node, _COMPARE[kind], below)
        if kind in _COUNT:
            return self._count(node, _COUNT[kind], below)
        if kind in _JOIN:
            return self._join(node, _JOIN[kind], below)
        if isinstance(node, exp.Not):
            return Typed(f"(not {self._want(node.this, Kind.BOOLEAN, below).sql})", Kind.BOOLEAN)
        if isinstance(node, exp.DPipe):
            return FUNCTIONS["concat"].build([self.compile(node.this, below), self.compile(node.expression, below)])
        return self._rest(node, below)

    def _rest(self, node: exp.Expr, below: int) -> Typed:
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
            return Typed(f"({self.compile(node.this, below).sql} is null)", Kind.BOOLEAN)
        if isinstance(node, exp.In) and node.expressions:
            values = [self.compile(one, below) for one in (node.this, *node.expressions)]
            same_kind(values, "IN")
            return Typed(f"({values[0].sql} in ({', '.join(one.sql for one in values[1:])}))", Kind.BOOLEAN)
        if isinstance(node, exp.Between):
            value, low, high = (self.compile(node.args[name], below) for name in ("this", "low", "high"))
            same_kind([value, low, high], "BETWEEN")
            return Typed(f"({value.sql} between {low.sql} and {high.sql})", Kind.BOOLEAN)
        if isinstance(node, exp.Case):
            return self._case(node, below)
        raise self._refused(node, "Not part of the language")

    def _column(self, node: exp.Column) -> Typed:
        lookup, name = node.table, node.name
        if not lookup and name == BUSINESS_DATE:
            return Typed(self._business_date, Kind.DATE)
        full = f"{lookup}.{name}" if lookup else name
        if not isinstance(node.this, exp.Identifier) or (self._known is not None and full not in self._known):
            raise self._refused(node, f"A column of the source expected, got {full}")
        self.read[full] = None
        return Typed(self._column_sql(lookup, name), Kind.TEXT)

    def _literal(self, node: exp.Literal) -> Typed:
        value = str(node.this)
        if node.is_string:
            return literal_text(value)
        whole, _, part = value.partition(".")
        if not (whole + part).isdecimal() or len(whole) > 18 or len(part) > NUMBER_SCALE:
            raise self._refused(
                node, f"A number of at most 18 digits and {NUMBER_SCALE} decimals expected, no exponent"
            )
        exact = int(whole or "0") if not part else None
        return Typed(f"{Decimal(value):f}", Kind.NUMBER, len(part), exact)

    def _function(self, node: exp.Anonymous, below: int) -> Typed:
        name = str(node.this).lower()
        if name not in FUNCTIONS:
            raise self._refused(node, f"A function of the language expected, got {name}(…)")
        return FUNCTIONS[name].build([self.compile(one, below) for one in node.expressions])

    def _want(self, node: exp.Expr, kind: Kind, below: int) -> Typed:
        found = self.compile(node, below)
        if found.kind not in (kind, Kind.NULL):
            raise self._refused(node, f"A {kind} expected, got a {found.kind}")
        return found

    def _negative(self, node: exp.Neg, below: int) -> Typed:
        inner = self._want(node.this, Kind.NUMBER, below)
        return Typed(f"(-{inner.sql})", Kind.NUMBER, inner.scale)

    def _compare(self, node: exp.Expr, sign: str, below: int) -> Typed:
        left, right = self.compile(node.this, below), self.compile(node.expression, below)
        same_kind([left, right], f"a comparison with {sign}")
        return Typed(f"({left.sql} {sign} {right.sql})", Kind.BOOLEAN)

    def _count(self, node: exp.Expr, sign: str, below: int) -> Typed:
        left, right = self._want(node.this, Kind.NUMBER, below), self._want(node.expression, Kind.NUMBER, below)
        scale = left.scale + right.scale if sign == "*" else max(left.scale, right.scale)
        if scale > SCALE_MAX:
            raise self._refused(node, f"At most {SCALE_MAX} decimals expected; use round(…) in between")
        return Typed(f"({left.sql} {sign} {right.sql})", Kind.NUMBER, scale)

    def _join(self, node: exp.Expr, word: str, below: int) -> Typed:
        left, right = self._want(node.this, Kind.BOOLEAN, below), self._want(node.expression, Kind.BOOLEAN, below)
        return Typed(f"({left.sql} {word} {right.sql})", Kind.BOOLEAN)

    def _case(self, node: exp.Case, below: int) -> Typed:
        base = self.compile(node.this, below) if node.this else None
        whens, results = [], []
        for branch in node.args["ifs"]:
            if base is None:
                condition = self._want(branch.this, Kind.BOOLEAN, below).sql
            else:
                value = self.compile(branch.this, below)
                same_kind([base, value], "CASE")
                condition = f"({base.sql} = {value.sql})"
            results.append(self.compile(branch.args["true"], below))
            whens.append(f"when {condition} then {results[-1].sql}")
        default = node.args.get("default")
        results.append(self.compile(default, below) if default is not None else Typed("null", Kind.NULL))
        kind, scale = same_kind(results, "CASE")
        return Typed(f"(case {' '.join(whens)} else {results[-1].sql} end)", kind, scale)

    def _refused(self, node: exp.Expr, what: str) -> ExpressionError:
        return ExpressionError(self._text, _position(node, self._text), what)


def _position(node: exp.Expr, text: str) -> int:
    """Return where a node begins: its own place, that of the first part below it, or that of its name in the text."""
    places = [part.meta["start"] for part in node.walk() if isinstance(part.meta.get("start"), int)]
    if places:
        return int(min(places)) + 1
    name = str(node.this) if isinstance(node, exp.Anonymous | exp.Literal) else ""
    found = text.lower().find(name.lower()) if name else -1
    return found + 1 if found >= 0 else 1


def quoted(name: str) -> str:
    """Return a column's name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
