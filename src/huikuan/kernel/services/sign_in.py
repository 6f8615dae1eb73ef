"""Log-in in two steps: password, then authenticator where the bank or the user has one.

Between the steps nobody is signed in: the session only remembers whose second step it waits for. Refusals are
counted and recorded in transactions of their own, which the error answer does not roll back.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import Final

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest

from huikuan.kernel.address import client_address
from huikuan.kernel.errors import DomainError
from huikuan.kernel.events import SignedIn, SignedOut, SignInRefused
from huikuan.kernel.facts import Who
from huikuan.kernel.middleware import LAST_SEEN, STARTED
from huikuan.kernel.models import User
from huikuan.kernel.selectors.attempts import failures_from
from huikuan.kernel.selectors.session import PENDING_SINCE, PENDING_USER, pending_user, totp_confirmed
from huikuan.kernel.services.record import record
from huikuan.kernel.tenancy import bank_scope

BACKEND: Final = "django.contrib.auth.backends.ModelBackend"

logger = logging.getLogger("huikuan.sign_in")


class LoginInvalidError(DomainError):
    """Name or password is wrong, or the user is inactive; the answer does not tell which."""

    code = "login.invalid"
    status = 401

    def __init__(self) -> None:
        super().__init__("The user name or the password is wrong. Check both; after five failures the name is locked.")


class LoginLockedError(DomainError):
    """Too many failures for this name."""

    code = "login.locked"
    status = 429

    def __init__(self) -> None:
        super().__init__(
            "Too many failed attempts. Wait 15 minutes or ask an administrator of your bank to unlock you."
        )


class LoginAddressLockedError(DomainError):
    """Too many failures from this network address, whatever the names."""

    code = "login.address_locked"
    status = 429

    def __init__(self) -> None:
        super().__init__(
            "Too many failed log-ins came from your network. Log-in from here is open again in 15 minutes; "
            "people who are signed in can go on. Tell your administrator: somebody may be guessing passwords."
        )


class LoginStepError(DomainError):
    """The second step came without the first, or too late."""

    code = "login.step"
    status = 409

    def __init__(self) -> None:
        super().__init__("The log-in was not begun or took longer than 10 minutes. Enter name and password again.")


def refusal_record(*, user: User, reason: str, at: datetime) -> None:
    """Record a refused log-in of an existing user."""
    with bank_scope(user.bank_id):
        record(
            bank_id=user.bank_id, subject_kind="user", subject_id=user.id, payload=SignInRefused(reason),
            by=Who.user(user.id), at=at,
        )  # fmt: skip


def password_sign_in(*, request: HttpRequest, username: str, password: str, at: datetime) -> None:
    """Check name and password; sign in, or leave the session waiting for the second step.

    Raises LoginInvalidError, LoginLockedError or LoginAddressLockedError. The session gets a new key either way
    (fixation). The failure that locks a name is recorded; what is refused while it is locked only goes to the log, or
    anybody could fill the evidence, which nobody can empty.
    """
    if request.user.is_authenticated:
        sign_out(request=request, at=at)
    address_check(client_address(request), at=at)
    name = username.strip().lower()[:64]
    credentials = {"username": name}
    locked_before = AxesProxyHandler.is_locked(request, credentials)
    user = authenticate(request, username=name, password=password)
    if not isinstance(user, User):
        locked = locked_before or AxesProxyHandler.is_locked(request, credentials)
        known = None if locked_before else User.objects.filter(username=name).first()
        if known is not None:
            refusal_record(user=known, reason="locked" if locked else "password", at=at)
        raise LoginLockedError() if locked else LoginInvalidError()
    with bank_scope(user.bank_id):
        second_step = user.bank.totp_required or totp_confirmed(user)
    if second_step:
        request.session.flush()
        request.session[PENDING_USER] = user.id
        request.session[PENDING_SINCE] = int(time.time())
    else:
        sign_in_finish(request=request, user=user, with_totp=False, at=at)


def address_check(address: str | None, *, at: datetime) -> None:
    """Raise LoginAddressLockedError after too many failures from one address; an unknown address is not counted."""
    if address is None:
        return
    failures = failures_from(address, since=at - settings.AXES_COOLOFF_TIME)
    if failures >= settings.ADDRESS_FAILURES_MAX:
        logger.warning("log-in refused: %s failures from %s", failures, address)
        raise LoginAddressLockedError()


def pending_required(request: HttpRequest) -> User:
    """Return the user of the waiting session; raises LoginStepError."""
    user = pending_user(request)
    if user is None:
        raise LoginStepError()
    return user


def sign_in_finish(*, request: HttpRequest, user: User, with_totp: bool, at: datetime) -> None:
    """Sign the user in: new session key, new cross-site token, life span of the session begins.

    Also deletes the rows of sessions that have ended, so that nobody has to.
    """
    with bank_scope(user.bank_id):
        request.session.flush()
        request.session.clear_expired()
        login(request, user, backend=BACKEND)
        request.session[STARTED] = request.session[LAST_SEEN] = int(time.time())
        record(
            bank_id=user.bank_id, subject_kind="user", subject_id=user.id, payload=SignedIn(with_totp),
            by=Who.user(user.id), at=at,
        )  # fmt: skip


def sign_out(*, request: HttpRequest, at: datetime) -> None:
    """End the session; does nothing when nobody is signed in."""
    user = request.user
    if user.is_authenticated:
        with bank_scope(user.bank_id):
            record(
                bank_id=user.bank_id, subject_kind="user", subject_id=user.id, payload=SignedOut(),
                by=Who.user(user.id), at=at,
            )  # fmt: skip
    logout(request)
