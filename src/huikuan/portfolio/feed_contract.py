"""Feed contracts: what a file of each feed must hold, as data in `portfolio/contracts/*.yaml`.

A contract is checked when it is read; a broken one is refused with its file, the place in it and what was expected,
before any delivery is opened. `compile` turns a checked contract into DuckDB SQL, `describe` into the reference page.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from huikuan.kernel.model_words import refused
from huikuan.portfolio.errors import FeedContractError

CONTRACTS = Path(__file__).resolve().parent / "contracts"
FEED_ORDER = (  # a feed refers to earlier ones only; the keys of all of them are those of the first
    "renumbering",
    "product",
    "party",
    "contract",
    "note",
    "instalment",
    "repayment",
    "loan_event",
    "management",
    "contact_point",
    "party_statement",
    "party_relation",
    "contract_party",
    "guarantee",
    "collateral",
    "repayment_account",
    "core_figure",
    "monthly_status",
)
RATE_MAX_PPM = 1_000_000  # 100 %
RATE_DIGITS = 4  # of a percentage: 0.0001 % is one part per million

_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]


class FieldType(StrEnum):
    """How the text of a field is read, and the lake column it becomes."""

    TEXT = "text"  # kept as it is
    ENUM = "enum"  # one of a closed list
    INTEGER = "integer"  # digits
    BOOLEAN = "boolean"  # true or false
    DATE = "date"  # YYYY-MM-DD
    INSTANT = "instant"  # date, time and offset; kept in UTC
    AMOUNT = "amount"  # decimal text in major units → `<name>_minor`
    RATE = "rate"  # percent with at most four decimals → `annual_rate_pct` becomes `annual_rate_ppm`


class Mode(StrEnum):
    """What the absence of a key means."""

    FULL = "full"  # every key is delivered every day; a missing one is carried forward, stale
    BY_NOTE = "by_note"  # a note that appears replaces all its rows
    DELTA = "delta"  # rows are added
    CURRENT = "current"  # all that holds today: a missing key has ended, a rejected one is carried forward, stale
    BY_KEY = "by_key"  # a row replaces the earlier row of its key


class Rule(StrEnum):
    """Checks over fields of one row; a row with a null among them passes (``required`` sees to nulls)."""

    ORDER = "order"  # first < second
    ORDER_OR_EQUAL = "order_or_equal"  # first ≤ second
    NOT_AFTER_BUSINESS_DATE = "not_after_business_date"
    TOGETHER = "together"  # all present or all empty
    DIFFERENT = "different"  # first ≠ second
    FIRST_OF_MONTH = "first_of_month"
    ONLY_WITH = "only_with"  # the first only where the second, a boolean, is true
    FORM_BY = "form_by"  # the second has the form that ``forms`` gives for the word in the first


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FeedField(_Strict):
    """One column of the file."""

    name: _Name
    type: FieldType
    description: str = Field(min_length=1)
    required: bool = False
    may_be_absent: bool = False  # a file need not have the column; without it every value is empty
    personal: bool = False
    pattern: str | None = None
    max_length: int | None = Field(default=None, ge=1, le=1000)
    min: str | None = None
    max: str | None = None
    values: dict[str, str] | None = None

    @property
    def column(self) -> str:
        """Name of the typed column in the lake; its unit stands last."""
        if self.type is FieldType.AMOUNT:
            return f"{self.name}_minor"
        if self.type is FieldType.RATE:
            return f"{self.name.removesuffix('_pct')}_ppm"
        return self.name

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if (self.values is not None) != (self.type is FieldType.ENUM):
            raise ValueError("values for type enum, and only there")
        if self.may_be_absent and self.required:
            raise ValueError("a column that is either required or may be absent")
        if self.pattern is not None and self.type is not FieldType.TEXT:
            raise ValueError("pattern only for type text")
        if self.type is FieldType.TEXT and self.max_length is None:
            raise ValueError("max_length for a text: everything has a limit")
        if self.type is FieldType.RATE and not self.name.endswith("_pct"):
            raise ValueError("a name ending in _pct, the unit of a rate")
        for bound in (self.min, self.max):
            if bound is not None:
                self._bound_check(bound)
        if self.pattern is not None:
            _pattern_check(self.pattern)
        return self

    def _bound_check(self, bound: str) -> None:
        if self.type not in (FieldType.AMOUNT, FieldType.RATE, FieldType.INTEGER):
            raise ValueError("min and max only for amount, rate and integer")
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", bound):
            raise ValueError(f"a plain decimal number as bound, not {bound!r}")


def _pattern_check(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"a regular expression, not {pattern!r} ({error})") from error


class Reference(_Strict):
    """A field whose value must be a key of another feed: accepted today, or in yesterday's book and not in
    today's file.

    ``rejected_is_known``: a key of yesterday's book counts even if its row of today was rejected.
    """

    field: _Name
    feed: Literal["product", "party", "contract", "note", "institution"]
    rejected_is_known: bool = False


class Check(_Strict):
    """A check over several fields of a row, with the code that its rejects carry."""

    code: str = Field(pattern=r"^[a-z]+\.[a-z_]+$")
    rule: Rule
    fields: list[_Name] = Field(min_length=1)
    statement: str = Field(min_length=1)
    forms: dict[str, str] | None = None

    @model_validator(mode="after")
    def _right_number(self) -> Self:
        wanted = _FIELDS_OF_RULE.get(self.rule)
        if wanted is not None and len(self.fields) != wanted:
            raise ValueError(f"{wanted} field(s) for rule {self.rule}, not {len(self.fields)}")
        if (self.forms is not None) != (self.rule is Rule.FORM_BY):
            raise ValueError("forms for rule form_by, and only there")
        for form in (self.forms or {}).values():
            _pattern_check(form)
        return self


_FIELDS_OF_RULE = {
    Rule.ORDER: 2,
    Rule.ORDER_OR_EQUAL: 2,
    Rule.NOT_AFTER_BUSINESS_DATE: 1,
    Rule.DIFFERENT: 2,
    Rule.FIRST_OF_MONTH: 1,
    Rule.ONLY_WITH: 2,
    Rule.FORM_BY: 2,
}


class FeedContract(_Strict):
    """The contract of one feed. ``reject_limit_ppm``: a larger share of rejected rows refuses the whole day.

    An ``optional`` feed need not be delivered: what was delivered last stays in force.
    """

    feed: _Name
    optional: bool = False
    file: _Name
    statement: str = Field(min_length=1)
    mode: Mode
    table: _Name
    key: list[_Name] = Field(min_length=1)
    reject_limit_ppm: int = Field(ge=0, le=1_000_000)
    fields: list[FeedField] = Field(min_length=1)
    references: list[Reference] = []
    sums: list[_Name] = []
    checks: list[Check] = []

    def field(self, name: str) -> FeedField:
        """Return the field of that name; raises KeyError."""
        return {field.name: field for field in self.fields}[name]

    @property
    def columns(self) -> list[str]:
        """Names of the file's columns in contract order."""
        return [field.name for field in self.fields]

    @property
    def columns_needed(self) -> list[str]:
        """Names of the columns that every file must have."""
        return [field.name for field in self.fields if not field.may_be_absent]

    @property
    def personal(self) -> list[FeedField]:
        """Fields whose values go to the vault and nowhere else."""
        return [field for field in self.fields if field.personal]

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        if self.feed not in FEED_ORDER:
            raise ValueError(f"a feed of {', '.join(FEED_ORDER)}, not {self.feed}")
        names = self.columns
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"each field once; {name} stands twice")
        for where, name in self._mentions():
            if name not in names:
                raise ValueError(f"in {where} only fields of {self.feed}, not {name}")
        for name in self.key:
            if not self.field(name).required:
                raise ValueError(f"only required fields in key, not {name}")
        for name in self.sums:
            if self.field(name).type is not FieldType.AMOUNT:
                raise ValueError(f"only amounts in sums, not {name}")
        return self

    def _mentions(self) -> Iterator[tuple[str, str]]:
        yield from (("key", name) for name in self.key)
        yield from (("sums", name) for name in self.sums)
        yield from (("references", reference.field) for reference in self.references)
        yield from ((f"check {check.code}", name) for check in self.checks for name in check.fields)


