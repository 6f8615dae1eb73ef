"""Conventions with their sources, refused combinations and product bundles, read from ``huikuan/policies/cn``.

A bank's own bundles stand in ``<home>/products/<bank>/*.yaml``; each names a shipped bundle as ``base`` and may only
tighten it. A wrong file raises PolicyInvalidError naming file and field; nothing of it is used.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from huikuan.kernel.model_words import refused
from huikuan.portfolio.conventions import CONVENTIONS_DEFAULT, Conventions, LateFee, LateFeeKind
from huikuan.portfolio.facts import Compound, FactInvalid, Frequency, RepaymentMethod
from huikuan.portfolio.policies import PolicyInvalidError, Source, policy_load
from huikuan.portfolio.rules.declared import Between, Declared, FeeLimit, Fees, OneOf
from huikuan.portfolio.rules.products import (
    FIELDS,
    Combination,
    ProductBundle,
    ScheduleFrom,
    bundle_check,
    product_conventions,
    tightened_check,
)

CODE_PATTERN = r"^[a-z][a-z0-9_]{1,31}$"
OWN_MAX = 200
"""Own bundles of one bank; more in its folder is an error."""

Text = Annotated[str, Field(min_length=1, max_length=600)]
Code = Annotated[str, Field(pattern=CODE_PATTERN)]
Kind = Literal["consumer", "operating", "mortgage", "agricultural", "policy"]
Feature = Literal[
    "instalment_minor",
    "interest_only_count",
    "interest_grace_count",
    "interest_free_count",
    "balloon_minor",
    "principal_share_ppm",
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Statement(_Part):
    """What something means, in both languages."""

    statement: Text
    statement_zh: Text


class NumberPart(Statement):
    """A number inside a convention."""

    unit: Text
    unit_zh: Text


class LimitEntry(Statement):
    """A limit of the pack in parts per million."""

    from_: Annotated[int, Field(alias="from", ge=0, strict=True)]
    to: Annotated[int, Field(ge=0, strict=True)]
    source: Source


class FixedEntry(NumberPart):
    """A number of the pack that no product chooses; the rules have it in ``portfolio.conventions``."""

    value: Annotated[int, Field(ge=1, strict=True)]
    source: Source


class Group(_Part):
    """A heading under which conventions are shown."""

    name: Text
    name_zh: Text


class ConventionSource(Source):
    """A source with its title, or what stands for one, in Chinese."""

    title_zh: Text


class ConventionEntry(Statement):
    """One field of Conventions: its meaning, values, default and source. A number has a unit instead of values."""

    group: Literal["schedule", "ageing", "lateness", "allocation"]
    name: Text
    name_zh: Text
    default: str
    values: dict[str, Statement] = {}
    parts: dict[str, NumberPart] = {}
    unit: Text | None = None
    unit_zh: Text | None = None
    source: ConventionSource

    @model_validator(mode="after")
    def _values_or_unit(self) -> Self:
        if bool(self.values) == (self.unit is not None) or (self.unit is None) != (self.unit_zh is None):
            raise ValueError("values, or unit and unit_zh")
        return self


class Limits(_Part):
    """Limits of the pack."""

    penalty_markup_ppm: LimitEntry
    misuse_markup_ppm: LimitEntry


class Fixed(_Part):
    """Numbers of the pack that no product chooses."""

    delay_rate_ppm_a_day: FixedEntry
    settlement_day: FixedEntry


class ConventionsFile(_Part):
    """``cn/conventions.yaml``."""

    id: Text
    statement: Text
    statement_zh: Text
    limits: Limits
    fixed: Fixed
    groups: dict[str, Group]
    fields: dict[str, ConventionEntry]

    @model_validator(mode="after")
    def _every_field(self) -> Self:
        if differing := sorted(self.fields.keys() ^ set(FIELDS)):
            raise ValueError(f"the fields of Conventions; {differing[0]} stands in only one of them")
        return self


class CombinationEntry(Statement):
    """One refused combination."""

    id: Code
    when: dict[str, Annotated[tuple[str, ...], Field(min_length=1)]] = Field(min_length=2)


class CombinationsFile(_Part):
    """``cn/combinations.yaml``."""

    id: Text
    combinations: tuple[CombinationEntry, ...]


class Span(_Part):
    """Numbers from ``from`` to ``to``, both included."""

    from_: Annotated[int, Field(alias="from", ge=0, strict=True)]
    to: Annotated[int, Field(ge=0, strict=True)]

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.to < self.from_:
            raise ValueError("a `to` not below `from`")
        return self

    def between(self) -> Between:
        return Between(self.from_, self.to)


class FeePart(_Part):
    """Late fees of a kind, up to limits."""

    kind: LateFeeKind
    amount_minor: Annotated[int, Field(ge=0, strict=True)] = 0
    rate_ppm: Annotated[int, Field(ge=0, strict=True)] = 0
    after_days: Span = Span.model_validate({"from": 1, "to": 1})

    def limit(self) -> FeeLimit:
        return FeeLimit(self.kind, self.amount_minor, self.rate_ppm, self.after_days.between())


class _BundleFile(_Part):
    """What shipped and own bundles share; ``None`` means as in the base."""

    code: Code
    name_zh: Text
    name_en: Text
    purpose_zh: Text
    purpose_en: Text
    methods: Annotated[tuple[RepaymentMethod, ...], Field(min_length=1)] | None = None
    frequencies: Annotated[tuple[Frequency, ...], Field(min_length=1)] | None = None
    compounds: Annotated[tuple[Compound, ...], Field(min_length=1)] | None = None
    schedules: Annotated[tuple[ScheduleFrom, ...], Field(min_length=1)] | None = None
    features: tuple[Feature, ...] | None = None
    instalment_count: Span | None = None
    penalty_markup_ppm: Span | None = None
    misuse_markup_ppm: Span | None = None
    late_fee_with_penalty: Annotated[bool, Field(strict=True)] | None = None
    conventions: dict[str, Any] = {}
    declared: dict[str, Any] = {}


class ProductFile(_BundleFile):
    """``cn/products/<code>.yaml``: a shipped bundle; what it leaves out is the default of the pack."""

    kind: Kind


class OwnProductFile(_BundleFile):
    """A bank's own bundle; what it leaves out is as in its base."""

    base: Code


