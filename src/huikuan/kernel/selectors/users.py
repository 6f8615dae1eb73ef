"""Reading banks and users."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from huikuan.kernel.errors import InputInvalidError, NotFoundError
from huikuan.kernel.models import Bank, Institution, RoleGrant, User

USERS_PER_PAGE_MAX = 500


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A valid grant of a user."""

    role: str
    institution_id: int
    institution_code: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user with the grants that are valid."""

    id: int
    username: str
    display_name: str
    is_active: bool
    last_login: datetime | None
    grants: tuple[GrantRow, ...]


def bank_by_code(code: str) -> Bank:
    """Return a bank by its code; raises NotFoundError."""
    bank = Bank.objects.filter(code=code).first()
    if bank is None:
        known = ", ".join(Bank.objects.order_by("code").values_list("code", flat=True)) or "none yet"
        raise NotFoundError("bank", repr(code), hint=f"Known banks: {known}.")
    return bank


def bank_only() -> Bank:
    """Return the bank of an installation that has one; raises InputInvalidError where a choice is needed."""
    banks = banks_all()
    if len(banks) != 1:
        codes = ", ".join(bank.code for bank in banks) or "none yet"
        raise InputInvalidError("bank", "", f"--bank with one of the codes: {codes}")
    return banks[0]


def bank_by_id(bank_id: int) -> Bank:
    """Return a bank by its id; raises NotFoundError."""
    bank = Bank.objects.filter(id=bank_id).first()
    if bank is None:
        raise NotFoundError("bank", bank_id)
    return bank


def banks_all() -> list[Bank]:
    """Return all banks by code, for commands that work bank by bank."""
    return list(Bank.objects.order_by("code"))


def usernames(*, bank_id: int, ids: Iterable[int]) -> dict[int, str]:
    """Return the log-in names of users of a bank by id."""
    return dict(User.objects.filter(bank_id=bank_id, id__in=set(ids)).values_list("id", "username"))


def display_names(*, bank_id: int, ids: Iterable[int]) -> dict[int, str]:
    """Return the names under which screens show users of a bank, by id."""
    return dict(User.objects.filter(bank_id=bank_id, id__in=set(ids)).values_list("id", "display_name"))


def user_list(*, bank_id: int, on: date) -> list[UserRow]:
    """Return the users of a bank (USERS_PER_PAGE_MAX at most) by name, with their grants; three queries."""
    codes = dict(Institution.objects.filter(bank_id=bank_id).values_list("id", "code"))
    grants: dict[int, list[GrantRow]] = {}
    valid = RoleGrant.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), bank_id=bank_id, valid_from__lte=on)
    for g in valid.order_by("role", "institution_id"):
        row = GrantRow(g.role, g.institution_id, codes[g.institution_id], g.valid_from)
        grants.setdefault(g.user_id, []).append(row)
    users = User.objects.filter(bank_id=bank_id).order_by("username")[:USERS_PER_PAGE_MAX]
    return [
        UserRow(u.id, u.username, u.display_name, u.is_active, u.last_login, tuple(grants.get(u.id, ()))) for u in users
    ]
