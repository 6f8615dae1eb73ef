"""Writers of users and grants."""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime
from typing import Final

from axes.utils import reset as axes_reset
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from huikuan.kernel.errors import ConflictError, DomainError, InputInvalidError, NotFoundError
from huikuan.kernel.events import (
    PasswordSet,
    RoleGranted,
    RoleRevoked,
    TotpRemoved,
    UserCreated,
    UserDisabled,
    UserEnabled,
    UserUnlocked,
)
from huikuan.kernel.facts import Role, Who
from huikuan.kernel.models import RoleGrant, TotpDevice, User
from huikuan.kernel.selectors.institution import institution_by_id
from huikuan.kernel.services.record import record
from huikuan.kernel.tenancy import bank_scope

_USERNAME = re.compile(r"^[a-z0-9][a-z0-9._-]{1,63}$")
PASSWORD_BYTES: Final = 15  # 120 random bits, 20 characters


class UserExistsError(ConflictError):
    """The log-in name is taken."""

    code = "kernel.user_exists"

    def __init__(self, username: str) -> None:
        super().__init__(
            f"There is already a user {username!r}. Log-in names are unique over all banks; choose another."
        )


class PasswordWeakError(DomainError):
    """The password is refused by the rules."""

    code = "kernel.password_weak"
    status = 422

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("The password is refused: " + " ".join(reasons))


def password_generate() -> str:
    """Return a random password of 20 characters."""
    return secrets.token_urlsafe(PASSWORD_BYTES)


def _password_put(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordWeakError(list(error.messages)) from None
    user.set_password(password)


def _user(bank_id: int, username: str) -> User:
    found = User.objects.filter(bank_id=bank_id, username=username.strip().lower()).first()
    if found is None:
        raise NotFoundError("user", username)
    return found


def user_create(*, bank_id: int, username: str, display_name: str, password: str, by: Who, at: datetime) -> int:
    """Set up a user without any role; return the id. The name is stored in lower case."""
    username = username.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise InputInvalidError("username", username, "2 to 64 characters a–z, 0–9, dot, - and _")
    if not 1 <= len(display_name.strip()) <= 100:
        raise InputInvalidError("display_name", display_name, "1 to 100 characters")
    user = User(bank_id=bank_id, username=username, display_name=display_name.strip(), created_at=at)
    _password_put(user, password)
    with bank_scope(bank_id):
        if User.objects.filter(username=username).exists():
            raise UserExistsError(username)
        user.save()
        record(bank_id=bank_id, subject_kind="user", subject_id=user.id, by=by, at=at, payload=UserCreated(user.id))
    return user.id


def password_set(*, bank_id: int, username: str, password: str, by: Who, at: datetime) -> None:
    """Give a user a new password; all sessions of the user end."""
    with bank_scope(bank_id):
        user = _user(bank_id, username)
        _password_put(user, password)
        user.save(update_fields=["password"])
        payload = PasswordSet(by_administrator=by != Who.user(user.id))
        record(bank_id=bank_id, subject_kind="user", subject_id=user.id, by=by, at=at, payload=payload)


def role_grant(
    *, bank_id: int, username: str, role: Role, institution_id: int, valid_from: date, by: Who, at: datetime
) -> int:
    """Give a user a role at an institution and all below it; return the id of the grant."""
    with bank_scope(bank_id):
        user = _user(bank_id, username)
        institution = institution_by_id(bank_id, institution_id)
        held = RoleGrant.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=valid_from), bank_id=bank_id, user_id=user.id, role=role,
            institution_id=institution.id,
        )  # fmt: skip
        if held.exists():
            raise ConflictError(f"{user.username} already is {role} at {institution.code}.")
        grant = RoleGrant.objects.create(
            bank_id=bank_id, user_id=user.id, role=role, institution_id=institution.id, valid_from=valid_from
        )
        payload = RoleGranted(role, institution.id, valid_from)
        record(bank_id=bank_id, subject_kind="user", subject_id=user.id, by=by, at=at, payload=payload)
    return grant.id


def role_revoke(
    *, bank_id: int, username: str, role: Role, institution_id: int, valid_to: date, by: Who, at: datetime
) -> None:
    """End a role of a user: ``valid_to`` is the first day without it."""
    with bank_scope(bank_id):
        user = _user(bank_id, username)
        ended = RoleGrant.objects.filter(
            bank_id=bank_id, user_id=user.id, role=role, institution_id=institution_id, valid_to=None,
            valid_from__lte=valid_to,
        ).update(valid_to=valid_to)  # fmt: skip
        if not ended:
            raise NotFoundError("open grant", f"{role} of {user.username}")
        payload = RoleRevoked(role, institution_id, valid_to)
        record(bank_id=bank_id, subject_kind="user", subject_id=user.id, by=by, at=at, payload=payload)


def user_unlock(*, bank_id: int, username: str, by: Who, at: datetime) -> int:
    """End the lock-outs of a user (password and authenticator); return the number of attempts forgotten."""
    with bank_scope(bank_id):
        user = _user(bank_id, username)
        attempts = int(axes_reset(username=user.username))
        TotpDevice.objects.filter(bank_id=bank_id, user_id=user.id).update(failures=0, locked_until=None)
        record(bank_id=bank_id, subject_kind="user", subject_id=user.id, by=by, at=at, payload=UserUnlocked(attempts))
    return attempts


def user_active_set(*, bank_id: int, username: str, active: bool, by: Who, at: datetime) -> None:
    """Disable a user, whose sessions end with their next request, or enable one again. Users are never deleted."""
    with bank_scope(bank_id):
        user = _user(bank_id, username)
        if user.is_active is active:
            raise ConflictError(f"{user.username} is {'enabled' if active else 'disabled'} already.")
        user.is_active = active
        user.save(update_fields=["is_active"])
        payload = UserEnabled() if active else UserDisabled()
        record(bank_id=bank_id, subject_kind="user", subject_id=user.id, by=by, at=at, payload=payload)


def totp_remove(*, bank_id: int, username: str, by: Who, at: datetime) -> None:
    """Remove the authenticator of a user, who then enrols again at the next log-in."""
    with transaction.atomic(), bank_scope(bank_id):
        user = _user(bank_id, username)
        removed, _ = TotpDevice.objects.filter(bank_id=bank_id, user_id=user.id).delete()
        if not removed:
            raise NotFoundError("authenticator of user", username)
        record(bank_id=bank_id, subject_kind="user", subject_id=user.id, by=by, at=at, payload=TotpRemoved())
