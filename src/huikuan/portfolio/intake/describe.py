"""The reference page of the feeds, written from the contracts (`huikuan feed describe`)."""

from collections.abc import Iterable, Mapping

from huikuan.kernel.money import AMOUNT_MAX_MINOR
from huikuan.portfolio.feed_contract import (
    RATE_DIGITS,
    FeedContract,
    FeedField,
    FieldType,
    Mode,
    Rule,
)

_HEAD = """# Feeds

What a core system delivers, field by field. This page is written from the contracts that the intake enforces
(`huikuan feed describe > docs/reference/feeds.md`); a test keeps it in step.

## A delivery
- One folder a business date: `<inbox>/<bank code>/<YYYY-MM-DD>/`, one file a feed, and `manifest.yaml`, **last**.
- A bank whose core system writes other files delivers those: a [mapping](mapping.md) makes these out of them.
- A file is CSV or Parquet. CSV: UTF-8, comma, values with a comma or quote in double quotes (doubled inside), a
  header line with exactly the columns below in any order, one row a line, a line feed at the end of every line.
  A column with "may be left out" need not be there: all its values are then empty.
  Parquet: the same columns as text, whole numbers, DECIMAL, DATE, TIMESTAMP or BOOLEAN; FLOAT and DOUBLE are refused.
- The manifest names every file with its rows, and the sums where a feed has them. A sum is over every row whose value
  is a decimal number with at most 14 characters before the point and 4 after it, accepted or not.
- A bank that sends changes only says `delta: true` in the entries of full feeds: rows that do not come hold on.
- An *optional* feed may be left out of the manifest: it was not delivered that day, and what was delivered last stays
  in force. A bank that does not have it never sends it.

```yaml
bank: sample
business_date: 2018-06-30
feeds:
  products: {file: products.csv, rows: 6}
  parties: {file: parties.parquet, rows: 10000}
  contracts: {file: contracts.parquet, rows: 10000}
  notes: {file: notes.parquet, rows: 10000, sums: {principal: "163619225.00"}}
  instalments: {file: instalments.csv, rows: 0, sums: {principal: "0.00", interest: "0.00", costs: "0.00"}}
  repayments: {file: repayments.csv, rows: 5, sums: {amount: "2204.88"}}
  contact_points: {file: contact_points.csv, rows: 22990}
```

- **All or nothing a day.** A missing file, another column, a control total that is off by the smallest unit, or more
  rejects than a feed allows refuse the whole day with file, field and expectation; nothing of it becomes visible.
  Two rejects of a file are borne whatever their share, unless they are more than half of it or the feed allows none
  (`policies/cn/intake.yaml`; a bank's own `<home>/policies/<bank>/intake.yaml` takes its place).
- A row that breaks a rule is a *reject*: kept with its line, its reasons (`code`, `field`, `expected`, `got`) and its
  text, personal values masked. What refers to a rejected row is rejected too: a party's contracts, their notes, their
  schedules.
- What is missing from a full feed, or rejected in it, is carried forward as it was and marked stale; it is never
  settled. Of a *current* feed a missing key has ended, but a rejected one is carried forward, stale, as it was in the
  file before. Where a rejected line does not show its key (a broken line), every missing key is carried forward.
- The same files again change nothing. Other files for a date that is already in the book are refused.
- `huikuan feed check FOLDER --bank CODE` says all this before the night does.

## Types
| type | text | becomes |
|---|---|---|
"""

