"""The authenticator of a user: enrolment, confirmation, check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pyotp
from django.http import HttpRequest

from huikuan.kernel.errors import ConflictError, DomainError
from huikuan.kernel.events import TotpEnrolled
from huikuan.kernel.facts import Who
from huikuan.kernel.models import TotpDevice, User
from huikuan.kernel.rules.totp import code_is_spent, step_of_code
from huikuan.kernel.services.record import record
from huikuan.kernel.services.sign_in import pending_required, refusal_record, sign_in_finish
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.vault import Place, vault_of

FAILURES_MAX: Final = 5
LOCK_TIME: Final = timedelta(minutes=15)
ISSUER: Final = "Huikuan"


class TotpInvalidError(DomainError):
    """The code is wrong."""

    code = "totp.invalid"
    status = 401

    def __init__(self) -> None:
        super().__init__("The code is wrong or has run out. Enter the six digits that your authenticator shows now.")


class TotpReplayedError(DomainError):
    """The code was used before."""

    code = "totp.replayed"
    status = 401

    def __init__(self) -> None:
        super().__init__("This code was used already. Wait until your authenticator shows the next one.")


class TotpLockedError(DomainError):
    """Too many wrong codes."""

    code = "totp.locked"
    status = 429

    def __init__(self) -> None:
        super().__init__("Too many wrong codes. Wait 15 minutes or ask an administrator of your bank to unlock you.")


class TotpStateError(ConflictError):
    """Enrolment was asked of a user who has an authenticator, or a code of one who has none."""

    code = "totp.state"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the authenticator of the user has to learn; shown once."""

    secret: str  # base 32
    otpauth_uri: str


def _place(user: User) -> Place:
    return Place("kernel_totp_device", "secret", str(user.id))


def totp_enrol(*, request: HttpRequest, at: datetime) -> Enrolment:
    """Make a secret for the user of the waiting session; replaces one that was never confirmed."""
    user = pending_required(request)
    secret = pyotp.random_base32()
    with bank_scope(user.bank_id):
        device = TotpDevice.objects.select_for_update().filter(bank_id=user.bank_id, user_id=user.id).first()
        if device is not None and device.confirmed_at is not None:
            raise TotpStateError(
                "You already have an authenticator. Enter its code, or ask an administrator to remove it."
            )
        sealed = vault_of(user.bank_id).seal(secret, _place(user))
        TotpDevice.objects.update_or_create(
            bank_id=user.bank_id, user_id=user.id, defaults={"secret": sealed, "enrolled_at": at, "last_step": 0}
        )
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=f"{ISSUER} {user.bank.code}")
    return Enrolment(secret, uri)


def totp_confirm(*, request: HttpRequest, code: str, at: datetime) -> None:
    """Confirm the authenticator with its first code and finish the log-in."""
    _check(request=request, code=code, at=at, confirming=True)


def totp_sign_in(*, request: HttpRequest, code: str, at: datetime) -> None:
    """Check a code of the confirmed authenticator and finish the log-in."""
    _check(request=request, code=code, at=at, confirming=False)


def _check(*, request: HttpRequest, code: str, at: datetime, confirming: bool) -> None:
    user = pending_required(request)
    error = _judge(user=user, code=code.strip(), at=at, confirming=confirming)
    if error is not None:
        refusal_record(user=user, reason=error.code.replace("totp.invalid", "totp").replace(".", "_"), at=at)
        raise error
    sign_in_finish(request=request, user=user, with_totp=True, at=at)


def _judge(*, user: User, code: str, at: datetime, confirming: bool) -> DomainError | None:
    """Judge a code and commit the counters; the row lock makes two equal codes at once one success."""
    with bank_scope(user.bank_id):
        devices = TotpDevice.objects.filter(bank_id=user.bank_id, user_id=user.id)
        device = devices.select_for_update().first()
        if device is None or (device.confirmed_at is not None) is confirming:
            raise TotpStateError("Enrol an authenticator first." if not confirming else "There is nothing to confirm.")
        if device.locked_until is not None and device.locked_until > at:
            return TotpLockedError()
        secret = vault_of(user.bank_id).open(device.secret, _place(user))
        now = int(at.timestamp())
        step = step_of_code(secret, code, now, device.last_step)
        if step is None:
            failures = device.failures + 1
            full = failures >= FAILURES_MAX
            devices.update(failures=0 if full else failures, locked_until=at + LOCK_TIME if full else None)
            return TotpReplayedError() if code_is_spent(secret, code, now, device.last_step) else TotpInvalidError()
        devices.update(
            failures=0, locked_until=None, last_step=step, confirmed_at=at if confirming else device.confirmed_at
        )
        if confirming:
            record(
                bank_id=user.bank_id, subject_kind="user", subject_id=user.id, payload=TotpEnrolled(),
                by=Who.user(user.id), at=at,
            )  # fmt: skip
    return None
