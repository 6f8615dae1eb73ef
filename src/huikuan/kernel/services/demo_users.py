"""One log-in per role for a demonstration bank.

The passwords are random, made at the first start, and kept in a file of the home folder that only its owner
may read; the repository holds none. A demonstration bank has ``totp_required`` off, so that people can look
around at once; a real bank never gets these users.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from huikuan.kernel.errors import ConflictError
from huikuan.kernel.facts import InstitutionKind, Role, Who
from huikuan.kernel.selectors.institution import institution_root, institution_subtree
from huikuan.kernel.selectors.users import bank_by_id, user_list
from huikuan.kernel.services.user import password_generate, password_set, role_grant, user_create
from huikuan.kernel.tenancy import bank_scope

ROLE_NAMES_ZH: Final[Mapping[Role, str]] = {
    Role.ACCOUNT_OFFICER: "客户经理",
    Role.COLLECTOR: "催收员",
    Role.TEAM_LEAD: "组长",
    Role.BRANCH_MANAGER: "支行行长",
    Role.SPECIAL_ASSETS: "资产保全",
    Role.ACCOUNTING: "财会",
    Role.COMMITTEE: "委员会",
    Role.STRATEGIST: "策略",
    Role.COMPLIANCE_OFFICER: "合规",
    Role.QUALITY_REVIEWER: "质检",
    Role.LEGAL_OFFICER: "法务",
    Role.AGENCY_USER: "委外",
    Role.TRAINER: "培训师",
    Role.AUDITOR: "审计",
    Role.ADMINISTRATOR: "管理员",
}
GRANTED_FROM: Final = date(2000, 1, 1)
AT_A_BRANCH: Final = frozenset({Role.ACCOUNT_OFFICER, Role.COLLECTOR, Role.TEAM_LEAD, Role.BRANCH_MANAGER})


class DemoBankStrictError(ConflictError):
    """The bank requires an authenticator, so it is no demonstration bank."""

    code = "kernel.demo_bank_strict"

    def __init__(self, bank_code: str) -> None:
        super().__init__(
            f"The bank {bank_code!r} requires an authenticator at log-in; it is not a demonstration bank, "
            "and no demonstration users are made for it."
        )


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A log-in to print."""

    username: str
    password: str
    role: str
    role_zh: str


def demo_users_ensure(*, bank_id: int, bank_code: str, file: Path, by: Who, at: datetime) -> list[DemoLogin]:
    """Make what is missing and return all log-ins; a second start returns the same.

    Roles of a branch are granted at the bank's first branch, if it has one: those people see its figures only.
    When the file was lost the users get new passwords. ``file`` is written with mode 0600 before the users, so that
    a killed start leaves no user whose password nobody knows.
    """
    if bank_by_id(bank_id).totp_required:
        raise DemoBankStrictError(bank_code)
    kept: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    fresh = {role: password_generate() for role in Role if role.value not in kept}
    if fresh:
        kept |= {role.value: password for role, password in fresh.items()}
        _write_private(file, json.dumps(kept, indent=1))
    logins = [DemoLogin(_username(bank_code, role), kept[role.value], role.value, ROLE_NAMES_ZH[role]) for role in Role]
    with bank_scope(bank_id):
        root = institution_root(bank_id)
        tree = institution_subtree(bank_id=bank_id, roots=[root.id], on=at.date())
        branch = next((node for node in tree if node.kind == InstitutionKind.BRANCH), root)
        known = {row.username for row in user_list(bank_id=bank_id, on=at.date())}
        for role, login in zip(Role, logins, strict=True):
            if login.username not in known:
                user_create(
                    bank_id=bank_id, username=login.username, password=login.password, by=by, at=at,
                    display_name=f"{login.role_zh} {role.value.replace('_', ' ')}",
                )  # fmt: skip
                role_grant(
                    bank_id=bank_id, username=login.username, role=role, valid_from=GRANTED_FROM, by=by, at=at,
                    institution_id=(branch if role in AT_A_BRANCH else root).id,
                )  # fmt: skip
            elif role in fresh:
                password_set(bank_id=bank_id, username=login.username, password=login.password, by=by, at=at)
    return logins


def _username(bank_code: str, role: Role) -> str:
    return f"{bank_code}.{role.value.replace('_', '-')}"


def _write_private(file: Path, text: str) -> None:
    """Write a file of mode 0600 in one step."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    part.replace(file)
