"""Product bundles (产品): which conventions and terms a note may have together, and why some do not go together.

Pure: the bundles and the refused combinations are handed in (``portfolio.product_policies`` reads them from files).
A note names a bundle and, where the bundle leaves a choice, overrides. Whatever is not declared raises FactInvalid
naming field, value and reason, when the note is loaded and not when a figure is wrong.

Sources of the limits: penalty mark-up 30-50 % (misuse 50-100 %), CN-MN-01 and CN-MN-02; late fee and penalty interest
not together unless declared, CN-MN-10 (recalled).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from enum import StrEnum

from huikuan.portfolio.conventions import (
    ORDER_DEFAULT,
    Conventions,
    LateFee,
    LateFeeKind,
    PenaltyAs,
)
from huikuan.portfolio.facts import (
    PPM,
    Compound,
    FactInvalid,
    Frequency,
    Money,
    NoteTerms,
    Rate,
    RepaymentMethod,
    measured,
)
from huikuan.portfolio.rules.declared import Between, Declared, Fees, OneOf, value_said, value_text
from huikuan.portfolio.rules.rounding import half_up

FIELDS = tuple(field.name for field in fields(Conventions))
FEATURES: Mapping[str, object] = {
    "instalment_minor": None,
    "interest_only_count": 0,
    "interest_grace_count": 0,
    "interest_free_count": 0,
    "balloon_minor": 0,
    "principal_share_ppm": None,
}
"""Terms that only some products have, with the value that means "not used"."""


class ScheduleFrom(StrEnum):
    """Who makes the schedule."""

    COMPUTED = "computed"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Combination:
    """Values that do not go together: refused when every named fact has one of its values (``facts_of``)."""

    id: str
    when: Mapping[str, tuple[str, ...]]
    statement: str
    statement_zh: str

    def meets(self, facts: Mapping[str, str]) -> bool:
        return all(facts[name] in values for name, values in self.when.items())


@dataclass(frozen=True, slots=True)
class ProductBundle:
    """A named product: its default conventions and all that a note of it may choose.

    ``declared`` has every field of Conventions. ``markup_ppm`` and ``misuse_markup_ppm`` limit the penalty rate above
    the contract rate, in parts per million of it.
    """

    code: str
    base: str | None  # the shipped bundle that a bank's own one tightens
    name_zh: str
    name_en: str
    purpose_zh: str
    purpose_en: str
    kind: str  # as in the feed of products
    methods: tuple[RepaymentMethod, ...]
    frequencies: tuple[Frequency, ...]
    compounds: tuple[Compound, ...]
    schedules: tuple[ScheduleFrom, ...]
    features: tuple[str, ...]
    instalment_count: Between
    conventions: Conventions
    declared: Mapping[str, Declared]
    late_fee_with_penalty: bool
    markup_ppm: Between
    misuse_markup_ppm: Between


def product_conventions(bundle: ProductBundle, overrides: Mapping[str, object]) -> Conventions:
    """The conventions of a note of ``bundle``: its defaults and the given values, each of which must be declared.

    Raises FactInvalid naming the field of the conventions.
    """
    for name, value in overrides.items():
        if name not in bundle.declared:
            raise FactInvalid("convention.field", name, "a convention of this name", value)
        if not bundle.declared[name].holds(value):
            expected = (*bundle.declared[name].said(name), f" (declared by product {bundle.code})")
            raise FactInvalid("convention.undeclared", name, expected, value_said(name, value))
    chosen = replace(bundle.conventions, **overrides)  # type: ignore[arg-type]
    convention_values_check(chosen)
    return chosen


def product_check(
    bundle: ProductBundle,
    conventions: Conventions,
    terms: NoteTerms,
    *,
    delivered_count: int,
    misused: bool = False,
    combinations: Sequence[Combination] = (),
) -> None:
    """Raise FactInvalid for the first term that a note of ``bundle`` may not have, or may not have together.

    ``delivered_count`` is the number of delivered instalments, 0 for a computed schedule.
    """
    _term_check(bundle, "repayment_method", terms.method, bundle.methods)
    _term_check(bundle, "frequency", terms.frequency, bundle.frequencies)
    _term_check(bundle, "compound", terms.compound, bundle.compounds)
    source = ScheduleFrom.DELIVERED if delivered_count else ScheduleFrom.COMPUTED
    if source not in bundle.schedules:
        expected = f"a {bundle.schedules[0]} schedule (declared by product {bundle.code})"
        raise FactInvalid("product.schedule", "instalments", expected, f"a {source} one")
    count = delivered_count or terms.instalment_count
    if not bundle.instalment_count.holds(count):
        expected = f"{bundle.instalment_count.text()} (declared by product {bundle.code})"
        raise FactInvalid("product.count", "note.instalment_count", expected, count)
    for name, unused in FEATURES.items():
        value = getattr(terms, name)
        if value != unused and name not in bundle.features:
            expected = f"no value (product {bundle.code} has none)"
            raise FactInvalid("product.feature", feature_field(name), expected, measured(name, value))
    _penalty_check(bundle, conventions, terms, misused=misused)
    combination_check(conventions, terms, source, combinations, late_fee_with_penalty=bundle.late_fee_with_penalty)


def combination_check(
    conventions: Conventions,
    terms: NoteTerms,
    source: ScheduleFrom,
    combinations: Sequence[Combination],
    *,
    late_fee_with_penalty: bool,
) -> None:
    """Raise FactInvalid, with the reason, for values that do not go together."""
    facts = facts_of(
        conventions,
        method=terms.method,
        frequency=terms.frequency,
        compound=terms.compound,
        source=source,
        penalty=has_penalty(conventions, terms),
        late_fee_with_penalty=late_fee_with_penalty,
    )
    if (found := combination_found(facts, combinations)) is not None:
        raise combination_error(facts, found)


def combination_found(facts: Mapping[str, str], combinations: Sequence[Combination]) -> Combination | None:
    """The first refused combination that the facts meet."""
    return next((each for each in combinations if each.meets(facts)), None)


def combination_error(facts: Mapping[str, str], found: Combination) -> FactInvalid:
    """The refusal: names the first field of the combination, its value and why."""
    name, *others = found.when
    beside = " and ".join(f"{other} {facts[other]}" for other in others)
    reason = found.statement.rstrip(".")
    return FactInvalid("convention.combination", name, f"another value beside {beside} ({reason})", facts[name])


def facts_of(
    conventions: Conventions,
    *,
    method: RepaymentMethod,
    frequency: Frequency,
    compound: Compound,
    source: ScheduleFrom,
    penalty: bool,
    late_fee_with_penalty: bool,
) -> dict[str, str]:
    """What combinations are written in: the conventions as text and six facts of note and product."""
    return {name: value_text(getattr(conventions, name)) for name in FIELDS} | {
        "instalment_unit_minor": "1" if conventions.instalment_unit_minor == 1 else "more",
        "method": method.value,
        "frequency": frequency.value,
        "compound": compound.value,
        "schedule": source.value,
        "penalty": "some" if penalty else "none",
        "late_fee_with_penalty": "declared" if late_fee_with_penalty else "undeclared",
    }


def has_penalty(conventions: Conventions, terms: NoteTerms) -> bool:
    """Whether overdue principal of the note bears penalty interest."""
    if conventions.penalty_as is PenaltyAs.MARKUP:
        return terms.annual_rate_ppm > 0
    return terms.penalty_rate_ppm > 0


def convention_values_check(conventions: Conventions) -> None:
    """Raise FactInvalid for a value that no rule can work with, whatever the product."""
    fee, order = conventions.late_fee, conventions.allocation_order
    for name in ("tolerance_days", "tolerance_minor", "principal_first_after_days"):
        number = getattr(conventions, name)
        if number is not None and number < 0:
            raise FactInvalid("convention.value", name, "a number of 0 or more", measured(name, number))
    if conventions.instalment_unit_minor < 1:
        got = Money(conventions.instalment_unit_minor)
        raise FactInvalid("convention.value", "instalment_unit_minor", (Money(1), " or more"), got)
    if sorted(order) != sorted(ORDER_DEFAULT):
        expected = f"{value_text(ORDER_DEFAULT)}, once each in any order"
        raise FactInvalid("convention.value", "allocation_order", expected, value_text(order))
    if fee.after_days < 1:
        raise FactInvalid("convention.value", "late_fee.after_days", "1 or more", fee.after_days)
    flat, share = fee.kind is LateFeeKind.FLAT, fee.kind not in (LateFeeKind.FLAT, LateFeeKind.NONE)
    if (fee.amount_minor > 0) is not flat or fee.amount_minor < 0:
        expected = "an amount above 0 for a flat fee, 0 for any other"
        raise FactInvalid("convention.value", "late_fee.amount_minor", expected, Money(fee.amount_minor))
    if (fee.rate_ppm > 0) is not share or fee.rate_ppm < 0:
        expected = "a share above 0 for a fee that is one, 0 for any other"
        raise FactInvalid("convention.value", "late_fee.rate_ppm", expected, Rate(fee.rate_ppm))


def bundle_check(bundle: ProductBundle, combinations: Sequence[Combination]) -> None:
    """Raise FactInvalid when a bundle cannot have a note: a default that is undeclared, a method without a way."""
    product_conventions(bundle, {name: getattr(bundle.conventions, name) for name in FIELDS})
    for method in bundle.methods:
        ways = [
            facts_of(
                bundle.conventions,
                method=method,
                frequency=frequency,
                compound=compound,
                source=source,
                penalty=penalty,
                late_fee_with_penalty=bundle.late_fee_with_penalty,
            )
            for frequency in bundle.frequencies
            for compound in bundle.compounds
            for source in bundle.schedules
            for penalty in (False, True)
        ]
        found = [combination_found(facts, combinations) for facts in ways]
        if (first := found[0]) is not None and None not in found:
            raise combination_error(ways[0], first)


def tightened_check(own: ProductBundle, base: ProductBundle) -> None:
    """Raise FactInvalid for the first thing that a bank's own bundle declares and its base does not."""
    for name in ("methods", "frequencies", "compounds", "schedules", "features"):
        if wider := [value for value in getattr(own, name) if value not in getattr(base, name)]:
            expected = f"values of product {base.code} only ({', '.join(getattr(base, name)) or 'none'})"
            raise FactInvalid("product.wider", name, expected, wider[0])
    for name in ("instalment_count", "markup_ppm", "misuse_markup_ppm"):
        _within(name, getattr(own, name), getattr(base, name), base.code)
    for name in FIELDS:
        _within(f"declared.{name}", own.declared[name], base.declared[name], base.code)
    if own.late_fee_with_penalty and not base.late_fee_with_penalty:
        raise FactInvalid("product.wider", "late_fee_with_penalty", f"false, as in product {base.code}", "true")


