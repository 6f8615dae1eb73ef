"""Users, grants, demonstration log-ins and the commands for them."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.hashers import check_password
from typer.testing import CliRunner

from huikuan.kernel.cli import app
from huikuan.kernel.errors import ConflictError, InputInvalidError, NotFoundError
from huikuan.kernel.facts import InstitutionKind, Role, Who
from huikuan.kernel.models import Bank, User
from huikuan.kernel.selectors.access import actor_load, bank_today, institution_roots
from huikuan.kernel.selectors.institution import institution_subtree
from huikuan.kernel.selectors.users import user_list
from huikuan.kernel.services.demo_users import DemoBankStrictError, DemoLogin, demo_users_ensure
from huikuan.kernel.services.user import (
    PasswordWeakError,
    UserExistsError,
    password_generate,
    role_grant,
    role_revoke,
    totp_remove,
    user_create,
)
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import AT, a_bank, a_user, an_institution, the_root

pytestmark = pytest.mark.django_db
BY = Who.program("test")
LONG = "a long enough passphrase"


def _create(bank: Bank, username: str = "li.si", *, password: str = LONG) -> int:
    return user_create(bank_id=bank.id, username=username, display_name="李四", password=password, by=BY, at=AT)


def test_user_is_stored_in_lower_case_with_a_hashed_password() -> None:
    _create(a_bank(), "Li.Si")
    user = User.objects.get(username="li.si")
    assert "passphrase" not in user.password
    assert user.check_password("a long enough passphrase")


def test_name_taken_in_any_bank_is_refused() -> None:
    _create(a_bank())
    with pytest.raises(UserExistsError):
        _create(a_bank(), "LI.SI")


@pytest.mark.parametrize("password", ["short", "123456789012", "password1234"])
def test_weak_password_is_refused(password: str) -> None:
    with pytest.raises(PasswordWeakError):
        _create(a_bank(), password=password)


@pytest.mark.parametrize("username", ["", "a", "li si", "李四", "-li", "x" * 65])
def test_name_of_another_form_is_refused(username: str) -> None:
    with pytest.raises(InputInvalidError, match="username"):
        _create(a_bank(), username)


def test_generated_passwords_differ_and_are_long() -> None:
    made = {password_generate() for _ in range(50)}
    assert len(made) == 50
    assert min(map(len, made)) == 20


def test_grant_holds_from_its_first_day_to_the_day_before_its_end() -> None:
    bank = a_bank()
    user = a_user(bank, role=None)
    root = the_root(bank)
    values = {"bank_id": bank.id, "username": user.username, "role": Role.AUDITOR, "institution_id": root.id}
    role_grant(**values, valid_from=date(2026, 1, 1), by=BY, at=AT)  # type: ignore[arg-type]
    with pytest.raises(ConflictError, match="already"):
        role_grant(**values, valid_from=date(2026, 2, 1), by=BY, at=AT)  # type: ignore[arg-type]
    role_revoke(**values, valid_to=date(2026, 3, 1), by=BY, at=AT)  # type: ignore[arg-type]
    with pytest.raises(NotFoundError):
        role_revoke(**values, valid_to=date(2026, 3, 1), by=BY, at=AT)  # type: ignore[arg-type]

    def held(on: date) -> bool:
        with bank_scope(bank.id):
            actor = actor_load(user=user, on=on)
        return "event.read" in actor.permissions and institution_roots(actor, "event.read") == {root.id}

    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 2, 28), date(2026, 3, 1))
    assert [held(day) for day in days] == [False, True, True, False]


def test_user_of_another_bank_is_not_found() -> None:
    user = a_user(a_bank())
    with pytest.raises(NotFoundError):
        totp_remove(bank_id=a_bank().id, username=user.username, by=BY, at=AT)


def test_day_of_the_bank_ends_at_its_midnight() -> None:
    shanghai, new_york = a_bank(), a_bank(time_zone="America/New_York")
    at = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    assert bank_today(shanghai, at) == date(2026, 3, 3)
    assert bank_today(new_york, at) == date(2026, 3, 2)


def _demo(bank: Bank, file: Path) -> list[DemoLogin]:
    return demo_users_ensure(bank_id=bank.id, bank_code=bank.code, file=file, by=BY, at=AT)


@pytest.fixture
def quick_hash(settings: LazySettings) -> None:
    """Fifteen users are hashed in the tests below."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_demo_users_have_one_role_each_and_stay_the_same(tmp_path: Path, quick_hash: None) -> None:
    bank, file = a_bank(), tmp_path / "logins.json"
    first = _demo(bank, file)
    assert first == _demo(bank, file)
    assert [login.role for login in first] == [role.value for role in Role]
    assert file.stat().st_mode & 0o777 == 0o600
    with bank_scope(bank.id):
        rows = user_list(bank_id=bank.id, on=AT.date())
    assert {(row.username, row.grants[0].role, len(row.grants)) for row in rows} == {
        (login.username, login.role, 1) for login in first
    }
    for login in first:
        assert check_password(login.password, User.objects.get(username=login.username).password)


