"""One mapping file as SQL: a SELECT over its source → canonical texts, and what is wrong with a row.

    src_file, src_line   where the row stands in the bank's delivery
    <field> …            canonical text of every field of the feed, null where there is none
    mapped_reasons       list of {code, field, expected, got}: what could not be mapped; the row is then a reject

A value that cannot be mapped is null and has a reason; it is never passed on and never silently dropped.
"""

# ruff: noqa: S608 - names in the SQL are places of columns and names of checked contracts

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date

from huikuan.portfolio.feed_contract import FeedContract, FeedField
from huikuan.portfolio.intake.compile import MASK, NO_REASONS, Finding, any_sql, reason_sql, reasons_list
from huikuan.portfolio.lake import sql_text
from huikuan.portfolio.mapping.dates import date_format, date_sql, instant_sql
from huikuan.portfolio.mapping.expression import Compiled, expression_compile
from huikuan.portfolio.mapping.functions import NUMBER_PATTERN, NUMBER_SCALE, Kind, Typed, text_of
from huikuan.portfolio.mapping.model import ColumnRule, FeedMapping, Lookup
from huikuan.portfolio.mapping.source import SourceTable

_SHOWN_MAX = 200
_UNIT = {"fen": "0.01", "yuan": "1", "wan": "10000"}
_FULL_WIDTH = "".join(map(chr, (0x3000, *range(0xFF01, 0xFF5F))))
_PLAIN = "".join(map(chr, range(0x20, 0x7F)))
_ROW = "s"
_BROKEN = (
    "case when src_broken is not null "
    "then {'code': 'mapping.line', 'field': '', 'expected': src_broken, 'got': 'a broken line'} end"
)


@dataclass(frozen=True, slots=True)
class MappedSelect:
    """SQL of a mapped file: rows without reasons, the condition of having one, the list of reasons."""

    rows: str
    findings: tuple[Finding, ...]
    contract: FeedContract

    def select(self, table: str, *, reasons: bool) -> str:
        """Return the SELECT over ``rows`` as a table; without ``reasons`` right only where `suspect` finds none."""
        fields = ", ".join(f'"{field.name}"' for field in self.contract.fields)
        listed = reasons_list(self.findings) if reasons else NO_REASONS
        place = "src_file, cast(src_line as bigint) as src_line"
        return f"select {place}, {fields}, {listed} as mapped_reasons from {table}"

    def suspect(self, table: str) -> str:
        """Return the SELECT that finds out whether any row has a reason."""
        return f"select 1 from {table} where {any_sql(self.findings)} limit 1"


def columns_used(mapping: FeedMapping) -> dict[str, list[str]]:
    """Return the columns that a mapping reads, of its own file under the name "", of lookups under theirs."""
    used: dict[str, list[str]] = {"": []}
    for name, lookup in mapping.lookups.items():
        there = lookup_condition(lookup, lambda column: column)
        used[name] = list(dict.fromkeys([*lookup.key, *(there.columns if there is not None else ())]))
    texts = [rule.expr for rule in mapping.columns.values() if rule.expr is not None]
    texts += [key for lookup in mapping.lookups.values() for key in lookup.key.values()]
    texts += [mapping.wanted] if mapping.wanted is not None else []
    names = [rule.from_ for rule in mapping.columns.values() if rule.from_ is not None]
    for text in texts:
        names += expression_compile(text, known=None, column_sql=lambda _, name: name).columns
    for name in (*names, *(mapping.stated.sums if mapping.stated is not None else ())):
        lookup, _, column = name.partition(".")
        where, what = (lookup, column) if lookup in mapping.lookups else ("", name)
        if what not in used[where]:
            used[where].append(what)
    return used


def lookup_condition(
    lookup: Lookup, place: Callable[[str], str], known: Container[str] | None = None, on: date | None = None
) -> Compiled | None:
    """Compile which rows of its own file a lookup may find, on a business date."""
    if lookup.wanted is None:
        return None
    business_date = "null::date" if on is None else f"date '{on.isoformat()}'"
    return expression_compile(
        lookup.wanted, known=known, column_sql=lambda _, name: place(name), business_date_sql=business_date
    )


