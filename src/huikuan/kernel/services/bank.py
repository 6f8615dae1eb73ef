"""Setting up banks."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import available_timezones

from django.db import transaction

from huikuan.kernel.errors import ConflictError, InputInvalidError
from huikuan.kernel.events import BankCreated
from huikuan.kernel.facts import InstitutionKind, Who
from huikuan.kernel.models import Bank
from huikuan.kernel.services.institution import institution_add
from huikuan.kernel.services.record import record
from huikuan.kernel.tenancy import bank_scope

_CODE = re.compile(r"^[a-z][a-z0-9-]{1,31}$")


class BankExistsError(ConflictError):
    """The code is taken."""

    code = "kernel.bank_exists"

    def __init__(self, bank_code: str) -> None:
        super().__init__(f"There is already a bank {bank_code!r}. Choose another code.")


def bank_create(
    *,
    code: str,
    name_zh: str,
    name_en: str,
    currency: str,
    minor_digits: int,
    time_zone: str,
    by: Who,
    at: datetime,
    valid_from: date,
    totp_required: bool = True,
    notice_zh: str = "",
    notice_en: str = "",
) -> int:
    """Set up a bank and the root of its tree (an institution with the code of the bank); return the bank's id.

    ``currency`` is an ISO 4217 code and ``minor_digits`` its digits (2 for CNY), ``time_zone`` an IANA name.
    """
    if not _CODE.fullmatch(code):
        raise InputInvalidError("code", code, "2 to 32 characters a–z, 0–9 and -, beginning with a letter")
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise InputInvalidError("currency", currency, "three capital letters of ISO 4217, for example CNY")
    if not 0 <= minor_digits <= 4:
        raise InputInvalidError("minor_digits", minor_digits, "0 to 4")
    if time_zone not in available_timezones():
        raise InputInvalidError("time_zone", time_zone, "an IANA name, for example Asia/Shanghai")
    with transaction.atomic():
        if Bank.objects.filter(code=code).exists():
            raise BankExistsError(code)
        bank = Bank.objects.create(
            code=code, name_zh=name_zh, name_en=name_en, currency=currency, minor_digits=minor_digits,
            time_zone=time_zone, totp_required=totp_required, notice_zh=notice_zh, notice_en=notice_en,
        )  # fmt: skip
        with bank_scope(bank.id):
            record(
                bank_id=bank.id, subject_kind="bank", subject_id=bank.id, by=by, at=at,
                payload=BankCreated(code, currency, time_zone),
            )  # fmt: skip
            institution_add(
                bank_id=bank.id, code=code, kind=InstitutionKind.BANK, parent_id=None, name_zh=name_zh,
                name_en=name_en, valid_from=valid_from, by=by, at=at,
            )  # fmt: skip
    return bank.id
