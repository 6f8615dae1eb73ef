"""Separation of duties, stated apart from the table of permissions."""

import pytest

from huikuan.kernel.facts import GrantFact, Role
from huikuan.kernel.rules.permissions import PERMISSIONS, ROLE_PERMISSIONS, WHOLE_BANK, permissions_of_grants

WRITING = {name for name in PERMISSIONS if not name.endswith(".read")}


def test_every_role_is_in_the_table_and_holds_known_permissions_only() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert frozenset().union(*ROLE_PERMISSIONS.values()) == set(PERMISSIONS)


def test_no_grant_has_no_permission() -> None:
    assert permissions_of_grants([]) == frozenset()


def test_role_at_a_branch_gives_nothing_that_reaches_over_the_whole_bank() -> None:
    for role, held in ROLE_PERMISSIONS.items():
        assert permissions_of_grants([GrantFact(role, 7, at_root=True)]) == held
        assert permissions_of_grants([GrantFact(role, 7, at_root=False)]) == held - WHOLE_BANK
    mixed = [GrantFact(Role.AUDITOR, 7, at_root=False), GrantFact(Role.COMMITTEE, 1, at_root=True)]
    assert "approval.read" in permissions_of_grants(mixed) and "event.read" not in permissions_of_grants(mixed)


def test_auditor_reads_and_writes_nothing() -> None:
    assert not ROLE_PERMISSIONS[Role.AUDITOR] & WRITING
    assert {"event.read", "overview.read", "party.read", "user.read"} <= ROLE_PERMISSIONS[Role.AUDITOR]


def test_administrator_sees_no_borrower_and_decides_nothing() -> None:
    assert not ROLE_PERMISSIONS[Role.ADMINISTRATOR] & {"overview.read", "party.read", "party.reveal", "approval.decide"}


@pytest.mark.parametrize("role", [Role.AGENCY_USER, Role.TRAINER])
def test_outsiders_of_the_book_see_no_figure_and_no_borrower(role: Role) -> None:
    assert not ROLE_PERMISSIONS[role] & {"overview.read", "nights.read", "rejects.read", "party.read", "event.read"}


def test_debts_are_explained_to_those_who_talk_about_them_decide_on_them_or_check_them() -> None:
    assert {role for role, held in ROLE_PERMISSIONS.items() if "explanation.read" not in held} == {
        Role.COMMITTEE, Role.STRATEGIST, Role.AGENCY_USER, Role.TRAINER, Role.ADMINISTRATOR,
    }  # fmt: skip


def test_clear_personal_data_are_for_those_who_talk_to_borrowers() -> None:
    assert {role for role, held in ROLE_PERMISSIONS.items() if "party.reveal" in held} == {
        Role.ACCOUNT_OFFICER, Role.COLLECTOR, Role.TEAM_LEAD, Role.SPECIAL_ASSETS, Role.LEGAL_OFFICER,
    }  # fmt: skip