class _Names:
    """Where the columns that a mapping names stand in the joined tables."""

    def __init__(self, source: SourceTable, lookups: Mapping[str, SourceTable]) -> None:
        self._source, self._lookups = source, lookups
        self.known = {*source.columns, *(f"{name}.{one}" for name, table in lookups.items() for one in table.columns)}

    def sql(self, lookup: str, name: str) -> str:
        """Return SQL of a column."""
        if not lookup:
            return f"{_ROW}.{self._source.place(name)}"
        return f"l_{lookup}.{self._lookups[lookup].place(name)}"

    def sql_of(self, full: str) -> str:
        """Return SQL of a column by its name in a mapping; a column of the file wins over `lookup.COLUMN`."""
        lookup, _, column = full.partition(".")
        if full not in self._source.columns and lookup in self._lookups:
            return self.sql(lookup, column)
        return self.sql("", full)

    def compile(self, text: str, on: date, *, own: bool = False) -> Compiled:
        """Compile an expression of the mapping; ``own`` allows the columns of the file itself only."""
        known = self._source.columns if own else self.known
        return expression_compile(text, known=known, column_sql=self.sql, business_date_sql=f"date '{on.isoformat()}'")


def mapped_select(
    mapping: FeedMapping,
    contract: FeedContract,
    source: SourceTable,
    lookups: Mapping[str, SourceTable],
    *,
    business_date: date,
    offset: str | None,
) -> MappedSelect:
    """Compile a mapping over tables that were read. Raises ExpressionError for a column that the files do not have.

    Three levels, so that nothing is computed twice: what the source says, its text without sentinels, canonical values.
    """
    names = _Names(source, lookups)
    findings = [Finding("src_broken is not null", _BROKEN)]
    inner = [f"{_ROW}.src_line", f"{_ROW}.src_broken", f"{sql_text(source.file)} as src_file"]
    texts: list[str] = []
    values: list[str] = []
    for field in contract.fields:
        rule = mapping.columns.get(field.name)
        if rule is None:
            values.append(f'cast(null as varchar) as "{field.name}"')
            continue
        column = _Column(rule, field, names, business_date, offset)
        inner += column.inner
        texts += column.texts
        values.append(column.value)
        findings += column.findings
    joins, found = _lookups(mapping, lookups, names, business_date)
    inner += found.values
    findings += found.findings
    where = ""
    if mapping.wanted is not None:
        condition = names.compile(mapping.wanted, business_date)
        inner.append(f"{_tried(condition.value)} as row_wanted")
        expected = f"a row that `{mapping.wanted}` can judge"
        findings.append(_finding("row_wanted is null", "mapping.where", "", expected, "src_line"))
        where = " where src_broken is not null or row_wanted is null or row_wanted = 'true'"
    rows = f"select {', '.join(inner)} from {source.table} as {_ROW}{joins}"
    rows = f"select {', '.join(['*', *texts])} from ({rows}){where}"
    return MappedSelect(f"select {', '.join(['*', *values])} from ({rows})", tuple(findings), contract)


def _tried(value: Typed) -> str:
    """Return SQL of the text of an expression, empty where it has none, null where it fails."""
    return f"try(coalesce({text_of(value)}, ''))"


def _finding(condition: str, code: str, field: str, expected: str, got: str) -> Finding:
    whole = f"(src_broken is null and {condition})"
    return Finding.of(whole, reason_sql(code, field, expected[:_SHOWN_MAX], got))


