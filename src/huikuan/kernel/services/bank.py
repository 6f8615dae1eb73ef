"""Setting up banks."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final
from zoneinfo import available_timezones

from django.db import transaction

from huikuan.kernel.errors import ConflictError, InputInvalidError, NotFoundError
from huikuan.kernel.events import BankChanged, BankCreated
from huikuan.kernel.facts import InstitutionKind, Who
from huikuan.kernel.models import Bank
from huikuan.kernel.services.institution import institution_add
from huikuan.kernel.services.record import record
from huikuan.kernel.tenancy import bank_scope

NOTICE_CHARACTERS_MAX: Final = 500

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
    simulated: bool = False,
) -> int:
    """Set up a bank and the root of its tree (an institution with the code of the bank); return the bank's id.

    ``simulated`` is for the invented banks of the simulator; nobody can change it later (`kernel.lines`).
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
            simulated=simulated,
        )  # fmt: skip
        with bank_scope(bank.id):
            record(
                bank_id=bank.id, subject_kind="bank", subject_id=bank.id, by=by, at=at,
                payload=BankCreated(code, currency, time_zone, simulated),
            )  # fmt: skip
            institution_add(
                bank_id=bank.id, code=code, kind=InstitutionKind.BANK, parent_id=None, name_zh=name_zh,
                name_en=name_en, valid_from=valid_from, by=by, at=at,
            )  # fmt: skip
    return bank.id


def bank_set(
    *,
    bank_id: int,
    by: Who,
    at: datetime,
    totp_required: bool | None = None,
    notice_zh: str | None = None,
    notice_en: str | None = None,
) -> tuple[str, ...]:
    """Change what may change of a bank; None leaves a value as it is. Return the names of the changed fields.

    Whether log-in needs an authenticator takes effect at the next log-in. Without a difference nothing is written.
    """
    wanted = {"totp_required": totp_required, "notice_zh": notice_zh, "notice_en": notice_en}
    for name, value in wanted.items():
        if isinstance(value, str) and len(value) > NOTICE_CHARACTERS_MAX:
            raise InputInvalidError(name, f"{len(value)} characters", f"at most {NOTICE_CHARACTERS_MAX} characters")
    with bank_scope(bank_id):
        bank = Bank.objects.select_for_update().filter(id=bank_id).first()
        if bank is None:
            raise NotFoundError("bank", bank_id)
        changed = {n: v for n, v in wanted.items() if v is not None and v != getattr(bank, n)}
        if changed:
            Bank.objects.filter(id=bank_id).update(**changed)
            payload = BankChanged(tuple(sorted(changed)), bool(changed.get("totp_required", bank.totp_required)))
            record(bank_id=bank_id, subject_kind="bank", subject_id=bank_id, by=by, at=at, payload=payload)
    return tuple(sorted(changed))
