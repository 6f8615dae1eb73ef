"""Builders for tests: each makes a complete thing with sensible values; name only what matters."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, date, datetime
from functools import cache
from typing import Final

from django.contrib.auth.hashers import make_password
from django.test import Client

from huikuan.kernel.facts import InstitutionKind, Role
from huikuan.kernel.middleware import STARTED
from huikuan.kernel.models import Bank, Institution, RoleGrant, User
from huikuan.kernel.services.sign_in import BACKEND
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.vault import key_ring_ensure

PASSWORD: Final = "correct horse battery staple"
AT: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FROM: Final = date(2000, 1, 1)

_number = itertools.count(1)


def a_bank(
    *,
    code: str = "",
    currency: str = "CNY",
    minor_digits: int = 2,
    time_zone: str = "Asia/Shanghai",
    totp_required: bool = False,
) -> Bank:
    """A bank with the root of its tree (code ``head``); makes the key ring of the test home at the first call."""
    key_ring_ensure()
    code = code or f"bank-{next(_number)}"
    bank = Bank.objects.create(
        code=code,
        name_zh="示例农商行",
        name_en="Example Rural Bank",
        currency=currency,
        minor_digits=minor_digits,
        time_zone=time_zone,
        totp_required=totp_required,
    )
    with bank_scope(bank.id):
        Institution.objects.create(
            bank_id=bank.id,
            code="head",
            kind=InstitutionKind.BANK,
            parent_id=None,
            name_zh="总行",
            name_en="Head office",
            valid_from=FROM,
        )
    return bank


def the_root(bank: Bank) -> Institution:
    """The root institution of a bank."""
    with bank_scope(bank.id):
        return Institution.objects.get(bank_id=bank.id, parent_id=None)


def an_institution(
    bank: Bank,
    *,
    code: str = "",
    parent: Institution | None = None,
    kind: InstitutionKind = InstitutionKind.BRANCH,
    valid_from: date = FROM,
    valid_to: date | None = None,
) -> Institution:
    """A branch below the root (or below ``parent``)."""
    parent_id = (parent or the_root(bank)).id
    code = code or f"branch-{next(_number)}"
    with bank_scope(bank.id):
        return Institution.objects.create(
            bank_id=bank.id,
            code=code,
            kind=kind,
            parent_id=parent_id,
            name_zh=f"支行{code}",
            name_en=f"Branch {code}",
            valid_from=valid_from,
            valid_to=valid_to,
        )


def a_user(
    bank: Bank, *, role: Role | str | None = Role.COLLECTOR, username: str = "", institution: Institution | None = None
) -> User:
    """A user with one role at an institution (the root by default); the password is PASSWORD."""
    user = User(bank_id=bank.id, username=username or f"user{next(_number)}", display_name="Test Person", created_at=AT)
    user.password = _password_hash()
    user.save()
    if role is not None:
        a_grant(user, role=role, institution=institution or the_root(bank))
    return user


@cache
def _password_hash() -> str:
    """Hashing takes a third of a second on purpose; once per process is enough for tests."""
    return make_password(PASSWORD)


def a_client(user: User | None = None, *, csrf: bool = False) -> Client:
    """A browser, signed in as ``user``; with ``csrf`` it checks cross-site tokens as the real server does."""
    client = Client(enforce_csrf_checks=csrf)
    if user is not None:
        client.force_login(user, backend=BACKEND)
        session = client.session
        session[STARTED] = int(time.time())
        session.save()
    return client


def a_grant(user: User, *, role: Role | str, institution: Institution, valid_to: date | None = None) -> RoleGrant:
    """One more role of a user."""
    with bank_scope(user.bank_id):
        return RoleGrant.objects.create(
            bank_id=user.bank_id,
            user_id=user.id,
            role=Role(role),
            institution_id=institution.id,
            valid_from=FROM,
            valid_to=valid_to,
        )
