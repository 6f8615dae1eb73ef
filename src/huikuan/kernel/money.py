"""Money as whole minor units (fen, cents). No floating point, no Django.

An amount belongs to the one currency of its bank, which says how many digits the minor unit has. Texts from
outside are read exactly: too many digits are an error, never rounded. Rates are parts per million (14.07 % is
140,700).
"""

from __future__ import annotations

import re
from typing import Final

from huikuan.kernel.errors import DomainError

AMOUNT_MAX_MINOR: Final = 10**12  # limit of one amount; sums may be larger
PPM: Final = 1_000_000

_TEXT = re.compile(r"(?P<sign>-?)(?P<whole>0|[1-9][0-9]*)(?:\.(?P<part>[0-9]+))?", re.ASCII)


class MoneyTextError(DomainError):
    """A text is not an amount of the currency."""

    code = "kernel.money_text"
    status = 422

    def __init__(self, text: str, expected: str) -> None:
        self.expected = expected
        super().__init__(f"{text[:40]!r} is not an amount; expected {expected}.")


def money_parse(text: str, digits: int, *, negative: bool = False) -> int:
    """Return the minor units of a decimal text in major units: ``money_parse("12.3", 2)`` is 1230.

    Accepts digits with a point, no blanks, no grouping, no plus sign, no leading zeros, at most ``digits`` places
    after the point, and at most AMOUNT_MAX_MINOR. Raises MoneyTextError.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        example = f"12.{'3' * digits}" if digits else "12"
        raise MoneyTextError(text, f"digits with a decimal point, for example {example}")
    part = match["part"] or ""
    if len(part) > digits:
        raise MoneyTextError(text, f"at most {digits} digits after the point")
    minor = int(match["whole"] + part.ljust(digits, "0"))
    if minor > AMOUNT_MAX_MINOR:
        raise MoneyTextError(text, f"at most {money_format(AMOUNT_MAX_MINOR, digits)}")
    if match["sign"] and minor and not negative:
        raise MoneyTextError(text, "zero or more")
    return -minor if match["sign"] else minor


def money_format(minor: int, digits: int, *, grouping: bool = False) -> str:
    """Return the decimal text of an amount: ``money_format(-123456, 2, grouping=True)`` is ``-1,234.56``."""
    whole, part = divmod(abs(minor), 10**digits)
    text = f"{whole:,}" if grouping else str(whole)
    if digits:
        text += f".{part:0{digits}d}"
    return f"-{text}" if minor < 0 else text


def ratio_ppm(numerator: int, denominator: int) -> int | None:
    """Return ``numerator / denominator`` in parts per million, half up; None when the denominator is zero.

    Half up means half towards plus infinity: 0.5 becomes 1, -0.5 becomes 0.
    """
    return None if denominator == 0 else round_half_up(numerator * PPM, denominator)


def round_half_up(numerator: int, denominator: int) -> int:
    """Return the whole number nearest to the exact fraction; a half goes up (towards plus infinity)."""
    if denominator <= 0:
        raise ValueError("the denominator must be positive")
    return (2 * numerator + denominator) // (2 * denominator)
