"""Identity numbers, credit codes and telephone numbers that are valid in form and belong to nobody.

- Identity cards: the region begins with 99. The first two digits of a region are a province by GB/T 2260: 11 to 65, 71,
  81 and 82; permits of foreigners begin with 9 and the code of a province, none of which begins with 9. Date of birth
  and check digit are right, so that intake finds nothing wrong.
- Credit codes of companies: the registration region (places 3 to 8) begins with 99; the check character is right.
- Mobile numbers begin with 100: numbers of mobile phones begin with 13 to 19, and 100xx are short service numbers.
"""

from typing import Final

import numpy as np

from huikuan.lab.rules.days import day_of_month, month_of
from huikuan.lab.rules.draw import Integers
from huikuan.portfolio.rules.identity_numbers import CARD_WEIGHTS, CODE_WEIGHTS

RELATED: Final = 4_999_999  # a related person of a borrower has the borrower's number and this; odd: spouses differ
PEOPLE_MAX: Final = 10_000_000
_CARD_MODULUS, _CODE_MODULUS = 11, 31


def card_numbers(person: Integers, born: Integers) -> tuple[Integers, Integers]:
    """The 17 digits of an identity card as a number, and the place of the check character in ``CARD_CHECKS``.

    ``person`` is below PEOPLE_MAX; two persons never have one number.
    """
    month = month_of(born)
    birth = ((1970 + month // 12) * 100 + month % 12 + 1) * 100 + day_of_month(born)
    region = 990_000 + person // 1_000 % 10_000
    body = (region * 10**8 + birth) * 1_000 + person % 1_000
    return body, _weighed(body, CARD_WEIGHTS) % _CARD_MODULUS


def credit_codes(company: Integers) -> tuple[Integers, Integers]:
    """The first 17 characters of a credit code, all digits, as a number, and the place of the check character."""
    body = (91 * 10**6 + 990_000) * 10**9 + company
    return body, -_weighed(body, CODE_WEIGHTS) % _CODE_MODULUS


def mobile_numbers(person: Integers, version: Integers | int = 0) -> Integers:
    """Eleven digits that begin with 100; a person's next number has the next version (below 10)."""
    return 100 * 10**8 + (person + version * PEOPLE_MAX) * 7_919 % 10**8


def _weighed(body: Integers, weights: tuple[int, ...]) -> Integers:
    digits = body[:, None] // 10 ** np.arange(16, -1, -1, dtype=np.int64) % 10
    return digits @ np.asarray(weights, dtype=np.int64)
