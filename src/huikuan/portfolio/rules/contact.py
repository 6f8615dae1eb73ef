"""Contact points: the one spelling by which they are found, and which of them may be used to reach a party. Pure."""

from typing import Final

CHINA: Final = "86"
_MOBILE_DIGITS: Final = 11
INDEXED: Final = {"mobile": "phone", "phone": "phone", "email": "email", "address": "address"}
"""Kinds that are searched for or compared, with the domain of their blind index; mobile and fixed numbers share one."""

NUMBERS: Final = frozenset({"mobile", "phone"})
THIRD_PERSON: Final = "third_person"
NO_BASIS: Final = "none"


def contact_lawful(*, source: str, legal_basis: str) -> bool:
    """Whether a party may be reached there: not where it is known only from a third person or without a legal basis."""
    return source != THIRD_PERSON and legal_basis != NO_BASIS


def contact_dialable(*, kind: str, source: str, legal_basis: str) -> bool:
    """Whether it is a number that may be called. Whether a call is allowed at a moment is decided elsewhere."""
    return kind in NUMBERS and contact_lawful(source=source, legal_basis=legal_basis)


def contact_normalised(kind: str, value: str) -> str:
    """Return the spelling of a contact point that is hashed for search.

    Of a phone its digits, without the code of China before a mobile number; of anything else lower case.
    """
    if INDEXED.get(kind) != "phone":
        return value.strip().lower()
    digits = "".join(c for c in value if c.isascii() and c.isdigit())
    for prefix in (f"00{CHINA}", CHINA):
        rest = digits.removeprefix(prefix)
        if rest != digits and len(rest) == _MOBILE_DIGITS and rest.startswith("1"):
            return rest
    return digits