@cache
def conventions_file_load(path: Path | None = None) -> ConventionsFile:
    """The file of conventions as it stands; without ``path`` the one that is shipped."""
    return policy_load(ConventionsFile, "cn/conventions.yaml", path)


@cache
def combinations_load(path: Path | None = None) -> tuple[Combination, ...]:
    """Refused combinations; without ``path`` the shipped ones."""
    file = policy_load(CombinationsFile, "cn/combinations.yaml", path)
    return tuple(Combination(each.id, each.when, each.statement, each.statement_zh) for each in file.combinations)


@cache
def products_load() -> Mapping[str, ProductBundle]:
    """The shipped bundles by code, in the order of their codes."""
    folder = files("huikuan").joinpath("policies", "cn", "products")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    bundles = [_shipped(policy_load(ProductFile, f"cn/products/{name}", None), f"cn/products/{name}") for name in names]
    return {bundle.code: bundle for bundle in bundles}


def product_own_load(path: Path) -> ProductBundle:
    """A bank's own bundle from a file, checked against its base. Raises PolicyInvalidError."""
    file = policy_load(OwnProductFile, "", path)
    base = products_load().get(file.base)
    if base is None:
        raise PolicyInvalidError(str(path), "base", f"expected one of {', '.join(products_load())}, got {file.base}")
    if file.code in products_load():
        raise PolicyInvalidError(str(path), "code", f"{file.code} is the code of a shipped product")
    bundle = _built(file, replace(base, base=base.code), str(path))
    try:
        tightened_check(bundle, base)
    except FactInvalid as problem:
        raise PolicyInvalidError(
            str(path), problem.field, f"expected {problem.expected}, got {problem.got}"
        ) from problem
    return bundle


def products_of_bank(home: Path, bank_code: str) -> Mapping[str, ProductBundle]:
    """The shipped bundles and the bank's own ones (``<home>/products/<bank>/*.yaml``) by code."""
    found = dict(products_load())
    paths = sorted((home / "products" / bank_code).glob("*.yaml"))
    if len(paths) > OWN_MAX:
        raise PolicyInvalidError(str(paths[0].parent), "folder", f"at most {OWN_MAX} files, got {len(paths)}")
    for path in paths:
        bundle = product_own_load(path)
        if bundle.code in found:
            raise PolicyInvalidError(str(path), "code", f"{bundle.code} is the code of another product")
        found[bundle.code] = bundle
    return found


