"""Changing a bank."""

import pytest
from typer.testing import CliRunner

from huikuan.evidence.selectors.events import EventRow, events_of_subject
from huikuan.kernel.cli import app
from huikuan.kernel.errors import ConflictError, InputInvalidError, NotFoundError
from huikuan.kernel.facts import Who
from huikuan.kernel.models import Bank, User
from huikuan.kernel.services.bank import bank_set
from huikuan.kernel.services.user import user_active_set
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import AT, a_bank, a_client, a_user

pytestmark = pytest.mark.django_db
BY = Who.program("test")


def _events(bank: Bank, kind: str, key: int) -> list[EventRow]:
    with bank_scope(bank.id):
        return events_of_subject(bank_id=bank.id, subject_kind=kind, subject_id=str(key))


def test_bank_set_changes_what_is_given_and_says_so_in_an_event() -> None:
    bank, other = a_bank(totp_required=True), a_bank(totp_required=True)
    changed = bank_set(bank_id=bank.id, totp_required=False, notice_en="Sample data", by=BY, at=AT)
    assert changed == ("notice_en", "totp_required")
    bank.refresh_from_db()
    other.refresh_from_db()
    assert (bank.totp_required, bank.notice_zh, bank.notice_en) == (False, "", "Sample data")
    assert other.totp_required
    (event,) = _events(bank, "bank", bank.id)
    assert event.name == "kernel.bank_changed"
    assert event.payload == {"fields": ["notice_en", "totp_required"], "totp_required": False}


def test_bank_set_to_what_it_is_writes_nothing() -> None:
    bank = a_bank()
    assert bank_set(bank_id=bank.id, totp_required=False, notice_zh="", by=BY, at=AT) == ()
    assert _events(bank, "bank", bank.id) == []


@pytest.mark.parametrize(("characters", "good"), [(500, True), (501, False)])
def test_bank_notice_has_a_limit(characters: int, good: bool) -> None:
    bank = a_bank()
    if good:
        assert bank_set(bank_id=bank.id, notice_zh="字" * characters, by=BY, at=AT) == ("notice_zh",)
    else:
        with pytest.raises(InputInvalidError, match="notice_zh"):
            bank_set(bank_id=bank.id, notice_zh="字" * characters, by=BY, at=AT)


def test_bank_set_of_an_unknown_bank_is_refused() -> None:
    with pytest.raises(NotFoundError):
        bank_set(bank_id=999_999, totp_required=False, by=BY, at=AT)


def test_bank_set_command_changes_and_tells() -> None:
    bank = a_bank(code="anji")
    done = CliRunner().invoke(app, ["bank", "set", "--bank", "anji", "--totp", "--notice-zh", "演示"])
    assert done.output == "Changed notice_zh, totp_required of anji.\n"
    assert "nothing to change" in CliRunner().invoke(app, ["bank", "set", "--bank", "anji", "--totp"]).output
    bank.refresh_from_db()
    assert (bank.totp_required, bank.notice_zh) == (True, "演示")


def test_disabled_user_is_out_at_once_and_enabled_again_on_record() -> None:
    bank = a_bank()
    user = a_user(bank)
    client = a_client(user)
    assert client.get("/api/institutions").status_code == 200
    user_active_set(bank_id=bank.id, username=user.username, active=False, by=BY, at=AT)
    assert client.get("/api/institutions").status_code == 401
    with pytest.raises(ConflictError, match="disabled already"):
        user_active_set(bank_id=bank.id, username=user.username, active=False, by=BY, at=AT)
    user_active_set(bank_id=bank.id, username=user.username, active=True, by=BY, at=AT)
    assert User.objects.get(id=user.id).is_active
    assert [e.name for e in _events(bank, "user", user.id)] == ["kernel.user_disabled", "kernel.user_enabled"]
