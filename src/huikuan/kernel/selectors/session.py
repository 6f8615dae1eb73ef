"""The state of a log-in."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest

from huikuan.kernel.models import Bank, TotpDevice, User
from huikuan.kernel.selectors.access import actor_load, bank_today
from huikuan.kernel.selectors.institution import InstitutionRow, institution_by_id
from huikuan.kernel.tenancy import bank_scope

PENDING_USER: Final = "pending_user"
PENDING_SINCE: Final = "pending_since"  # epoch seconds
PENDING_SECONDS_MAX: Final = 600


@dataclass(frozen=True, slots=True)
class SessionUserState:
    """The signed-in user, as the frame of the application shows it."""

    username: str
    display_name: str
    roles: tuple[str, ...]
    permissions: tuple[str, ...]
    institution: InstitutionRow | None
    bank: Bank


@dataclass(frozen=True, slots=True)
class SessionState:
    """How far the log-in is: anonymous, totp_required, totp_enrolment_required or signed_in."""

    state: str
    user: SessionUserState | None


def totp_confirmed(user: User) -> bool:
    """True when the user has confirmed an authenticator. Runs inside the bank scope of the user."""
    return TotpDevice.objects.filter(bank_id=user.bank_id, user_id=user.id, confirmed_at__isnull=False).exists()


def pending_user(request: HttpRequest) -> User | None:
    """Return the user whose second step this session waits for, if it began less than 10 minutes ago."""
    user_id = request.session.get(PENDING_USER)
    if user_id is None or time.time() - request.session.get(PENDING_SINCE, 0) > PENDING_SECONDS_MAX:
        return None
    return User.objects.select_related("bank").filter(id=user_id, is_active=True).first()


def session_state(request: HttpRequest, *, at: datetime) -> SessionState:
    """Return the state of the session of a request."""
    user = request.user
    if not user.is_authenticated:
        waiting = pending_user(request)
        if waiting is None:
            return SessionState("anonymous", None)
        with bank_scope(waiting.bank_id):
            return SessionState("totp_required" if totp_confirmed(waiting) else "totp_enrolment_required", None)
    with bank_scope(user.bank_id):
        actor = actor_load(user=user, on=bank_today(user.bank, at))
        institution = institution_by_id(user.bank_id, actor.grants[0].institution_id) if actor.grants else None
    shown = SessionUserState(
        user.username, user.display_name, actor.roles, tuple(sorted(actor.permissions)), institution, user.bank
    )
    return SessionState("signed_in", shown)
