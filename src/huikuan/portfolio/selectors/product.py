"""Reading the product catalogue."""

from dataclasses import dataclass

from huikuan.portfolio.models import Product


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product of the bank."""

    code: str
    name_zh: str
    name_en: str
    kind: str


def product_list(*, bank_id: int) -> list[ProductRow]:
    """Return all products by code."""
    found = Product.objects.filter(bank_id=bank_id).order_by("product_code")
    return [ProductRow(*row) for row in found.values_list("product_code", "name_zh", "name_en", "kind")]
