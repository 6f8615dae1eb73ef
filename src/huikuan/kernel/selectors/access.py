"""Who the signed-in person is and what they may do and see."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from huikuan.kernel.errors import NotFoundError
from huikuan.kernel.facts import Actor, GrantFact, Role
from huikuan.kernel.models import Bank, Institution, RoleGrant, User
from huikuan.kernel.rules.permissions import permissions_of_grant, permissions_of_grants


def bank_today(bank: Bank, at: datetime) -> date:
    """Return the calendar day of the bank at the moment ``at`` (aware)."""
    return at.astimezone(ZoneInfo(bank.time_zone)).date()


def actor_load(*, user: User, on: date) -> Actor:
    """Return the user with the grants valid on ``on``. Runs inside the bank scope of the user."""
    root = Institution.objects.filter(bank_id=OuterRef("bank_id"), id=OuterRef("institution_id"), parent_id=None)
    grants = tuple(
        GrantFact(Role(role), institution_id, at_root)
        for role, institution_id, at_root in RoleGrant.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=on), bank_id=user.bank_id, user_id=user.id, valid_from__lte=on
        )
        .order_by("role", "institution_id")
        .values_list("role", "institution_id", Exists(root))
    )
    return Actor(
        bank_id=user.bank_id,
        user_id=user.id,
        username=user.username,
        display_name=user.display_name,
        grants=grants,
        permissions=permissions_of_grants(grants),
    )


def actor_today(actor: Actor, at: datetime) -> date:
    """Return the calendar day of the actor's bank at the moment ``at``."""
    return bank_today(Bank.objects.get(id=actor.bank_id), at)


def institution_roots(actor: Actor, permission: str) -> frozenset[int]:
    """Return the institutions at which the actor holds ``permission``; it reaches everything below them."""
    return frozenset(g.institution_id for g in actor.grants if permission in permissions_of_grant(g))


def actor_by_id(*, bank_id: int, user_id: int, on: date) -> Actor:
    """Return a user of a bank with the grants valid on ``on``, for a job that works for a person.

    Raises NotFoundError for a user that does not exist or was switched off meanwhile.
    """
    user = User.objects.filter(bank_id=bank_id, id=user_id, is_active=True).first()
    if user is None:
        raise NotFoundError("active user", user_id)
    return actor_load(user=user, on=on)
