"""The reference pages of conventions and of product bundles, written from the policy files."""

from collections.abc import Iterable, Iterator

from huikuan.portfolio.product_policies import ConventionEntry, combinations_load, conventions_file_load, products_load
from huikuan.portfolio.product_view import ConventionView, product_view
from huikuan.portfolio.rules.products import FEATURES, ProductBundle, ScheduleFrom

_CERTAINTY = {
    "V1": "read in the instrument",
    "V2": "read in reliable copies",
    "V3": "read once",
    "R": "recalled, not verified",
    "own": "own decision",
}
_FORCE = {
    "practice": "trade practice or contract", "bank": "bank's own", "norm": "normative notice", "law": "law",
}  # fmt: skip


def conventions_page() -> str:
    """Every convention, its values, default and source as Markdown."""
    return "".join(_conventions())


def products_page() -> str:
    """Every shipped bundle as Markdown."""
    return "".join(_products())


def _conventions() -> Iterator[str]:
    file = conventions_file_load()
    yield "# Conventions\n\n"
    yield (
        "Every choice that banks make differently when they compute one loan, with the default of the Chinese pack. "
        "Written from\n[conventions.yaml](../../src/huikuan/policies/cn/conventions.yaml) by "
        "`huikuan product describe-conventions` (`make docs`). What each does, with\nfigures: "
        "[conventions by example](../concepts/conventions.md); which product may take what: "
        "[products](products.md).\n\n"
        "Certainty of sources: V1 read in the instrument, V2 read in reliable copies, V3 read once, R recalled and "
        "not verified\n(obtain the text before go-live), own: the bank's or our decision.\n"
    )
    for id_, group in file.groups.items():
        yield f"\n## {group.name} · {group.name_zh}\n"
        for name, entry in file.fields.items():
            if entry.group == id_:
                yield from _convention(name, entry)
    yield "\n## Limits of the pack\n\n| limit | from | to | source | certainty |\n|---|---|---|---|---|\n"
    for limit in (file.limits.penalty_markup_ppm, file.limits.misuse_markup_ppm):
        source = limit.source
        low, high = limit.from_ // 10_000, limit.to // 10_000
        title = _source(source.title, source.article)
        yield f"| {limit.statement} {limit.statement_zh} | {low} % | {high} % | {title} | {source.certainty} |\n"
    yield "\n## Fixed numbers of the pack\nNo product chooses them.\n\n"
    yield "| number | value | source | certainty |\n|---|---|---|---|\n"
    for fixed in (file.fixed.delay_rate_ppm_a_day, file.fixed.settlement_day):
        title = _source(fixed.source.title, fixed.source.article)
        yield f"| {fixed.statement} {fixed.statement_zh} | {fixed.value} {fixed.unit} | {title} | "
        yield f"{fixed.source.certainty} |\n"
    yield "\n## Not together\nRefused when a product or a note is loaded, with the reason.\n\n"
    yield "| values | why |\n|---|---|\n"
    for each in combinations_load():
        facts = " with ".join(f"`{fact}` {_codes(values)}" for fact, values in each.when.items())
        yield f"| {facts} | {each.statement} {each.statement_zh} |\n"


def _convention(name: str, entry: ConventionEntry) -> Iterator[str]:
    yield f"\n### {name}\n**{entry.name} · {entry.name_zh}.** {entry.statement} {entry.statement_zh}\n\n"
    if entry.unit is not None:
        yield f"A number of {entry.unit}; default `{entry.default or 'none'}`.\n\n"
    else:
        yield "| value | meaning | 含义 |\n|---|---|---|\n"
        for code, words in entry.values.items():
            mark = " (default)" if code == entry.default else ""
            yield f"| `{code}`{mark} | {words.statement} | {words.statement_zh} |\n"
        if name == "allocation_order":
            yield f"\nDefault: {entry.default}.\n"
        yield "\n"
    for part, words in entry.parts.items():
        yield f"- `{part}` ({words.unit}): {words.statement} {words.statement_zh}\n"
    if entry.parts:
        yield "\n"
    source = entry.source
    force = _FORCE.get(source.force, source.force)
    certainty = f"{source.certainty}, {_CERTAINTY[source.certainty]}"
    yield f"Source: {_source(source.title, source.article)} · {force} · {certainty}.\n"


def _source(title: str, article: str) -> str:
    return title if article == "none" else f"{title}, {article}"


def _products() -> Iterator[str]:
    yield "# Products\n\n"
    yield (
        "The shipped product bundles: which methods, frequencies and conventions a note may have. Written from "
        "`src/huikuan/policies/cn/products`\nby `huikuan product describe` (`make docs`). The first value of a "
        "convention is the product's default; **bold** where it is not the pack's.\nA convention that is not listed "
        "has the pack's default and no other value ([conventions](conventions.md)). A bank tightens a bundle in a file "
        "of\nits own: [add a product](../recipes/add-a-product.md).\n\n"
    )
    yield "| code | name | kind | methods | choices |\n|---|---|---|---|---|\n"
    for bundle in products_load().values():
        view = product_view(bundle)
        name, methods = f"{bundle.name_en} · {bundle.name_zh}", _codes(bundle.methods)
        yield f"| [{bundle.code}](#{bundle.code}) | {name} | {bundle.kind} | {methods} | {view.choices} |\n"
    for bundle in products_load().values():
        yield from _product(bundle)


def _product(bundle: ProductBundle) -> Iterator[str]:
    view = product_view(bundle)
    yield f"\n## {bundle.code}\n**{bundle.name_en} · {bundle.name_zh}.** {bundle.purpose_en} {bundle.purpose_zh}\n\n"
    yield f"- Methods: {_codes(bundle.methods)}; frequencies: {_codes(bundle.frequencies)}; "
    yield f"{bundle.instalment_count.text()} instalments.\n"
    yield f"- Compound interest: {_codes(bundle.compounds)}. Schedule: {_codes(bundle.schedules)}.\n"
    terms = [name for name in FEATURES if name in bundle.features]
    yield f"- Terms besides the plain ones: {_codes(terms) or 'none'}.\n"
    low, high = bundle.markup_ppm.low // 10_000, bundle.markup_ppm.high // 10_000
    yield f"- Penalty mark-up {low} to {high} %, misuse {bundle.misuse_markup_ppm.low // 10_000} to "
    yield f"{bundle.misuse_markup_ppm.high // 10_000} %, or no penalty interest; late fee beside it: "
    yield f"{'declared' if bundle.late_fee_with_penalty else 'refused'}.\n\n"
    yield "| convention | values |\n|---|---|\n"
    for group in view.groups:
        for each in group.conventions:
            if each.differs or len(each.alternatives) > 1:
                yield f"| {each.field} | {_values(each)} |\n"
    if view.combinations:
        reasons = " ".join(each.statement_en for each in view.combinations)
        yield f"\nNot together: {reasons}\n"
    if ScheduleFrom.COMPUTED not in bundle.schedules:
        yield "\nEvery note brings its schedule.\n"


def _values(each: ConventionView) -> str:
    cells = []
    for value in each.alternatives:
        code = f"`{value.code or 'none'}`"
        cells.append(f"**{code}**" if value.default and each.differs else code)
    return " · ".join(dict.fromkeys(cells))


def _codes(values: Iterable[object]) -> str:
    return ", ".join(f"`{value}`" for value in values)
