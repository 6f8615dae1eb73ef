"""The product bundles of a bank."""

from collections.abc import Mapping

from django.conf import settings

from huikuan.kernel.selectors.users import bank_by_id
from huikuan.portfolio.product_policies import products_of_bank
from huikuan.portfolio.rules.products import ProductBundle


def bundles_of_bank(*, bank_id: int) -> Mapping[str, ProductBundle]:
    """The shipped bundles and the bank's own ones by code. Raises PolicyInvalidError for a wrong file of the bank."""
    return products_of_bank(settings.HOME, bank_by_id(bank_id).code)