_TYPES = {
    FieldType.TEXT: ("as it is; no blanks at the ends, no control characters", "text"),
    FieldType.ENUM: ("one of the listed words", "text"),
    FieldType.INTEGER: ("digits", "integer"),
    FieldType.BOOLEAN: ("`true` or `false`", "boolean"),
    FieldType.DATE: ("`YYYY-MM-DD`, 1900 to 2199; 0001-01-01 and 9999-12-31 are not dates", "date"),
    FieldType.INSTANT: ("`2018-06-30T17:00:00-04:00`: date, time, offset", "instant in UTC"),
    FieldType.AMOUNT: (
        "decimal number in major units, at most the currency's decimals, no grouping, no exponent, from 0 to "
        f"10^{len(str(AMOUNT_MAX_MINOR)) - 1} minor units",
        "integer minor units, `<name>_minor`",
    ),
    FieldType.RATE: (
        f"annual rate in percent, at most {RATE_DIGITS} decimals, from 0 to 100",
        "integer parts per million, `…_ppm`",
    ),
}
_MODES = {
    Mode.FULL: "full: every key, every day",
    Mode.BY_NOTE: "by note: a note that appears replaces all its rows",
    Mode.DELTA: "delta: what is new since the last delivery",
    Mode.CURRENT: "current: all that holds; a key that is absent has ended, a rejected one is carried forward as stale",
    Mode.BY_KEY: "by key: new rows; a row replaces the earlier one of its key",
}
_OWN_CHECKS = {
    "note": (
        "`schedule.*`: the delivered schedule is whole (no rejected row), its due days do not go back, its principal "
        "adds up to the note's, its interest to no more than one amount may be; a note with `given` has one.",
        "`terms.*`: without a delivered schedule the last due day is not after `matures_on`; a `bullet` note has one "
        "instalment, due at maturity; the interest on the principal for the whole term is no more than one amount may "
        "be.",
    ),
    "repayment": (
        "`key.known`: a booking reference is never used twice, on whatever day.",
        "`repayment.early`: no repayment before the note was paid out.",
        "`reversal.*`: a reversal names a repayment of the same note, of the same amount, not reversed before.",
    ),
}
_RULES = {
    Rule.ORDER: "{0} before {1}",
    Rule.ORDER_OR_EQUAL: "{0} not after {1}",
    Rule.NOT_AFTER_BUSINESS_DATE: "{0} not after the business date",
    Rule.TOGETHER: "all of {all}, or none",
    Rule.DIFFERENT: "{0} is not {1}",
    Rule.FIRST_OF_MONTH: "{0} is the first day of a month",
    Rule.ONLY_WITH: "{0} only where {1} is true",
    Rule.FORM_BY: "the form of {1} depends on {0}",
}


def feeds_page(contracts: Mapping[str, FeedContract]) -> str:
    """Return the whole page as Markdown."""
    types = "".join(f"| {kind} | {text} | {becomes} |\n" for kind, (text, becomes) in _TYPES.items())
    return _HEAD + types + "".join(_feed(contract) for contract in contracts.values())


def _feed(contract: FeedContract) -> str:
    lines = [
        f"\n## {contract.file}\n{contract.statement}\n",
        f"- {'optional; ' if contract.optional else ''}{_MODES[contract.mode]}; key {_names(contract.key)}; "
        f"at most {contract.reject_limit_ppm / 10_000:g} % rejects"
        + (f"; control sums of {_names(contract.sums)}" if contract.sums else ""),
    ]
    lines += [f"- `{check.code}`: {check.statement} ({_rule(check.rule, check.fields)})" for check in contract.checks]
    lines += [
        f"- `{check.code}`, {word}: `{form}`" for check in contract.checks for word, form in (check.forms or {}).items()
    ]
    lines += [f"- {text}" for text in _OWN_CHECKS.get(contract.feed, ())]
    lines += ["", "| field | type | required | rule | meaning |", "|---|---|---|---|---|"]
    lines += [_row(contract, field) for field in contract.fields]
    return "\n".join(lines) + "\n"


def _row(contract: FeedContract, field: FeedField) -> str:
    refers = {reference.field: reference.feed for reference in contract.references}
    rules = []
    if field.may_be_absent:
        rules.append("may be left out")
    if field.personal:
        rules.append("**personal**: vault only")
    if field.max_length is not None:
        rules.append(f"≤ {field.max_length} characters")
    if field.pattern is not None:
        rules.append(f"`{field.pattern}`")
    if field.min is not None:
        rules.append(f"≥ {field.min}")
    if field.max is not None:
        rules.append(f"≤ {field.max}")
    if field.name in refers:
        rules.append(f"a key of {refers[field.name]}")
    meaning = field.description
    if field.values:
        meaning += " " + "; ".join(f"`{value}` {text}" for value, text in field.values.items()) + "."
    required = "yes" if field.required else ""
    return f"| {field.name} | {field.type} | {required} | {', '.join(rules)} | {meaning} |"


def _rule(rule: Rule, fields: list[str]) -> str:
    return _RULES[rule].format(*fields, all=_names(fields))


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
