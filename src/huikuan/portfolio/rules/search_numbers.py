"""Which numbers a typed text may be, and the range in which numbers with a given beginning stand. Pure."""

import re
from typing import Final

NUMBER_MIN: Final = 2  # characters of a contract, note or customer number
IDENTITY_MIN: Final = 6  # characters; passports of some states are short
PHONE_DIGITS_MIN: Final = 7  # a fixed number without its area code
PHONE_DIGITS_MAX: Final = 17  # 0086 and an area code included

_PHONE = re.compile(r"[+0-9()\-\s]+")
_EMAIL = re.compile(r"\S+@\S+\.\S+")
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/\-]*")
_LAST: Final = chr(0x10FFFF)


def identity_possible(query: str) -> bool:
    """An identity number has digits and no blanks between words of letters."""
    plain = "".join(query.split())
    return len(plain) >= IDENTITY_MIN and sum(c.isdigit() for c in plain) >= IDENTITY_MIN - 2 and plain.isalnum()


def phone_possible(query: str) -> bool:
    """Only digits and their separators, as many as a telephone number has."""
    digits = sum(c.isdigit() for c in query)
    return PHONE_DIGITS_MIN <= digits <= PHONE_DIGITS_MAX and _PHONE.fullmatch(query) is not None


def email_possible(query: str) -> bool:
    """Something before and after an @."""
    return _EMAIL.fullmatch(query) is not None


def number_spellings(query: str) -> tuple[str, ...]:
    """Return the spellings in which a number of the core is looked for: as typed, then in capitals; none for a name."""
    text = query.strip()
    if len(text) < NUMBER_MIN or _NUMBER.fullmatch(text) is None:
        return ()
    return tuple(dict.fromkeys((text, text.upper())))


def beginning_range(beginning: str) -> tuple[str, str]:
    """Return (from, to): texts with this beginning are ≥ from and < to in the order of code points.

    A range, because LIKE is not leakproof: under row-level security it would not use an index.
    """
    return beginning, beginning[:-1] + _after(beginning[-1])


def _after(character: str) -> str:
    if character == _LAST:
        raise ValueError("No character stands after the last one.")
    code = ord(character) + 1
    return chr(0xE000 if 0xD800 <= code <= 0xDFFF else code)  # surrogates are no characters