class _Column:
    """SQL of one field on the three levels, and its findings."""

    def __init__(self, rule: ColumnRule, field: FeedField, names: _Names, on: date, offset: str | None) -> None:
        self._rule, self._field = rule, field
        self.findings: list[Finding] = []
        self.inner: list[str] = []
        self.texts: list[str] = []
        if rule.const is not None:
            self.value = f'{sql_text(rule.const)} as "{field.name}"'
            return
        text = f'"text {field.name}"'
        self.texts.append(f"{self._text(names, on)} as {text}")
        value = self._reading(text, offset)
        if rule.default is not None:
            value = f"case when {text} is null then {sql_text(rule.default)} else {value} end"
        self.value = f'{value} as "{field.name}"'

    def _text(self, names: _Names, on: date) -> str:
        """Note what the source says, and return SQL of its text: null for a sentinel."""
        rule, said = self._rule, f'"said {self._field.name}"'
        if rule.from_ is not None:
            self.inner.append(f"{names.sql_of(rule.from_)} as {said}")
            text = said
        else:
            compiled = names.compile(rule.expr or "", on)
            read = " || ' ' || ".join(
                f"{sql_text(one + '=')} || coalesce({names.sql_of(one)}, '')" for one in compiled.columns
            )
            shown = f'"read {self._field.name}"'
            self.inner += [f"{_tried(compiled.value)} as {said}", f"left({read or sql_text('')}, 100) as {shown}"]
            self._add(f"{said} is null", "mapping.expression", f"a row that `{rule.expr}` can compute", shown)
            text = f"nullif({said}, '')"
        if rule.narrow:
            text = f"nullif(trim(translate({text}, {sql_text(_FULL_WIDTH)}, {sql_text(_PLAIN)})), '')"
        if rule.sentinels:
            listed = ", ".join(sql_text(one) for one in rule.sentinels)
            text = f"case when {text} not in ({listed}) then {text} end"
        return text

    def _reading(self, text: str, offset: str | None) -> str:
        """Return SQL of the canonical value of a source text, and note what it may be instead."""
        rule = self._rule
        if rule.codes is not None:
            return self._codes(text, rule.codes)
        if rule.date is not None:
            form = date_format(rule.date)
            value = f"strftime({date_sql(text, form, strict=False)}, '%Y-%m-%d')"
            return self._may_fail(text, value, "mapping.date", f"a date {rule.date}")
        if rule.instant is not None:
            value = instant_sql(text, date_format(rule.instant), rule.offset or offset or "+00:00")
            return self._may_fail(text, value, "mapping.date", f"an instant {rule.instant}")
        if rule.unit is not None:
            return self._number(text, rule.unit, rule.thousands)
        if rule.strip_zeros:
            return f"case when {text} is not null then coalesce(nullif(ltrim({text}, '0'), ''), '0') end"
        if rule.pad is not None:
            value = f"case when length({text}) <= {rule.pad} then lpad({text}, {rule.pad}, '0') end"
            return self._may_fail(text, value, "mapping.key", f"a key of at most {rule.pad} characters")
        return text

    def _number(self, text: str, unit: str, thousands: str | None) -> str:
        plain = f"replace({text}, {sql_text(thousands)}, '')" if thousands is not None else text
        width = f"decimal({18 + NUMBER_SCALE},{NUMBER_SCALE})"
        good = f"regexp_full_match({plain}, '{NUMBER_PATTERN}')"
        if thousands is not None:  # 5,00 is not 500
            groups = sql_text(f"[+-]?[0-9]{{1,3}}({re.escape(thousands)}[0-9]{{3}})+([.][0-9]+)?")
            good += f" and (not contains({text}, {sql_text(thousands)}) or regexp_full_match({text}, {groups}))"
        number = f"case when {good} then cast({plain} as {width}) end"
        value = text_of(Typed(f"(({number}) * {_UNIT[unit]})", Kind.NUMBER))
        return self._may_fail(text, value, "mapping.number", f"a decimal number of at most {NUMBER_SCALE} decimals")

    def _codes(self, text: str, codes: Mapping[str, str]) -> str:
        whens = " ".join(f"when {sql_text(code)} then {sql_text(to)}" for code, to in codes.items() if code != "*")
        known = f"case {text} {whens} end" if whens else "null"
        if "*" in codes:
            return f"case when {text} is not null then coalesce({known}, {sql_text(codes['*'])}) end"
        return self._may_fail(text, known, "mapping.code", f"a code of the table: {' | '.join(codes)}")

    def _may_fail(self, text: str, value: str, code: str, expected: str) -> str:
        """Note the finding of a text that is there and gives no value."""
        self._add(f'({text} is not null and "{self._field.name}" is null)', code, expected, f"left({text}, 100)")
        return value

    def _add(self, failed: str, code: str, expected: str, got: str) -> None:
        shown = sql_text(MASK) if self._field.personal else got
        self.findings.append(_finding(failed, code, self._field.name, expected, shown))


@dataclass(frozen=True, slots=True)
class _Found:
    values: list[str]
    findings: list[Finding]


def _lookups(mapping: FeedMapping, lookups: Mapping[str, SourceTable], names: _Names, on: date) -> tuple[str, _Found]:
    """Return SQL of the joins, and the findings of rows that find nothing."""
    joins, found = "", _Found([], [])
    for name, lookup in mapping.lookups.items():
        table = lookups[name]
        keys = {there: names.compile(here, on, own=True) for there, here in lookup.key.items()}
        conditions = [f"l_{name}.{table.place(there)} = try({text_of(key.value)})" for there, key in keys.items()]
        joins += f" left join {table.table} as l_{name} on {' and '.join(conditions)} and l_{name}.src_broken is null"
        if not lookup.required:
            continue
        shown = " || ' ' || ".join(f"coalesce(try({text_of(key.value)}), '')" for key in keys.values())
        found.values.extend([f"(l_{name}.src_line is null) as no_{name}", f"left({shown}, 100) as key_{name}"])
        expected = f"a row of {table.file} with this {', '.join(lookup.key)}"
        found.findings.append(_finding(f"no_{name}", "mapping.lookup", "", expected, f"key_{name}"))
    return joins, found
