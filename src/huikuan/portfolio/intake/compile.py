"""A feed contract as DuckDB SQL: text → typed columns and a list of reasons a row.

A field gives at most one reason, the first that applies; checks over several fields follow. Amounts and rates
become integers by the digits of their text (never through DOUBLE or a DECIMAL division), so what is stored is
exactly what was written.
"""

# ruff: noqa: S608 - names in the SQL come from checked contracts, texts are quoted by sql_text

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from huikuan.kernel.money import AMOUNT_MAX_MINOR
from huikuan.portfolio.feed_contract import (
    RATE_DIGITS,
    RATE_MAX_PPM,
    Check,
    FeedContract,
    FeedField,
    FieldType,
    Rule,
    scaled_bound,
)
from huikuan.portfolio.lake import sql_text

MASK = "***"
DATE_MIN, DATE_MAX = "1900-01-01", "2199-12-31"  # 0001-01-01 and 9999-12-31 are sentinels, not dates
REASON_TYPE = "struct(code varchar, field varchar, expected varchar, got varchar)"
NO_REASONS = f"cast([] as {REASON_TYPE}[])"
_DIGITS_MAX = 18  # in all: any such number fits 64 bits
INTEGER_MAX = 10**9 - 1
WHOLE_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
_DECIMAL = r"-?[0-9]+([.][0-9]+)?"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DATE_LENGTH = 10
_INSTANT = _DATE + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
_INTEGER = r"-?[0-9]{1,9}"
_PLAIN = "[!-~]*"
_RANGED = (FieldType.INTEGER, FieldType.DATE, FieldType.AMOUNT, FieldType.RATE)


@dataclass(frozen=True, slots=True)
class Finding:
    """SQL of one possible reason: ``condition`` says whether there is one, ``reason`` which (null if none)."""

    condition: str
    reason: str

    @classmethod
    def of(cls, condition: str, reason: str) -> "Finding":
        """A finding with one condition."""
        return cls(condition, f"case when {condition} then {reason} end")


@dataclass(frozen=True, slots=True)
class TypedFeed:
    """A feed's typed columns as SQL over `given_<feed>`, and what may be wrong with a row of it.

    ``source`` gives the typed columns of all rows in their order, and whether a field or a check of the contract has a
    reason (``suspect``). ``findings`` are over the rows of ``suspects``: texts, typed columns and copies of the rows of
    `suspect_text_<feed>`.
    """

    source: str
    columns: str
    findings: tuple[Finding, ...]
    suspects: str


def typed_feed(
    contract: FeedContract, *, minor_digits: int, business_date: date, types: Mapping[str, str] | None = None
) -> TypedFeed:
    """Compile a contract for one delivery.

    ``types`` are the DuckDB types of columns that came exactly typed (`read.ReadFile`): such a value is taken as it is,
    where its text would give the same.
    """
    exact = _exact(contract, minor_digits, types or {})
    texts = ", ".join(f'"{field.name}" as {_raw(field)}' for field in contract.fields)
    texts += "".join(f', "exact {name}"' for name in exact)
    typed = ", ".join(
        f'{exact.get(field.name) or _parse(field, minor_digits)} as "{field.column}"' for field in contract.fields
    )
    equal = " and ".join(f't."{name}" = d."{name}"' for name in contract.key)
    complete = " and ".join(f'"{name}" is not null' for name in contract.key)
    duplicate = Finding.of(
        f"{complete} and copies > 1",
        reason_sql("key.duplicate", contract.key[-1], f"one row a {' and '.join(contract.key)}", "copies || ' rows'"),
    )
    given = {field.name: _given(field, exact) for field in contract.fields}
    findings = (
        *(_field(field, given[field.name], minor_digits) for field in contract.fields),
        *(_check(contract, check, business_date, given) for check in contract.checks),
    )
    tries = "".join(f", {_try(field, minor_digits)}" for field in contract.fields if field.type in _RANGED)
    rows = f"select *, {typed} from (select *{tries} from (select {texts}"
    columns = ", ".join(f'"{field.column}"' for field in contract.fields)
    return TypedFeed(
        f"select {columns}, coalesce({any_sql(findings)}, false) as suspect from ({rows} from given_{contract.feed})))",
        columns,
        (*findings, duplicate),
        f"select t.*, coalesce(d.copies, 1) as copies from ({rows}, line from suspect_text_{contract.feed}))) as t "
        f"left join doubled_{contract.feed} as d on {equal}",
    )