def test_demo_users_of_a_branch_role_see_the_first_branch_only(tmp_path: Path, quick_hash: None) -> None:
    bank = a_bank()
    second = an_institution(bank, code="0202", kind=InstitutionKind.BRANCH)
    first = an_institution(bank, code="0101", kind=InstitutionKind.BRANCH)
    _demo(bank, tmp_path / "logins.json")
    with bank_scope(bank.id):
        rows = user_list(bank_id=bank.id, on=AT.date())
    granted = {row.grants[0].role: row.grants[0].institution_id for row in rows}
    assert {granted[role] for role in ("account_officer", "collector", "team_lead", "branch_manager")} == {first.id}
    assert not {granted["auditor"], granted["special_assets"]} & {first.id, second.id}


def test_demo_users_get_new_passwords_when_the_file_is_lost(tmp_path: Path, quick_hash: None) -> None:
    bank, file = a_bank(), tmp_path / "logins.json"
    first = _demo(bank, file)
    file.unlink()
    second = _demo(bank, file)
    assert not {login.password for login in first} & {login.password for login in second}
    assert User.objects.get(username=second[0].username).check_password(second[0].password)


def test_demo_users_are_not_made_for_a_bank_that_requires_an_authenticator(tmp_path: Path) -> None:
    with pytest.raises(DemoBankStrictError):
        _demo(a_bank(totp_required=True), tmp_path / "logins.json")
    assert not (tmp_path / "logins.json").exists()


# --- commands ---


def _run(*words: str, text: str = "") -> str:
    done = CliRunner().invoke(app, list(words), input=text, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_commands_set_up_a_bank_with_people() -> None:
    _run("bank", "create", "--code", "anji", "--name-zh", "安吉", "--name-en", "Anji", "--valid-from", "2020-01-01")
    where = ("--bank", "anji")
    for code, parent, kind in [("east", "anji", "branch"), ("east-1", "east", "outlet")]:
        _run(
            "institution", "add", *where, "--code", code, "--kind", kind, "--parent", parent, "--name-zh", "甲",
            "--name-en", code, "--valid-from", "2020-01-01",
        )  # fmt: skip
    assert _run("institution", "list", *where).splitlines()[-1].startswith("    east-1")
    words = "a long enough passphrase\n"
    _run("user", "create", *where, "--user", "li.si", "--name", "李四", text=words + words)
    _run("user", "grant", *where, "--user", "li.si", "--role", "auditor", "--institution", "east")
    assert "auditor at east" in _run("user", "list", *where)
    _run("user", "disable", *where, "--user", "li.si")
    assert "(inactive)" in _run("user", "list", *where)
    _run("user", "enable", *where, "--user", "li.si")
    assert "(inactive)" not in _run("user", "list", *where)
    _run("user", "revoke", *where, "--user", "li.si", "--role", "auditor", "--institution", "east")
    assert "no role" in _run("user", "list", *where)
    assert "366 days of 2024" in _run("calendar", "seed", *where, "--year", "2024")
    assert "Complete years: 2024" in _run("calendar", "years", *where)
    generated = _run("user", "password", *where, "--user", "li.si", "--generate").split()[-1]
    assert User.objects.get(username="li.si").check_password(generated)
    bank = Bank.objects.get(code="anji")
    with bank_scope(bank.id):
        assert institution_subtree(bank_id=bank.id, roots=[], on=AT.date()) == []


def test_command_for_an_unknown_bank_names_the_known_ones() -> None:
    a_bank(code="known")
    with pytest.raises(NotFoundError, match=r"^There is no bank 'other'\. Known banks: known\.$"):
        _run("user", "list", "--bank", "other")


def test_command_never_takes_a_password_as_an_argument() -> None:
    refused = CliRunner().invoke(
        app, ["user", "create", "--bank", "x", "--user", "y", "--name", "z", "--password", "w"]
    )
    assert refused.exit_code == 2


def test_demo_command_prints_the_log_ins(settings: LazySettings, tmp_path: Path, quick_hash: None) -> None:
    settings.HOME = tmp_path
    a_bank(code="sample")
    lines = _run("user", "demo", "--bank", "sample").splitlines()
    kept = json.loads((tmp_path / "keys" / "demo-logins-sample.json").read_text())
    assert len(lines) == len(Role)
    assert all(kept[role.value] in line for role, line in zip(Role, lines, strict=True))
