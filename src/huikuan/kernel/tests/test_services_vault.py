"""New keys and rotation, on the second factor of users, the vault column of the kernel."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.db import connection
from typer.testing import CliRunner

from huikuan.evidence.selectors.events import events_of_subject
from huikuan.kernel.cli import app
from huikuan.kernel.crypto import CiphertextError, KeyRingError, ciphertext_header
from huikuan.kernel.facts import Who
from huikuan.kernel.models import Bank, TotpDevice
from huikuan.kernel.services import vault as vault_service
from huikuan.kernel.services.vault import (
    KeyInUseError,
    KeyRingInEnvironmentError,
    vault_key_add,
    vault_key_retire,
    vault_rotate,
)
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import AT, a_bank, a_user
from huikuan.kernel.vault import Place, key_ring, key_ring_ensure, vault_columns, vault_of

pytestmark = pytest.mark.django_db
BY = Who.program("test")


@pytest.fixture(autouse=True)
def own_ring(tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key ring for each test."""
    monkeypatch.delenv("HUIKUAN_KEYS", raising=False)
    settings.KEYS_FILE = tmp_path / "vault.json"


def _devices(bank: Bank, count: int) -> list[int]:
    users = [a_user(bank, role=None).id for _ in range(count)]
    vault = vault_of(bank.id)
    with bank_scope(bank.id):
        for user_id in users:
            place = Place("kernel_totp_device", "secret", str(user_id))
            sealed = vault.seal(f"secret of {user_id}", place)
            TotpDevice.objects.create(bank_id=bank.id, user_id=user_id, secret=sealed, enrolled_at=AT)
    return users


def _headers(bank: Bank) -> set[bytes]:
    with bank_scope(bank.id):
        return {bytes(s)[:5] for s in TotpDevice.objects.values_list("secret", flat=True)}


def test_ring_is_made_once() -> None:
    assert key_ring_ensure()
    first = key_ring()
    assert not key_ring_ensure()
    assert key_ring() is first


def test_ring_missing_fails_closed() -> None:
    bank = a_bank()
    django_settings.KEYS_FILE.unlink()
    with pytest.raises(KeyRingError, match="no key ring"):
        vault_of(bank.id)


def test_new_key_is_used_at_once_and_recorded_for_each_bank() -> None:
    bank, other = a_bank(), a_bank()
    assert vault_key_add(by=BY, at=AT) == "k2"
    assert vault_of(bank.id).header == ciphertext_header("intl", "k2")
    for each in (bank, other):
        with bank_scope(each.id):
            (event,) = events_of_subject(bank_id=each.id, subject_kind="vault", subject_id="keys")
            assert event.payload == {"key_id": "k2"}


def test_new_key_of_a_ring_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    a_bank()
    monkeypatch.setenv("HUIKUAN_KEYS", django_settings.KEYS_FILE.read_text())
    with pytest.raises(KeyRingInEnvironmentError):
        vault_key_add(by=BY, at=AT)


def test_rotation_seals_every_row_anew_in_batches(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    monkeypatch.setattr(vault_service, "ROTATE_BATCH_ROWS", 2)
    bank, other = a_bank(), a_bank()
    users, _ = _devices(bank, 5), _devices(other, 1)
    vault_key_add(by=BY, at=AT)
    settings.CIPHER = "guomi"
    (done,) = [d for d in vault_rotate(bank_id=bank.id, by=BY, at=AT) if d.column.table == "kernel_totp_device"]
    assert done.rows == 5
    assert _headers(bank) == {ciphertext_header("guomi", "k2")}
    assert _headers(other) == {ciphertext_header("intl", "k1")}
    vault = vault_of(bank.id)
    with bank_scope(bank.id):
        for user_id, secret in TotpDevice.objects.values_list("user_id", "secret"):
            assert vault.open(secret, Place("kernel_totp_device", "secret", str(user_id))) == f"secret of {user_id}"
        events = events_of_subject(bank_id=bank.id, subject_kind="vault", subject_id="kernel_totp_device")
        assert [e.payload["rows"] for e in events] == [2, 2, 1]
    assert len(users) == 5


def test_rotation_again_has_nothing_to_do() -> None:
    bank = a_bank()
    _devices(bank, 2)
    vault_key_add(by=BY, at=AT)
    vault_rotate(bank_id=bank.id, by=BY, at=AT)
    assert sum(d.rows for d in vault_rotate(bank_id=bank.id, by=BY, at=AT)) == 0


def test_rotation_stopped_half_way_goes_on_with_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_service, "ROTATE_BATCH_ROWS", 2)
    bank = a_bank()
    _devices(bank, 5)
    vault_key_add(by=BY, at=AT)

    def stop(_column: object, rows: int) -> None:
        if rows >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        vault_rotate(bank_id=bank.id, by=BY, at=AT, progress=stop)
    assert sum(d.rows for d in vault_rotate(bank_id=bank.id, by=BY, at=AT)) == 3
    assert _headers(bank) == {ciphertext_header("intl", "k2")}


