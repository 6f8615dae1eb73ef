"""Masks for personal data, as Chinese banks show them on screens and in messages.

Rules (bank practice, in line with the examples of JR/T 0171-2020 and GB/T 35273-2020; the bank may show
less, never more): a person's name keeps its first and last character, an identity number the first three and
last four, a telephone number the first three and last four, an account the last four, an e-mail address its first
character and domain, a postal address its county. No Django.
"""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "*"

# Identity number of a resident (18 places, GB 11643-1999): region, date of birth, order, check.
_IDENTITY_18 = re.compile(
    r"(?<![0-9A-Za-z])([1-9]\d{5})(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{2}(\d[0-9Xx])(?![0-9A-Za-z])"
)
# Its old form of 15 places.
_IDENTITY_15 = re.compile(
    r"(?<![0-9A-Za-z])([1-9]\d{5})\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d(\d{2})(?![0-9A-Za-z])"
)
# Social security number of the United States, with hyphens (without them it is just a number).
_SSN = re.compile(r"(?<![0-9A-Za-z-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![0-9A-Za-z-])")
# Mobile number of mainland China, with or without country code and separators.
_MOBILE = re.compile(r"(?<![0-9A-Za-z.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z.])")
# International number in E.164 form.
_E164 = re.compile(r"(?<![0-9A-Za-z])\+[1-9]\d{9,14}(?![0-9A-Za-z])")
# Bank card (ISO/IEC 7812: 16 to 19 digits); confirmed by its check digit.
_CARD = re.compile(r"(?<![0-9A-Za-z.])[3-6]\d{15,18}(?![0-9A-Za-z.])")


def _keep(text: str, head: int, tail: int, stars: int | None = None) -> str:
    """Keep ``head`` and ``tail`` characters; short texts are masked completely."""
    hidden = len(text) - head - tail
    if hidden < 1:
        return MASK * max(len(text), 1)
    return text[:head] + MASK * (hidden if stars is None else stars) + text[len(text) - tail :]


def mask_name(name: str) -> str:
    """张三 → 张*, 张春生 → 张*生, 欧阳春生 → 欧**生, "Mary Ann Smith" → "M*** A** S****"; empty stays empty."""
    text = name.strip()
    if not text:
        return ""
    if text.isascii():
        return " ".join(part[:1] + MASK * max(len(part) - 1, 1) for part in text.split())
    if len(text) == 1:
        return MASK
    if len(text) == 2:
        return text[0] + MASK
    return _keep(text, 1, 1)


def mask_identity(number: str) -> str:
    """Keep the first three and last four places: 110101199003074514 → 110***********4514."""
    text = number.strip()
    return _keep(text, 3, 4) if len(text) >= 12 else _keep(text, 0, 2) if len(text) > 4 else MASK * len(text)


def mask_phone(number: str) -> str:
    """Keep the first three and last four digits: 13812342231 → 138****2231; a country code is dropped."""
    digits = re.sub(r"[^0-9]", "", number)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) < 7:
        return MASK * len(digits)
    return _keep(digits, 3, 4, 4) if len(digits) >= 11 else _keep(digits, 0, 4)


def mask_account(number: str) -> str:
    """Keep the last four places: 6222021234567890123 → ***************0123."""
    text = re.sub(r"\s", "", number)
    return _keep(text, 0, 4) if len(text) > 8 else MASK * len(text)


def mask_email(address: str) -> str:
    """Keep the first character and the domain: wang.li@example.com → w***@example.com."""
    local, at, domain = address.strip().rpartition("@")
    return f"{local[:1]}{MASK * 3}@{domain}" if at and local else MASK * len(domain)


# Province, city and county at the head of a Chinese address; 小区 (a housing estate) is not a county.
_REGION: Final = re.compile(
    r"(?:[一-鿿]{2,6}?(?:省|自治区))?(?:[一-鿿]{2,5}?(?:市|自治州|盟|地区))?"
    r"(?:[一-鿿]{2,9}?自治[县旗]|[一-鿿]{1,3}?(?:县|(?<!小)区|旗|市))?"
)


def mask_address(address: str) -> str:
    """Keep the region and nothing that leads to the door: 浙江省桐庐县横村镇新街12号 → 浙江省桐庐县****.

    Of an address without a Chinese region only the last part after a comma is kept, without digits.
    """
    text = address.strip()
    region = _REGION.match(text)
    if region is not None and region.group():
        return region.group() + MASK * 4
    last = text.rpartition(",")[2].strip() if "," in text else ""
    return MASK * 4 + (f", {re.sub(r'[0-9]', MASK, last)}" if last else "")


def mask_contact(kind: str, value: str) -> str:
    """Mask a contact point by its kind: mobile, phone, email, address or wechat; another kind shows nothing."""
    if kind in {"mobile", "phone"}:
        return mask_phone(value)
    if kind == "email":
        return mask_email(value)
    if kind == "address":
        return mask_address(value)
    text = value.strip()
    return _keep(text, 1, 1, 4) if kind == "wechat" and len(text) > 4 else MASK * 4


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def personal_in_text(text: str) -> bool:
    """True when free text holds something that looks like an identity, telephone or card number."""
    return mask_text(text) != text


def mask_text(text: str) -> str:
    """Mask whatever looks like an identity, telephone or card number inside free text (logs, raw rows)."""
    if not any(character.isdigit() for character in text):
        return text
    text = _IDENTITY_18.sub(lambda m: mask_identity(m.group()), text)
    text = _CARD.sub(lambda m: mask_account(m.group()) if _luhn(m.group()) else m.group(), text)
    text = _IDENTITY_15.sub(lambda m: mask_identity(m.group()), text)
    text = _SSN.sub(lambda m: "***-**-" + m.group()[-4:], text)
    text = _MOBILE.sub(lambda m: mask_phone(m.group()), text)
    return _E164.sub(lambda m: mask_phone(m.group()), text)