def feature_field(name: str) -> str:
    """The field of a loan file, and of the feed of notes, that holds a feature of the terms."""
    known = {"instalment_minor": "instalment_amount", "balloon_minor": "balloon"}
    return f"note.{known.get(name, name.replace('_ppm', '_pct'))}"


def _term_check(bundle: ProductBundle, name: str, value: str, declared: Sequence[str]) -> None:
    if value not in declared:
        expected = f"{' or '.join(declared)} (declared by product {bundle.code})"
        raise FactInvalid(f"product.{name}", f"note.{name}", expected, value)


def _penalty_check(bundle: ProductBundle, conventions: Conventions, terms: NoteTerms, *, misused: bool) -> None:
    """The penalty rate is nothing or stands within the limits above the contract rate."""
    limit = bundle.misuse_markup_ppm if misused else bundle.markup_ppm
    low_pct, high_pct = (f"{Decimal(end) / 10_000:f}" for end in (limit.low, limit.high))
    why = f"mark-up of {low_pct} to {high_pct} percent{' for misuse' if misused else ''}"
    if conventions.penalty_as is PenaltyAs.MARKUP:
        markup = terms.penalty_markup_ppm
        if markup is None or not limit.holds(markup):
            expected = f"a {why} (limit of product {bundle.code})"
            got = "nothing" if markup is None else Rate(markup)
            raise FactInvalid("product.penalty", "note.penalty_markup_pct", expected, got)
        return
    if not terms.penalty_rate_ppm:
        return
    low, high = (half_up(terms.annual_rate_ppm * (PPM + end), PPM) for end in (limit.low, limit.high))
    if not low <= terms.penalty_rate_ppm <= high:
        because = f": contract rate with a {why} (limit of product {bundle.code})"
        allowed = ("0 or ", Rate(low), " to ", Rate(high), because)
        raise FactInvalid("product.penalty", "note.penalty_rate_pct", allowed, Rate(terms.penalty_rate_ppm))


def _within(name: str, own: Declared, base: Declared, base_code: str) -> None:
    tried: Iterable[object]
    if isinstance(own, Between):
        tried = range(own.low, own.high + 1) if isinstance(base, OneOf) else (own.low, own.high)
    elif isinstance(own, Fees):
        tried = [LateFee(each.kind, each.amount_minor, each.rate_ppm, day) for each in own.limits
                 for day in (each.after_days.low, each.after_days.high)]  # fmt: skip
    else:
        tried = own.values
    for value in tried:  # ends with the first that is wider: a span may be long
        if not base.holds(value):
            expected = (*base.said(name), f" (as product {base_code})")
            raise FactInvalid("product.wider", name, expected, value_said(name, value))