def _exact(contract: FeedContract, minor_digits: int, types: Mapping[str, str]) -> dict[str, str]:
    """Return the SQL of values that need not go through their text, by field."""
    found = {}
    for field in contract.fields:
        value, kind = f'"exact {field.name}"', types.get(field.name, "")
        if field.type is FieldType.DATE and kind == "DATE":
            found[field.name] = f"case when {value} between date '0001-01-01' and date '9999-12-31' then {value} end"
        elif field.type is FieldType.BOOLEAN and kind == "BOOLEAN":
            found[field.name] = value
        elif field.type is FieldType.INTEGER and kind in WHOLE_TYPES:
            found[field.name] = f"case when {value} between {-INTEGER_MAX} and {INTEGER_MAX} then {value}::integer end"
        elif field.type in (FieldType.AMOUNT, FieldType.RATE) and kind.startswith("DECIMAL"):
            width, scale = (int(part) for part in kind[8:-1].split(","))
            digits, _ = _scale(field, minor_digits)
            if scale <= digits and width - scale <= _DIGITS_MAX - digits:
                found[field.name] = f"cast({value} * {10**digits} as bigint)"
    return found


def _given(field: FeedField, exact: Mapping[str, str]) -> str:
    """Return the cheapest column that is null only where a field has no value."""
    if field.name in exact:
        return f'"exact {field.name}"'
    return f'"{field.column}"' if field.type in (FieldType.TEXT, FieldType.ENUM) else _raw(field)


def any_sql(findings: Sequence[Finding]) -> str:
    """Return the SQL of "this row has a reason"."""
    return " or ".join(f"({finding.condition})" for finding in findings) or "false"


def reasons_list(findings: Sequence[Finding]) -> str:
    """Return the SQL of the list of a row's reasons; it is only built where a condition holds."""
    found = ", ".join(finding.reason for finding in findings)
    return (
        f"case when {any_sql(findings)} then list_filter(cast([{found}] as {REASON_TYPE}[]), lambda r: r is not null) "
        f"else {NO_REASONS} end"
    )


def reason_sql(code: str, field: str, expected: str, got_sql: str) -> str:
    """Return the SQL of one reason; ``got_sql`` is an expression, the rest are texts."""
    return (
        f"{{'code': {sql_text(code)}, 'field': {sql_text(field)}, 'expected': {sql_text(expected)}, "
        f"'got': coalesce(cast({got_sql} as varchar), 'nothing')}}"
    )


def decimal_sql(text: str, digits: int, tried: str = "") -> str:
    """Return the SQL that turns decimal text with at most ``digits`` decimals into an integer of 10^-digits.

    Null for any other text. Exact: a text that DuckDB's DECIMAL gives back unchanged is that number; of any other the
    digits themselves are moved, there is no division. ``tried`` is a column with that DECIMAL, if there is one.
    """
    number = tried or f"try_cast({text} as decimal({_DIGITS_MAX},{digits}))"
    whole, part = f"split_part({text}, '.', 1)", f"split_part({text}, '.', 2)"
    value = f"cast({whole} as bigint) * {10**digits}"
    if digits:
        sign = f"(case when starts_with({text}, '-') then -1 else 1 end)"
        value += f" + cast(rpad({part}, {digits}, '0') as bigint) * {sign}"
    return (
        f"case when cast({number} as varchar) = {text} then cast({number} * {10**digits} as bigint) "
        f"when regexp_full_match({text}, '{_DECIMAL}') and length({part}) <= {digits} "
        f"and length({whole}) <= {_DIGITS_MAX - digits} then {value} end"
    )


def _raw(field: FeedField) -> str:
    """The text of a field, beside its typed column."""
    return f'"raw {field.name}"'


def _tried(field: FeedField) -> str:
    """What DuckDB reads from a text, beside it: its own column, so that it is read only once."""
    return f'"try {field.name}"'


def _try(field: FeedField, minor_digits: int) -> str:
    kind = f"decimal({_DIGITS_MAX},{_scale(field, minor_digits)[0]})"
    if field.type in (FieldType.INTEGER, FieldType.DATE):
        kind = field.type.value
    return f"try_cast({_raw(field)} as {kind}) as {_tried(field)}"


