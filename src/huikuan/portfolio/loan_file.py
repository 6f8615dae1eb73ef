"""One loan as a JSON file, for replaying and explaining it: terms, conventions, schedule, repayments and events.

The format is versioned (``schema``); ``docs/reference/loan-explain.md`` is written from the classes below and in
``loan_parts``. Version 1 is still read: it has neither conventions nor events.

Fields are those of the feeds: amounts are decimal text in major units with at most ``minor_digits`` decimals,
rates decimal text in percent with at most four, dates ISO, instants ISO with an offset. Amounts and rates are accepted
only as text: many programs read a JSON number as a binary fraction. ``docs/concepts/ageing.md`` shows a file.
A loan file holds no personal data.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from huikuan.portfolio.facts import FactInvalid, RepaymentMethod
from huikuan.portfolio.loan_facts import BookSource, Loan, LoanFileError, loan_build
from huikuan.portfolio.loan_parts import BYTES_MAX, DECIMAL, LOAN_SCHEMA, LOAN_SCHEMA_1, SINCE, LoanFile
from huikuan.portfolio.rules.products import ProductBundle

__all__ = ["BookSource", "Loan", "LoanFile", "LoanFileError", "field_of", "loan_file_read", "loan_of_file"]

_METHODS_1 = frozenset(
    {
        RepaymentMethod.EQUAL_INSTALMENT,
        RepaymentMethod.EQUAL_PRINCIPAL,
        RepaymentMethod.INTEREST_FIRST,
        RepaymentMethod.BULLET,
        RepaymentMethod.GIVEN,
    }
)
# Where in the file a fact stands, by the first word of the code of FactInvalid.
_PLACES = {
    "terms": "note.",
    "repayment": "repayments.",
    "convention": "conventions.",
    "event": "events.",
}
# Facts of a refused combination that are no conventions.
_FACTS = {
    "method": "note.repayment_method",
    "repayment_method": "note.repayment_method",
    "frequency": "note.frequency",
    "compound": "note.compound",
    "schedule": "instalments",
    "penalty": "note.penalty_rate_pct",
    "instalment_unit_minor": "conventions.instalment_unit",
    "tolerance_minor": "conventions.tolerance",
    "late_fee.amount_minor": "conventions.late_fee.amount",
    "late_fee.rate_ppm": "conventions.late_fee.rate_pct",
}


def loan_file_read(path: Path, products: Mapping[str, ProductBundle] | None = None) -> Loan:
    """Read and check a loan file. Raises LoanFileError naming the JSON field.

    ``products`` are the bundles that ``product.code`` may name; without them the shipped ones.
    """
    name = path.name
    try:
        if path.stat().st_size > BYTES_MAX:
            raise LoanFileError(name, "file", f"at most {BYTES_MAX} bytes", f"{path.stat().st_size} bytes")
        file = LoanFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise LoanFileError(name, "file", "a readable file", error.strerror) from error
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            raise LoanFileError(name, "file", "JSON", f"text that is not JSON ({first['ctx']['error']})") from error
        got = repr(first["input"])[:100] if first["type"] != "missing" else "nothing"
        raise LoanFileError(name, _json_path(first["loc"]), _expected(first), got) from error
    return loan_of_file(file, name, products)


def loan_of_file(file: LoanFile, name: str, products: Mapping[str, ProductBundle] | None = None) -> Loan:
    """The facts of a loan file, ``name`` being its name in messages. Raises LoanFileError naming the JSON field."""
    _version_check(file, name)
    try:
        return loan_build(file, name, products)
    except FactInvalid as problem:
        raise LoanFileError(name, field_of(problem), problem.expected, problem.got) from problem


def field_of(problem: FactInvalid) -> str:
    """The JSON field of a loan file that a fact came from."""
    place, field = _PLACES.get(problem.code.partition(".")[0], ""), problem.field
    if problem.ref:
        place = f"events[core_ref={problem.ref}]."
    elif place not in ("note.", "repayments.", "events.") and field in _FACTS:
        return _FACTS[field]
    field = field.removesuffix("_minor").replace("_ppm", "_pct")  # texts of the file have no unit
    return field if field.startswith(place) else place + field


def _version_check(file: LoanFile, name: str) -> None:
    """A file of version 1 has no field of version 2, and the other way round."""
    if file.schema_ != LOAN_SCHEMA_1:
        if "tolerance_days" in file.model_fields_set:
            raise LoanFileError(name, "tolerance_days", "conventions.tolerance_days", file.tolerance_days)
        return
    for field in _newer_fields(file, ""):
        raise LoanFileError(name, field, f"no such field in {LOAN_SCHEMA_1} (it is one of {LOAN_SCHEMA})", "one")
    if file.note.repayment_method not in _METHODS_1:
        expected = f"{', '.join(sorted(_METHODS_1))} in {LOAN_SCHEMA_1}"
        raise LoanFileError(name, "note.repayment_method", expected, file.note.repayment_method)
    if file.note.penalty_rate_pct is None:
        raise LoanFileError(name, "note.penalty_rate_pct", "a value", "nothing")


def _newer_fields(part: BaseModel, place: str) -> Iterator[str]:
    for field in type(part).model_fields:
        if field not in part.model_fields_set:
            continue
        extra = type(part).model_fields[field].json_schema_extra
        value = getattr(part, field)
        if isinstance(extra, dict) and SINCE in extra:
            yield place + field
        elif isinstance(value, BaseModel):
            yield from _newer_fields(value, f"{place}{field}.")
        elif isinstance(value, tuple):
            for index, row in enumerate(value):
                yield from _newer_fields(row, f"{place}{field}[{index}].")


def _json_path(parts: tuple[int | str, ...]) -> str:
    path = ".".join(f"[{part}]" if isinstance(part, int) else part for part in parts)
    return path.replace(".[", "[") or "file"


def _expected(error: ErrorDetails) -> str:
    """Pydantic's message as the object of "expected"."""
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "string_pattern_mismatch":
        pattern = error["ctx"]["pattern"]
        return 'decimal text such as "1200.00"' if pattern == DECIMAL else f"text like {pattern}"
    if error["type"] == "string_type" and error["loc"]:
        return 'text in quotes, of an amount or a rate such as "1200.00"'
    if message == "Field required":
        return "a value"
    if message == "Extra inputs are not permitted":
        return "no such field"
    return re.sub(r"^(Input|String|Tuple|Value) should (be|have) ", "", message)