def _shipped(file: ProductFile, name: str) -> ProductBundle:
    limits = conventions_file_load().limits
    plain = ProductBundle(
        code=file.code,
        base=None,
        name_zh="",
        name_en="",
        purpose_zh="",
        purpose_en="",
        kind=file.kind,
        methods=(),
        frequencies=(Frequency.MONTHLY,),
        compounds=(Compound.NONE,),
        schedules=(ScheduleFrom.COMPUTED, ScheduleFrom.DELIVERED),
        features=(),
        instalment_count=Between(1, 600),
        conventions=CONVENTIONS_DEFAULT,
        declared={field: _only(getattr(CONVENTIONS_DEFAULT, field)) for field in FIELDS},
        late_fee_with_penalty=False,
        markup_ppm=Between(limits.penalty_markup_ppm.from_, limits.penalty_markup_ppm.to),
        misuse_markup_ppm=Between(limits.misuse_markup_ppm.from_, limits.misuse_markup_ppm.to),
    )
    if name.rpartition("/")[2] != f"{file.code}.yaml":
        raise PolicyInvalidError(name, "code", f"must be the name of the file, got {file.code}")
    bundle = _built(file, plain, name)
    for span, limit in ((bundle.markup_ppm, plain.markup_ppm), (bundle.misuse_markup_ppm, plain.misuse_markup_ppm)):
        if span.low < limit.low or span.high > limit.high:
            raise PolicyInvalidError(name, "penalty_markup_ppm", f"must lie within {limit.text()}, got {span.text()}")
    return bundle


def _built(file: _BundleFile, base: ProductBundle, name: str) -> ProductBundle:
    """The bundle of a file on top of ``base``."""
    declared = dict(base.declared)
    values = {field: _convention(name, field, value) for field, value in file.conventions.items()}
    for field, choice in file.declared.items():
        default = values.get(field, getattr(base.conventions, field, None))
        declared[field] = _declared(name, field, choice, default)
    if base.base is None:
        # The pack's own bundles declare what they choose; a bank's bundle may only choose what its base declares.
        declared |= {field: _only(value) for field, value in values.items() if field not in file.declared}
    given = {field: getattr(file, field) for field in _PLAIN if getattr(file, field) is not None}
    spans = {target: span.between() for target, field in _SPANS.items() if (span := getattr(file, field)) is not None}
    bundle = replace(base, code=file.code, declared=declared, **given, **spans)
    try:
        bundle = replace(bundle, conventions=product_conventions(bundle, values))
        bundle_check(bundle, combinations_load())
    except FactInvalid as problem:
        field = f"conventions.{problem.field}" if problem.field in FIELDS else problem.field
        raise PolicyInvalidError(name, field, f"expected {problem.expected}, got {problem.got}") from problem
    return bundle


_PLAIN = (
    "name_zh", "name_en", "purpose_zh", "purpose_en", "methods", "frequencies", "compounds", "schedules", "features",
    "late_fee_with_penalty",
)  # fmt: skip
_SPANS = {
    "instalment_count": "instalment_count",
    "markup_ppm": "penalty_markup_ppm",
    "misuse_markup_ppm": "misuse_markup_ppm",
}
_TYPES: Mapping[str, TypeAdapter[Any]] = {name: TypeAdapter(kind) for name, kind in get_type_hints(Conventions).items()}


def _convention(file: str, field: str, value: object) -> object:
    """A value of a file as the rules have it."""
    if field not in _TYPES:
        raise PolicyInvalidError(file, f"conventions.{field}", f"is no convention, expected one of {', '.join(FIELDS)}")
    try:
        known = _TYPES[field].validate_python(value)
    except ValueError as error:
        raise PolicyInvalidError(file, f"conventions.{field}", f"cannot be {value!r}") from error
    if isinstance(known, int) and type(value) is not type(known):  # "3" is no number, true is not 1
        raise PolicyInvalidError(file, f"conventions.{field}", f"cannot be {value!r}")
    return known


def _declared(file: str, field: str, choice: object, default: object) -> Declared:
    """The declared values of a field: a span of numbers, late fees, or a list besides the default."""
    if field not in _TYPES:
        raise PolicyInvalidError(file, f"declared.{field}", f"is no convention, expected one of {', '.join(FIELDS)}")
    try:
        if isinstance(choice, dict):
            return Span.model_validate(choice).between()
        if not isinstance(choice, list):
            raise PolicyInvalidError(file, f"declared.{field}", "expected a list, or `from` and `to`")
        if isinstance(default, LateFee):
            more = tuple(FeePart.model_validate(each).limit() for each in choice)
            return Fees((_fee_limit(default), *more))
    except ValidationError as error:
        raise PolicyInvalidError(file, f"declared.{field}", refused(error, choice).said) from error
    return OneOf(tuple(dict.fromkeys([default, *(_convention(file, field, value) for value in choice)])))


def _only(value: object) -> Declared:
    """The declaration of a default alone."""
    return Fees((_fee_limit(value),)) if isinstance(value, LateFee) else OneOf((value,))


def _fee_limit(fee: LateFee) -> FeeLimit:
    return FeeLimit(fee.kind, fee.amount_minor, fee.rate_ppm, Between(fee.after_days, fee.after_days))
