"""Small immutable values that the whole system shares. No Django, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class InstitutionKind(StrEnum):
    """What a node of the institution tree is."""

    BANK = "bank"  # 法人机构: the legal person, root of the tree
    DEPARTMENT = "department"  # 部门: a unit of the head office
    BRANCH = "branch"  # 支行
    OUTLET = "outlet"  # 网点, under a branch


class Role(StrEnum):
    """What a person does; a grant ties it to an institution."""

    ACCOUNT_OFFICER = "account_officer"  # 客户经理
    COLLECTOR = "collector"  # 催收员
    TEAM_LEAD = "team_lead"  # 组长
    BRANCH_MANAGER = "branch_manager"  # 支行行长
    SPECIAL_ASSETS = "special_assets"  # 资产保全
    ACCOUNTING = "accounting"  # 财会
    COMMITTEE = "committee"  # 委员会
    STRATEGIST = "strategist"  # 策略
    COMPLIANCE_OFFICER = "compliance_officer"  # 合规
    QUALITY_REVIEWER = "quality_reviewer"  # 质检
    LEGAL_OFFICER = "legal_officer"  # 法务
    AGENCY_USER = "agency_user"  # 委外
    TRAINER = "trainer"  # 培训师
    AUDITOR = "auditor"  # 审计: reads, writes nothing
    ADMINISTRATOR = "administrator"  # 管理员: users and institutions, no borrowers


class DayKind(StrEnum):
    """What a day of the business calendar is."""

    WORKDAY = "workday"  # includes weekend days that are worked in exchange (调休)
    REST = "rest"  # weekend, or a day off in exchange
    HOLIDAY = "holiday"  # statutory holiday (法定节假日)


@dataclass(frozen=True, slots=True)
class Who:
    """The person or program behind an act; stands in every event. Never a name, only a key."""

    kind: str  # "user" | "program"
    ref: str  # id of the user, or name of the program

    @staticmethod
    def user(user_id: int) -> Who:
        """A signed-in person."""
        return Who("user", str(user_id))

    @staticmethod
    def program(name: str) -> Who:
        """A command or job, for example ``Who.program("nightly")``."""
        return Who("program", name)


@dataclass(frozen=True, slots=True)
class GrantFact:
    """A role that is valid today, at an institution and all below it."""

    role: Role
    institution_id: int
    at_root: bool  # at the bank itself, so it reaches everything


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in person as services and selectors see them."""

    bank_id: int
    user_id: int
    username: str
    display_name: str
    grants: tuple[GrantFact, ...]
    permissions: frozenset[str]

    @property
    def roles(self) -> tuple[Role, ...]:
        """The distinct roles, sorted by name."""
        return tuple(sorted({grant.role for grant in self.grants}))

    @property
    def who(self) -> Who:
        """The key that stands in events."""
        return Who.user(self.user_id)