def _parse(field: FeedField, minor_digits: int) -> str:
    """Return the SQL of the typed value; null where the text is not of the type."""
    raw = _raw(field)
    match field.type:
        case FieldType.TEXT | FieldType.ENUM:
            return raw
        case FieldType.INTEGER:
            value = _tried(field)
            return (
                f"case when cast({value} as varchar) = {raw} and {value} between {-INTEGER_MAX} and {INTEGER_MAX} "
                f"then {value} when regexp_full_match({raw}, '{_INTEGER}') then cast({raw} as integer) end"
            )
        case FieldType.BOOLEAN:
            return f"case {raw} when 'true' then true when 'false' then false end"
        case FieldType.DATE:
            value = _tried(field)  # DuckDB takes other forms too, but gives this one back
            return f"case when strlen({raw}) = {_DATE_LENGTH} and cast({value} as varchar) = {raw} then {value} end"
        case FieldType.INSTANT:
            instant = f"try_cast({raw} as timestamptz)"
            return f"case when regexp_full_match({raw}, '{_INSTANT}') then timezone('UTC', {instant}) end"
        case FieldType.AMOUNT:
            return decimal_sql(raw, minor_digits, _tried(field))
        case FieldType.RATE:
            return decimal_sql(raw, RATE_DIGITS, _tried(field))


def _field(field: FeedField, given: str, minor_digits: int) -> Finding:
    """Return the finding of a field: its first reason. ``given`` is null where it has no value."""
    raw = _raw(field)
    got = sql_text(MASK) if field.personal else f"left({raw}, 100)"
    cases = _conditions(field, raw, minor_digits)
    whens = " ".join(
        f"when {condition} then {reason_sql(code, field.name, expected, got)}" for condition, code, expected in cases
    )
    suspect = _suspect(field, raw, cases, minor_digits)
    any_of, absent = f"{given} is not null and ({suspect})", "null"
    if field.required:
        any_of = suspect if field.type in _RANGED else f"{given} is null or {suspect}"
        absent = reason_sql("required", field.name, "a value", got)
    return Finding(any_of, f"case when {raw} is null then {absent} {whens} end")


def _suspect(field: FeedField, raw: str, cases: list[tuple[str, str, str]], minor_digits: int) -> str:
    """Return the cheapest condition that holds whenever one of the cases does; of no value that of a ranged type too.

    Which case it is is asked afterwards: a value that could be read is right but for its range.
    """
    if field.type in _RANGED:
        low, high = (
            (f"date '{DATE_MIN}'", f"date '{DATE_MAX}'")
            if field.type is FieldType.DATE
            else map(str, _bounds(field, *_scale(field, minor_digits)))
        )
        return f'coalesce("{field.column}" not between {low} and {high}, true)'
    if field.type is FieldType.TEXT and field.pattern is None:  # neither controls nor blanks: one look at most texts
        (long, _, _), *others = cases
        odd = " or ".join(condition for condition, _, _ in others)
        return f"{long} or not regexp_full_match({raw}, '{_PLAIN}') and ({odd})"
    return " or ".join(condition for condition, _, _ in cases)


def _scale(field: FeedField, minor_digits: int) -> tuple[int, int]:
    """Return decimals and largest value of a number."""
    match field.type:
        case FieldType.AMOUNT:
            return minor_digits, AMOUNT_MAX_MINOR
        case FieldType.RATE:
            return RATE_DIGITS, RATE_MAX_PPM
        case _:
            return 0, INTEGER_MAX


def _conditions(field: FeedField, raw: str, minor_digits: int) -> list[tuple[str, str, str]]:
    """Return (condition, code, expected) in the order in which they are tried; the text is not null."""
    parsed = f'"{field.column}"'
    match field.type:
        case FieldType.TEXT:
            found = [(f"length({raw}) > {field.max_length}", "text.length", f"at most {field.max_length} characters")]
            if field.pattern is not None:
                found.append((f"not regexp_full_match({raw}, {sql_text(field.pattern)})", "text.form", field.pattern))
                return found
            found.append((rf"regexp_matches({raw}, '[\x00-\x1f\x7f]')", "text.control", "no control characters"))
            found.append((f"{raw} <> trim({raw})", "text.blanks", "no blanks at the ends"))
            return found
        case FieldType.ENUM:
            values = list(field.values or {})
            listed = ", ".join(sql_text(value) for value in values)
            return [(f"{raw} not in ({listed})", "enum", " | ".join(values))]
        case FieldType.INTEGER:
            return [(f"{parsed} is null", "type.integer", "a whole number"), *_range(field, parsed, 0, INTEGER_MAX)]
        case FieldType.BOOLEAN:
            return [(f"{parsed} is null", "type.boolean", "true | false")]
        case FieldType.DATE:
            between = f"{parsed} not between date '{DATE_MIN}' and date '{DATE_MAX}'"
            return [
                (f"{parsed} is null", "type.date", "a date YYYY-MM-DD"),
                (between, "range.date", f"{DATE_MIN} to {DATE_MAX}"),
            ]
        case FieldType.INSTANT:
            between = f"cast({parsed} as date) not between date '{DATE_MIN}' and date '{DATE_MAX}'"
            return [
                (f"{parsed} is null", "type.instant", "date, time and offset, as 2018-06-30T17:00:00-04:00"),
                (between, "range.date", f"{DATE_MIN} to {DATE_MAX}"),
            ]
        case FieldType.AMOUNT | FieldType.RATE:
            return _decimal(field, raw, parsed, *_scale(field, minor_digits))