def test_rotation_meets_a_row_copied_from_another_and_stops() -> None:
    bank = a_bank()
    first, second = _devices(bank, 2)
    with bank_scope(bank.id), connection.cursor() as cursor:
        cursor.execute(
            "update kernel_totp_device set secret = (select secret from kernel_totp_device where user_id = %s) "
            "where user_id = %s",
            [first, second],
        )
    vault_key_add(by=BY, at=AT)
    with pytest.raises(CiphertextError, match=f"row '{second}'"):
        vault_rotate(bank_id=bank.id, by=BY, at=AT)


def test_commands_add_a_key_and_rotate() -> None:
    bank = a_bank()
    _devices(bank, 2)
    assert "already" in CliRunner().invoke(app, ["vault", "new-key", "--if-missing"]).output
    assert "key k2" in CliRunner().invoke(app, ["vault", "new-key"]).output
    done = CliRunner().invoke(app, ["vault", "rotate", "--bank", bank.code])
    assert f"{bank.code}: kernel_totp_device.secret: 2 rows sealed anew" in done.output
    assert _headers(bank) == {ciphertext_header("intl", "k2")}


def test_key_is_retired_when_nothing_is_sealed_with_it_any_more() -> None:
    bank, other = a_bank(), a_bank()
    _devices(bank, 1)
    _devices(other, 2)
    vault_key_add(by=BY, at=AT)
    vault_rotate(bank_id=bank.id, by=BY, at=AT)
    with pytest.raises(KeyInUseError, match=f"2 values of kernel_totp_device.secret of the bank {other.code}"):
        vault_key_retire(key_id="k1", by=BY, at=AT)
    assert set(key_ring().keys) == {"k1", "k2"}
    vault_rotate(bank_id=other.id, by=BY, at=AT)
    done = CliRunner().invoke(app, ["vault", "retire-key", "--key", "k1"])
    assert done.exit_code == 0 and set(key_ring().keys) == {"k2"}
    assert sum(d.rows for d in vault_rotate(bank_id=other.id, by=BY, at=AT)) == 0
    with bank_scope(bank.id):
        events = events_of_subject(bank_id=bank.id, subject_kind="vault", subject_id="keys")
    assert [(e.name, e.payload["key_id"]) for e in events][-1] == ("kernel.vault_key_retired", "k1")


def test_key_is_in_use_by_ciphertexts_of_the_other_suite_too(settings: LazySettings) -> None:
    bank = a_bank()
    settings.CIPHER = "guomi"
    _devices(bank, 1)
    vault_key_add(by=BY, at=AT)
    with pytest.raises(KeyInUseError):
        vault_key_retire(key_id="k1", by=BY, at=AT)


@pytest.mark.parametrize(("key_id", "why"), [("k1", "key of new ciphertexts"), ("k7", "no key 'k7'")])
def test_key_of_new_ciphertexts_and_unknown_key_are_not_retired(key_id: str, why: str) -> None:
    a_bank()
    with pytest.raises(KeyRingError, match=why):
        vault_key_retire(key_id=key_id, by=BY, at=AT)


def test_number_of_a_retired_key_is_not_given_again() -> None:
    a_bank()
    vault_key_add(by=BY, at=AT)
    vault_key_retire(key_id="k1", by=BY, at=AT)
    assert vault_key_add(by=BY, at=AT) == "k3"


def test_clear_text_is_refused_by_the_field() -> None:
    bank = a_bank()
    user = a_user(bank, role=None)
    clear: Any
    for clear in ("secret", b"secret"):
        with bank_scope(bank.id), pytest.raises(TypeError, match="ciphertexts only"):
            TotpDevice.objects.create(bank_id=bank.id, user_id=user.id, secret=clear, enrolled_at=AT)


def test_columns_of_all_vault_fields_are_registered() -> None:
    assert ("kernel_totp_device", "secret", "user_id") in {(c.table, c.column, c.row_key) for c in vault_columns()}
