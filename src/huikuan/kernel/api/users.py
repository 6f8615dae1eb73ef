"""Users of the bank and their roles."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema

from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.kernel.selectors.access import actor_today
from huikuan.kernel.selectors.users import UserRow, user_list

router = SecureRouter(tags=["users"])


class GrantOut(Schema):
    """A role at an institution."""

    role: str
    institution_id: int
    institution_code: str
    valid_from: date


class UserOut(Schema):
    """A user of the bank."""

    id: int
    username: str
    display_name: str
    is_active: bool
    last_login: datetime | None
    grants: list[GrantOut]


@router.get("/users", auth=needs("user.read"), response=list[UserOut])
def users(request: HttpRequest) -> list[UserRow]:
    """Return the users of the bank by name, at most 500."""
    actor = actor_of(request)
    return user_list(bank_id=actor.bank_id, on=actor_today(actor, timezone.now()))
