"""The reference page of a loan file and its explanation, written from their classes (`huikuan loan describe`)."""

import json
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from huikuan.kernel.money import AMOUNT_MAX_MINOR
from huikuan.portfolio.explain.output import EXPLANATION_SCHEMA, ExplanationOut
from huikuan.portfolio.facts import PPM
from huikuan.portfolio.feed_contract import RATE_MAX_PPM
from huikuan.portfolio.loan_parts import (
    BYTES_MAX,
    EVENTS_MAX,
    LOAN_SCHEMA,
    LOAN_SCHEMA_1,
    REPAYMENTS_MAX,
    SINCE,
    LoanFile,
)
from huikuan.portfolio.rules.schedule import INSTALMENTS_MAX

_HEAD = f"""# Loan file and explanation

The input of `huikuan loan explain` and `huikuan loan replay`, and the output of `huikuan loan explain --json`, field by
field; `POST /api/loans/explain` takes and gives the same. This page is written from the classes that the program
checks with (`huikuan loan describe > docs/reference/loan-explain.md`), the JSON schemas beside it by
`huikuan loan describe --schema loan` and `--schema explanation`; a test keeps all three in step.

- **Versions.** The loan file is `{LOAN_SCHEMA}` ([JSON schema](loan-{LOAN_SCHEMA[-1]}.schema.json)); `{LOAN_SCHEMA_1}`,
  which a file without `schema` is, is still read: it has none of the fields marked *2*, the pack's conventions and no
  events. The explanation is `{EXPLANATION_SCHEMA}`
  ([JSON schema](explanation-{EXPLANATION_SCHEMA[-1]}.schema.json)). A file of another version is refused. New optional
  input fields and new output fields come within a version; whatever breaks a reader gets a new one.
- **Limits.** {INSTALMENTS_MAX:,} instalments, {REPAYMENTS_MAX:,} repayments, {EVENTS_MAX:,} events, {BYTES_MAX:,}
  bytes, dates from 1900 to 2199, amounts up to 10^{len(str(AMOUNT_MAX_MINOR)) - 1} minor units and rates up to
  {RATE_MAX_PPM * 100 // PPM} %, as in the feeds; over HTTP also the server's limit of a request (64 KiB, some 400
  repayments). A field that is not listed, or stands twice, is an error, and every error names its
  field.
- **Delivered instalments** win over what the note says of them: `instalment_count` and `first_due_on` are not compared
  with them, and rows may be due after `matures_on`. A book bought from another lender often has heads that are wrong or
  of an older agreement, and the rows are what the borrower was told to pay. Only their principal must add up to that of
  the note, and nothing may be due before the pay-out. `matures_on` still is the day after which compound interest bears
  the penalty rate.
- **Input** amounts are decimal text in major units, rates decimal text in percent with at most four decimals, dates
  ISO, instants ISO with offset. **Output** amounts (`_minor`) are integers of minor units, rates (`_ppm`) parts per
  million. An *exact* amount is an integer over `exact_denominator`, as text, because it may exceed 2^53.
- A loan file holds no personal data.

What the figures mean: [explaining a debt](../concepts/explain.md) and [ageing](../concepts/ageing.md).
"""

Schema = dict[str, Any]


class Format(StrEnum):
    """The two formats."""

    LOAN = "loan"
    EXPLANATION = "explanation"

    @property
    def file(self) -> str:
        """Name of the JSON schema in docs/reference."""
        return f"{self}-{_SCHEMAS[self].rpartition('/')[2]}.schema.json"


_SCHEMAS = {Format.LOAN: LOAN_SCHEMA, Format.EXPLANATION: EXPLANATION_SCHEMA}


def schema_of(which: Format) -> Schema:
    """The JSON schema of a format."""
    if which is Format.LOAN:
        return LoanFile.model_json_schema(by_alias=True)
    return ExplanationOut.model_json_schema(by_alias=True, mode="serialization")


def schema_text(which: Format) -> str:
    """The JSON schema as it stands in docs/reference."""
    return json.dumps(schema_of(which), indent=1, ensure_ascii=False) + "\n"


def loan_page() -> str:
    """The whole page as Markdown."""
    return "".join([_HEAD, *_part("Loan file", Format.LOAN), *_part("Explanation", Format.EXPLANATION)])


def _part(title: str, which: Format) -> Iterator[str]:
    schema = schema_of(which)
    definitions = schema["$defs"]
    yield f"\n## {title}\n"
    yield from _table(schema, definitions)
    for name, definition in definitions.items():
        if definition["type"] == "object":
            yield f"\n### {name}\n"
            yield from _table(definition, definitions)


def _table(schema: Schema, definitions: Schema) -> Iterator[str]:
    yield f"{' '.join(schema['description'].split())}\n\n| field | type | required | meaning |\n|---|---|---|---|\n"
    required = schema.get("required", ())
    for name, field in schema["properties"].items():
        default = f" Default `{json.dumps(field['default'])}`." if field.get("default") not in (None, [], {}) else ""
        # A description that the class of the value has too is left out beside its reference.
        told = field.get("description") or definitions[field["$ref"].rpartition("/")[2]]["description"]
        meaning = " ".join(told.split()) + default
        newer = " *2*" if SINCE in field else ""
        need = "yes" if name in required else ""
        yield f"| {name}{newer} | {_type(field, definitions)} | {need} | {meaning} |\n"


def _type(field: Schema, definitions: Schema) -> str:
    if "anyOf" in field:
        return " or ".join(_type(part, definitions) for part in field["anyOf"])
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return _type(definitions[name], definitions) if "enum" in definitions[name] else str(name)
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if field["type"] == "array":
        return f"list of {_type(field['items'], definitions)}"
    return str(field.get("format", field["type"]))
