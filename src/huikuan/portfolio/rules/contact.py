"""Contact points in the one spelling by which they are found."""

from typing import Final

CHINA: Final = "86"
_MOBILE_DIGITS: Final = 11
INDEXED: Final = {"mobile": "phone", "phone": "phone", "email": "email", "wechat": "wechat"}
"""Kinds that people search for, with the domain of their blind index; mobile and fixed numbers share one."""


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
