"""Products and conventions in words, in both languages: for the command line, the API, the screen and the reference."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from huikuan.portfolio.conventions import LateFeeKind
from huikuan.portfolio.product_policies import ConventionEntry, combinations_load, conventions_file_load
from huikuan.portfolio.rules.declared import Between, Declared, FeeLimit, Fees, OneOf, value_text
from huikuan.portfolio.rules.products import FIELDS, Combination, ProductBundle

PPM_PER_PERCENT = 10_000


@dataclass(frozen=True, slots=True)
class Alternative:
    """One value, or one span of values, that a convention may take; ``code`` is what stands in files."""

    code: str
    zh: str
    en: str
    default: bool


@dataclass(frozen=True, slots=True)
class SourceView:
    """Where a convention comes from and how sure we are."""

    title_zh: str
    title_en: str
    article: str
    force: str
    certainty: str


@dataclass(frozen=True, slots=True)
class ConventionView:
    """One convention of a product: the default first, then what a note may choose, then what the product refuses."""

    field: str
    name_zh: str
    name_en: str
    statement_zh: str
    statement_en: str
    differs: bool  # the product's default is not the pack's
    alternatives: tuple[Alternative, ...]
    refused: tuple[Alternative, ...]
    source: SourceView


@dataclass(frozen=True, slots=True)
class GroupView:
    """Conventions under one heading."""

    id: str
    name_zh: str
    name_en: str
    conventions: tuple[ConventionView, ...]


@dataclass(frozen=True, slots=True)
class CombinationView:
    """Values that do not go together, and why."""

    id: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    statement_zh: str
    statement_en: str


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product bundle in words."""

    bundle: ProductBundle
    values: Mapping[str, str]  # defaults by field, as their codes
    choices: int  # conventions with more than one declared value
    groups: tuple[GroupView, ...]
    combinations: tuple[CombinationView, ...]


def product_view(bundle: ProductBundle) -> ProductView:
    """A bundle with every convention in words, and the refused combinations that its choices can meet."""
    file, possible = conventions_file_load(), _possible(bundle)
    conventions = {name: _convention(bundle, name, file.fields[name]) for name in FIELDS}
    groups = tuple(
        GroupView(
            id_,
            group.name_zh,
            group.name,
            tuple(each for name, each in conventions.items() if file.fields[name].group == id_),
        )
        for id_, group in file.groups.items()
    )
    return ProductView(
        bundle,
        {name: value_text(getattr(bundle.conventions, name)) for name in FIELDS},
        sum(len(each.alternatives) > 1 for each in conventions.values()),
        groups,
        tuple(
            _combination(each)
            for each in combinations_load()
            if all(possible[name] & set(values) for name, values in each.when.items())
        ),
    )


def _combination(each: Combination) -> CombinationView:
    return CombinationView(each.id, tuple(each.when.items()), each.statement_zh, each.statement)


def _convention(bundle: ProductBundle, name: str, entry: ConventionEntry) -> ConventionView:
    default = getattr(bundle.conventions, name)
    declared = bundle.declared[name]
    source = entry.source
    return ConventionView(
        field=name,
        name_zh=entry.name_zh,
        name_en=entry.name,
        statement_zh=entry.statement_zh,
        statement_en=entry.statement,
        differs=value_text(default) != entry.default,
        alternatives=tuple(_alternatives(entry, default, declared)),
        refused=tuple(_refused(name, entry, declared)),
        source=SourceView(source.title_zh, source.title, source.article, source.force, source.certainty),
    )


def _alternatives(entry: ConventionEntry, default: object, declared: Declared) -> Iterable[Alternative]:
    if isinstance(declared, Between):
        yield _number(entry, default, default=True)
        code = f"{declared.low}..{declared.high}"
        words = f"{declared.low}–{declared.high}"
        yield Alternative(code, f"{words} {entry.unit_zh}", f"{words} {entry.unit}", default=False)
    elif isinstance(declared, Fees):
        for position, limit in enumerate(declared.limits):
            yield _fee(entry, limit, default=position == 0)
    else:
        rest = [value for value in declared.values if not OneOf((default,)).holds(value)]
        for value in (default, *rest):
            yield _one(entry, value, default=value is default)


def _one(entry: ConventionEntry, value: object, *, default: bool) -> Alternative:
    if isinstance(value, tuple):  # an order of components
        names = [str(each) for each in value]
        chinese = " → ".join(entry.values[each].statement_zh.partition("（")[0].rstrip("。") for each in names)
        return Alternative(value_text(value), chinese, " → ".join(names), default)
    if entry.unit is not None:
        return _number(entry, value, default=default)
    code = value_text(value)
    return Alternative(code, entry.values[code].statement_zh, entry.values[code].statement, default)


def _number(entry: ConventionEntry, value: object, *, default: bool) -> Alternative:
    if value is None:
        return Alternative("", "从不", "never", default)
    return Alternative(value_text(value), f"{value} {entry.unit_zh}", f"{value} {entry.unit}", default)


def _fee(entry: ConventionEntry, limit: FeeLimit, *, default: bool) -> Alternative:
    words = entry.values[limit.kind]
    if limit.kind is LateFeeKind.NONE:
        return Alternative(limit.kind, words.statement_zh, words.statement, default)
    low, high = limit.after_days.low, limit.after_days.high
    days = str(low) if low == high else f"{low}–{high}"
    if limit.kind is LateFeeKind.FLAT:
        most_zh, most = f"至多 {limit.amount_minor} 分", f"at most {limit.amount_minor} minor units"
    else:
        share = f"{Decimal(limit.rate_ppm) / PPM_PER_PERCENT:f}"
        most_zh, most = f"至多 {share}%", f"at most {share} %"
    return Alternative(
        limit.kind,
        f"{words.statement_zh.rstrip('。')}（{most_zh}，到期后第 {days} 天）",
        f"{words.statement.rstrip('.')} ({most}, on day {days} after the due date)",
        default,
    )


def _refused(name: str, entry: ConventionEntry, declared: Declared) -> Iterable[Alternative]:
    """Values that exist and that the product does not declare."""
    if name == "allocation_order" or entry.unit is not None:
        return
    if isinstance(declared, Fees):
        known = {limit.kind.value for limit in declared.limits}
    elif isinstance(declared, OneOf):
        known = {value_text(value) for value in declared.values}
    else:
        known = set()
    for code, words in entry.values.items():
        if code not in known:
            yield Alternative(code, words.statement_zh, words.statement, default=False)


def _possible(bundle: ProductBundle) -> dict[str, set[str]]:
    """The facts that a note of the bundle can have, in the words of combinations (``facts_of``)."""
    facts = {name: _codes(bundle.declared[name]) for name in FIELDS}
    if facts["instalment_unit_minor"] - {"1"}:
        facts["instalment_unit_minor"].add("more")
    return facts | {
        "method": {*bundle.methods},
        "frequency": {*bundle.frequencies},
        "compound": {*bundle.compounds},
        "schedule": {*bundle.schedules},
        "penalty": {"some", "none"},
        "late_fee_with_penalty": {"declared" if bundle.late_fee_with_penalty else "undeclared"},
    }


def _codes(declared: Declared) -> set[str]:
    if isinstance(declared, Fees):
        return {limit.kind.value for limit in declared.limits}
    if isinstance(declared, Between):
        return {str(declared.low), str(declared.high)}
    return {value_text(value) for value in declared.values}
