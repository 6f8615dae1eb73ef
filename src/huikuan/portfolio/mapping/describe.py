"""The reference page of mapping files, written from the models and the list of functions."""

import json
import re
from collections.abc import Iterator
from typing import Any

from huikuan.portfolio.mapping.functions import FUNCTIONS
from huikuan.portfolio.mapping.model import (
    ColumnRule,
    Control,
    DeliveryMapping,
    FeedMapping,
    InForce,
    Lookup,
    Source,
    Strict,
)

_HEAD = """# Mapping files

What a mapping may say, key by key. This page is written from the models that read it
(`huikuan feed describe-mapping > docs/reference/mapping.md`); a test keeps it in step. A walk-through is
[add-a-bank](../recipes/add-a-bank.md); why expressions are a closed language stands in
[decision 0011](../decisions/0011-mapping-expressions.md). The machine-readable form is at the end.

- A bank's mapping is the folder `<home>/mappings/<bank code>/`: `delivery.yaml`, and a file for each feed or part of
  one. Several files may name the same feed; their rows are joined in order of the files' names.
- Every value in the YAML is read as the text that stands there: `01` stays `01`, quotes are not needed. A key that
  stands twice or is not listed here is refused with file, line and key.
- A delivery folder that has its own `manifest.yaml` is taken as canonical, mapping or not.
- A value that cannot be mapped makes its row a reject with the bank's file and line and a reason `mapping.…`: a code
  that is not in the table (`mapping.code`), a date of another form (`mapping.date`), no number (`mapping.number`), a
  key that is too long (`mapping.key`), an expression that fails (`mapping.expression`, `mapping.where`), a lookup that
  finds nothing (`mapping.lookup`), a line that cannot be split or decoded (`mapping.line`). Nothing becomes empty
  silently, and nothing is rounded silently.
- Without `control` the load says that the sender states no totals.
"""
_MODELS: tuple[tuple[str, type[Strict], str], ...] = (
    ("delivery.yaml", DeliveryMapping, "What holds for all files of a bank."),
    ("A file of a feed", FeedMapping, "Exactly one of `source`, `rows`, `nothing`."),
    (
        "source",
        Source,
        "How a file is written. Defaults stand in delivery.yaml; keys of other formats are not looked at.",
    ),
    (
        "columns",
        ColumnRule,
        "One of `from`, `const`, `expr`; at most one of `codes`, `date`, `instant`, `unit`, `strip_zeros`, `pad`. In "
        "this order: `narrow`, `sentinels`, the reading, `default`.",
    ),
    ("in_force", InForce, "The rows that hold on the business date; one without a readable first day is a reject."),
    ("lookups", Lookup, "Another file of the delivery, joined by a key that stands there once."),
    ("control", Control, "What the sender counted, compared to the last digit; a difference refuses the day."),
)
_LANGUAGE = """
## Expressions
A small language with the grammar of SQL expressions. A column is named as in the file (in double quotes if it is a word
of SQL or has blanks), one of a lookup as `lookup.COLUMN`; `business_date` is the day of the delivery. Every column is
text: numbers and dates are made with `number(…)` and `date(…)`, and kinds are never mixed.

- Literals `'text'`, `12.50`, `true`, `false`, `null`; `+ - *` on numbers; `||` on texts; `= <> < <= > >=`,
  `BETWEEN`, `IN (…)`, `IS [NOT] NULL`; `AND`, `OR`, `NOT`; `CASE … WHEN … THEN … ELSE … END`.
- No division (it is not exact for money), no casts, no LIKE, no subqueries, no other functions: anything that is not
  listed is refused with its position.
- Numbers are exact decimals. `number(X)` fails for a text that is no number, and the row is a reject.

| function | gives |
|---|---|
"""
_DATES = """
## Dates
A format is made of `yyyy`, `yy` (1969 to 2068), `mm`, `dd`, `hh`, `mi`, `ss` and the separators `- / . : T`, blank,
`年月日`; in any case. Without `dd` it is the first of the month. `excel` is a day as Excel stores it (45351 is
2024-02-29; from 1900-03-01 on), `excel1904` as in workbooks that count from 1904. Names of files and folders take
`{yyyymmdd}`, `{yyyy-mm-dd}`, `{yymmdd}`, `{mmdd}`.

## JSON Schema
"""


def mapping_page() -> str:
    """Return the whole page as Markdown."""
    parts = [_HEAD]
    parts += [_model(name, model, about) for name, model, about in _MODELS]
    parts.append(_LANGUAGE)
    parts += [f"| `{function.usage}` | {function.meaning} |\n" for function in FUNCTIONS.values()]
    parts.append(_DATES)
    for name, model in (("delivery.yaml", DeliveryMapping), ("a file of a feed", FeedMapping)):
        schema = json.dumps(model.model_json_schema(by_alias=True), indent=1, ensure_ascii=False)
        parts.append(f"\n{name[0].upper()}{name[1:]}:\n\n```json\n{schema}\n```\n")
    return "".join(parts)


def _model(name: str, model: type[Strict], about: str) -> str:
    rows = "".join(_rows(model))
    return f"\n## {name}\n{about}\n\n| key | value | default | meaning |\n|---|---|---|---|\n{rows}"


def _rows(model: type[Strict]) -> Iterator[str]:
    schema = model.model_json_schema(by_alias=True)
    required = schema.get("required", [])
    for key, field in schema["properties"].items():
        default = "required" if key in required else _default(field.get("default"))
        meaning = field.get("description", "").replace("|", "\\|")
        yield f"| `{key}` | {_kind(field)} | {default} | {meaning} |\n"


def _default(value: object) -> str:
    return "" if value in (None, "", [], {}) else f"`{json.dumps(value)}`"


def _kind(field: dict[str, Any]) -> str:
    """Return what a key takes, in a word or two."""
    if "anyOf" in field:
        kinds = [_kind(one) for one in field["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "$ref" in field:
        return re.sub(r"([a-z])([A-Z])", r"\1 \2", field["$ref"].rpartition("/")[2]).lower()
    if "enum" in field:
        return ", ".join(f"`{one}`" for one in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    words = {"array": "list", "object": "table", "boolean": "`true`, `false`", "string": "text", "integer": "number"}
    return words[field["type"]]
