"""Product bundles: which conventions the notes of a product have, in words."""

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Schema

from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.kernel.errors import NotFoundError
from huikuan.portfolio.product_view import ProductView, product_view
from huikuan.portfolio.selectors.bundle import bundles_of_bank

router = SecureRouter(tags=["products"])
Code = Annotated[str, Path(max_length=64)]


class BundleOut(Schema):
    """A product bundle; ``base`` is the shipped bundle that a bank's own one tightens."""

    code: str
    base: str | None
    name_zh: str
    name_en: str
    purpose_zh: str
    purpose_en: str
    kind: str
    methods: list[str]
    frequencies: list[str]
    compounds: list[str]
    schedules: list[str]
    values: dict[str, str]
    """Default of every convention, as its code in files."""
    differs: list[str]
    """Conventions whose default is not the pack's."""
    choices: int
    """Conventions with more than one declared value."""


class AlternativeOut(Schema):
    """A value that a convention may take."""

    code: str
    zh: str
    en: str
    default: bool


class ConventionSourceOut(Schema):
    """Where a convention comes from and how sure that is."""

    title_zh: str
    title_en: str
    force: str
    certainty: str


class ConventionOut(Schema):
    """A convention: the default first, what a note may choose, what the product refuses."""

    field: str
    name_zh: str
    name_en: str
    statement_zh: str
    statement_en: str
    differs: bool
    """The product's default is not the pack's."""
    alternatives: list[AlternativeOut]
    refused: list[AlternativeOut]
    source: ConventionSourceOut


class ConventionGroupOut(Schema):
    """Conventions under one heading."""

    id: str
    name_zh: str
    name_en: str
    conventions: list[ConventionOut]


class CombinationOut(Schema):
    """Values that do not go together, and why."""

    id: str
    statement_zh: str
    statement_en: str


class BundleDetailOut(BundleOut):
    """A product bundle with every convention in words."""

    features: list[str]
    instalments_from: int
    instalments_to: int
    markup_from_ppm: int
    markup_to_ppm: int
    misuse_from_ppm: int
    misuse_to_ppm: int
    late_fee_with_penalty: bool
    groups: list[ConventionGroupOut]
    combinations: list[CombinationOut]


@router.get("/product-bundles", auth=needs("product.read"), response=list[BundleOut])
def bundles(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the product bundles: the shipped ones and the bank's own."""
    return [_row(product_view(each)) for each in bundles_of_bank(bank_id=actor_of(request).bank_id).values()]


@router.get("/product-bundles/{code}", auth=needs("product.read"), response=BundleDetailOut)
def bundle(request: HttpRequest, code: Code) -> dict[str, Any]:
    """Return a product bundle: every convention with its default, what a note may choose, source and certainty."""
    known = bundles_of_bank(bank_id=actor_of(request).bank_id)
    if code not in known:
        raise NotFoundError("product bundle", repr(code))
    view = product_view(known[code])
    return _row(view) | _detail(view)


def _row(view: ProductView) -> dict[str, Any]:
    differs = [each.field for group in view.groups for each in group.conventions if each.differs]
    own = {"values": view.values, "differs": differs, "choices": view.choices}
    return own | {name: getattr(view.bundle, name) for name in BundleOut.model_fields if name not in own}


def _detail(view: ProductView) -> dict[str, Any]:
    bundle_ = view.bundle
    return {
        "features": bundle_.features,
        "instalments_from": bundle_.instalment_count.low,
        "instalments_to": bundle_.instalment_count.high,
        "markup_from_ppm": bundle_.markup_ppm.low,
        "markup_to_ppm": bundle_.markup_ppm.high,
        "misuse_from_ppm": bundle_.misuse_markup_ppm.low,
        "misuse_to_ppm": bundle_.misuse_markup_ppm.high,
        "late_fee_with_penalty": bundle_.late_fee_with_penalty,
        "groups": [asdict(group) for group in view.groups],
        "combinations": [asdict(each) for each in view.combinations],
    }