def contract_read(path: Path) -> FeedContract:
    """Read and check one contract file; raises FeedContractError with the file, the place and what is wrong."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise FeedContractError(path.name, "", f"is not YAML: {error}") from error
    try:
        return FeedContract.model_validate(data)
    except ValidationError as error:
        found = refused(error, data)
        raise FeedContractError(path.name, found.place, found.said) from error


def contracts_read(folder: Path = CONTRACTS) -> dict[str, FeedContract]:
    """Read all contracts of a folder, by feed, in the order in which feeds refer to each other.

    Raises FeedContractError for a broken file, a feed without a contract, or a reference to a later feed.
    """
    found: dict[str, FeedContract] = {
        contract.feed: contract for contract in map(contract_read, sorted(folder.glob("*.yaml")))
    }
    missing = [feed for feed in FEED_ORDER if feed not in found]
    if missing:
        raise FeedContractError(f"{missing[0]}.yaml", "", "is missing; every feed needs a contract")
    for position, feed in enumerate(FEED_ORDER):
        for reference in found[feed].references:
            if reference.feed not in ("institution", *FEED_ORDER[:position]):
                raise FeedContractError(f"{feed}.yaml", "references", f"{reference.feed} is not an earlier feed")
    return {feed: found[feed] for feed in FEED_ORDER}


@cache
def contracts_shipped() -> dict[str, FeedContract]:
    """Return the contracts that ship with the product."""
    return contracts_read(CONTRACTS)


def scaled_bound(bound: str, digits: int) -> int:
    """Return a contract's decimal bound as an integer with ``digits`` decimals; raises ValueError if it has more."""
    scaled = Decimal(bound).scaleb(digits)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"bound {bound} has more than {digits} decimals")
    return int(scaled)
