"""What the number of an identity paper says about itself: form, check digit, date of birth. Pure.

Resident identity card (居民身份证, GB 11643-1999): 17 digits and a check character by ISO/IEC 7064 MOD 11-2;
places 7–14 are the date of birth. Its old form has 15 digits, a year of two digits and no check. Unified social credit
code (统一社会信用代码, GB 32100-2015): 18 characters of an alphabet of 31, the last one a check modulo 31.

A number that fails is a finding and no reject: an old card, a slip of the hand or a borrowed name have to be looked at
by a person, and the debt exists all the same. The night says the same in SQL (`portfolio.intake.findings`).
"""

import re
from datetime import date
from enum import StrEnum
from typing import Final

CARD_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CARD_CHECKS: Final = "10X98765432"
CARD_FORM: Final = "[1-9][0-9]{16}[0-9X]"
CARD_OLD_FORM: Final = "[1-9][0-9]{14}"
CODE_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
CODE_FORM: Final = "[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}"
LIFE_YEARS_MAX: Final = 130
"""Nobody known has lived longer than 122 years; an earlier date of birth is a slip."""


class NumberProblem(StrEnum):
    """What is wrong with a number; the codes of findings."""

    CARD_FORM = "identity.form"
    CARD_CHECKSUM = "identity.checksum"
    CARD_BIRTH = "identity.birth_date"
    CODE_FORM = "credit_code.form"
    CODE_CHECKSUM = "credit_code.checksum"


def born_not_before(business_date: date) -> date:
    """Return the earliest date of birth that is believed; 29 February becomes 28."""
    day = 28 if (business_date.month, business_date.day) == (2, 29) else business_date.day
    return business_date.replace(year=business_date.year - LIFE_YEARS_MAX, day=day)


def number_normalised(number: str) -> str:
    """Return a number as it is compared: no hyphens, upper case."""
    return number.replace("-", "").upper()


def number_problems(kind: str, number: str, business_date: date) -> tuple[NumberProblem, ...]:
    """Return what is wrong with the number of a paper; nothing for kinds without a known form (passport, other).

    A date of birth must exist and lie within LIFE_YEARS_MAX years before, or on, the business date.
    """
    text = number_normalised(number)
    if kind == "credit_code":
        return _code_problems(text)
    return _card_problems(text, business_date) if kind == "id_card" else ()


def _card_problems(text: str, business_date: date) -> tuple[NumberProblem, ...]:
    old = re.fullmatch(CARD_OLD_FORM, text) is not None
    if not old and re.fullmatch(CARD_FORM, text) is None:
        return (NumberProblem.CARD_FORM,)
    problems = []
    total = 0 if old else sum(int(digit) * weight for digit, weight in zip(text[:17], CARD_WEIGHTS, strict=True))
    if not old and text[17] != CARD_CHECKS[total % 11]:
        problems.append(NumberProblem.CARD_CHECKSUM)
    born = _born(text, old=old)
    if born is None or not born_not_before(business_date) <= born <= business_date:
        problems.append(NumberProblem.CARD_BIRTH)
    return tuple(problems)


def born_on(number: str) -> date | None:
    """Return the date of birth in the number of a card, old form or new; None if it has no such form or date."""
    text = number_normalised(number)
    old = re.fullmatch(CARD_OLD_FORM, text) is not None
    return _born(text, old=old) if old or re.fullmatch(CARD_FORM, text) else None


def _born(text: str, *, old: bool) -> date | None:
    digits = f"19{text[6:12]}" if old else text[6:14]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _code_problems(text: str) -> tuple[NumberProblem, ...]:
    if re.fullmatch(CODE_FORM, text) is None:
        return (NumberProblem.CODE_FORM,)
    total = sum(CODE_ALPHABET.index(c) * weight for c, weight in zip(text[:17], CODE_WEIGHTS, strict=True))
    return () if text[17] == CODE_ALPHABET[-total % 31] else (NumberProblem.CODE_CHECKSUM,)
