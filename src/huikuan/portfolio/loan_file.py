"""One loan as a JSON file, for replaying and explaining it: terms, conventions, schedule, repayments and events.

The format is versioned (``schema``); ``docs/reference/loan-explain.md`` is written from the classes below and in
``loan_parts``. Version 1 is still read: it has neither conventions nor events.

Fields are those of the feeds: amounts are decimal text in major units with at most ``minor_digits`` decimals,
rates decimal text in percent with at most four, dates ISO, instants ISO with an offset. Amounts and rates are accepted
only as text: many programs read a JSON number as a binary fraction. ``docs/concepts/ageing.md`` shows a file.
A loan file holds no personal data.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ValidationError

from huikuan.kernel.json_once import KeyTwiceError, json_once
from huikuan.kernel.model_words import refused
from huikuan.kernel.money import money_format
from huikuan.portfolio.facts import FactInvalid, Money, Rate, RepaymentMethod
from huikuan.portfolio.feed_contract import RATE_DIGITS
from huikuan.portfolio.loan_facts import BookSource, Loan, LoanFileError, loan_build
from huikuan.portfolio.loan_parts import BYTES_MAX, LOAN_SCHEMA, LOAN_SCHEMA_1, SINCE, LoanFile
from huikuan.portfolio.rules.products import ProductBundle

__all__ = [
    "BookSource",
    "Loan",
    "LoanFile",
    "LoanFileError",
    "field_of",
    "loan_file_read",
    "loan_of_file",
    "refusal",
    "said_of",
]

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
        data = _json_read(path.read_bytes(), name)
        file = LoanFile.model_validate(data)
    except OSError as error:
        raise LoanFileError(name, "file", "a readable file", error.strerror) from error
    except ValidationError as error:
        found = refused(error, data)
        raise LoanFileError(name, found.place or "file", found.expected, found.got) from error
    return loan_of_file(file, name, products)


def loan_of_file(file: LoanFile, name: str, products: Mapping[str, ProductBundle] | None = None) -> Loan:
    """The facts of a loan file, ``name`` being its name in messages. Raises LoanFileError naming the JSON field."""
    _version_check(file, name)
    try:
        return loan_build(file, name, products)
    except FactInvalid as problem:
        raise refusal(name, problem, file.minor_digits) from problem


def refusal(name: str, problem: FactInvalid, minor_digits: int) -> LoanFileError:
    """What the rules refuse of a loan file, by its JSON field and in its units."""
    return LoanFileError(name, field_of(problem), *said_of(problem, minor_digits))


def said_of(problem: FactInvalid, minor_digits: int) -> tuple[str, str]:
    """What was expected and what was got, amounts in major units and rates in percent."""

    def shown(value: Money | Rate) -> str:
        if isinstance(value, Money):
            return money_format(value.minor, minor_digits)
        return f"{Decimal(value.ppm) / 10**RATE_DIGITS:f} %"

    return problem.said(shown)


def field_of(problem: FactInvalid) -> str:
    """The JSON field of a loan file that a fact came from."""
    place, field = _PLACES.get(problem.code.partition(".")[0], ""), problem.field
    if field.startswith("note."):  # of the note also where an event asks for it
        place = "note."
    elif problem.ref:
        place = f"events[core_ref={problem.ref}]."
    elif place not in ("note.", "repayments.", "events.") and field in _FACTS:
        return _FACTS[field]
    field = field.removesuffix("_minor").replace("_ppm", "_pct")  # texts of the file have no unit
    return field if field.startswith(place) else place + field


def _json_read(content: bytes, name: str) -> object:
    """The JSON of a file in UTF-8, with or without a mark at its beginning. A key that comes twice is refused."""
    try:
        return json_once(content.decode("utf-8-sig"))
    except KeyTwiceError as error:
        raise LoanFileError(name, error.key, "a key once in its part", "it twice") from error
    except (ValueError, RecursionError) as error:
        raise LoanFileError(name, "file", "JSON", f"text that is not JSON ({error})") from error


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