def _decimal(field: FeedField, raw: str, parsed: str, digits: int, most: int) -> list[tuple[str, str, str]]:
    kind = "type.amount" if field.type is FieldType.AMOUNT else "type.rate"
    expected = f"a decimal number with at most {digits} decimals, no grouping, no exponent"
    return [
        (f"not regexp_full_match({raw}, '{_DECIMAL}')", kind, expected),
        (f"length(split_part({raw}, '.', 2)) > {digits}", "decimal.digits", f"at most {digits} decimals"),
        (f"{parsed} is null and not starts_with({raw}, '-')", "range.max", f"at most {_plain(most, digits)}"),
        (f"{parsed} is null", "range.min", "at least 0"),
        *_range(field, parsed, digits, most),
    ]


def _range(field: FeedField, parsed: str, digits: int, most: int) -> list[tuple[str, str, str]]:
    low, high = _bounds(field, digits, most)
    return [
        (f"{parsed} < {low}", "range.min", f"at least {_plain(low, digits)}"),
        (f"{parsed} > {high}", "range.max", f"at most {_plain(high, digits)}"),
    ]


def _bounds(field: FeedField, digits: int, most: int) -> tuple[int, int]:
    """Return the contract's bounds as integers; without one 0 and ``most``."""
    low = scaled_bound(field.min, digits) if field.min is not None else 0
    return low, scaled_bound(field.max, digits) if field.max is not None else most


def _plain(value: int, digits: int) -> str:
    return f"{value // 10**digits}.{value % 10**digits:0{digits}d}" if digits else str(value)


def _check(contract: FeedContract, check: Check, business_date: date, given: Mapping[str, str]) -> Finding:
    fields = [contract.field(name) for name in check.fields]
    names = [f'"{field.column}"' for field in fields]
    field, got = check.fields[-1], sql_text(MASK) if fields[-1].personal else names[-1]
    match check.rule:
        case Rule.ORDER:
            condition, expected = f"{names[0]} >= {names[1]}", f"after {check.fields[0]}"
        case Rule.ORDER_OR_EQUAL:
            condition, expected = f"{names[0]} > {names[1]}", f"on or after {check.fields[0]}"
        case Rule.NOT_AFTER_BUSINESS_DATE:
            condition, expected = f"{names[0]} > date '{business_date}'", f"on or before {business_date}"
        case Rule.TOGETHER:
            present = " + ".join(f"cast({given[field.name]} is not null as integer)" for field in fields)
            condition = f"({present}) not in (0, {len(names)})"
            expected, got = f"all or none of {', '.join(check.fields)}", "'some of them'"
        case Rule.DIFFERENT:
            condition, expected = f"{names[0]} = {names[1]}", f"another than {check.fields[0]}"
        case Rule.FIRST_OF_MONTH:
            condition, expected = f"day({names[0]}) <> 1", "the first day of a month"
        case Rule.ONLY_WITH:
            condition, expected = f"{names[0]} is not null and not {names[1]}", f"nothing without {check.fields[1]}"
            field, got = check.fields[0], sql_text(MASK) if fields[0].personal else names[0]
        case Rule.FORM_BY:
            return _form_by(check, names, got)
    return Finding.of(condition, reason_sql(check.code, field, expected, got))


def _form_by(check: Check, names: list[str], got: str) -> Finding:
    """Return the finding of a value that has not the form of its kind; a kind without a form takes any."""
    conditions, whens = [], []
    for word, form in (check.forms or {}).items():
        conditions.append(f"{names[0]} = {sql_text(word)} and not regexp_full_match({names[1]}, {sql_text(form)})")
        whens.append(f"when {conditions[-1]} then {reason_sql(check.code, check.fields[1], f'{word}: {form}', got)}")
    return Finding(" or ".join(f"({condition})" for condition in conditions), f"case {' '.join(whens)} end")
