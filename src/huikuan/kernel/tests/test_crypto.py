"""Sealing, opening and blind indexes."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.kernel.crypto import (
    KEYS_MAX,
    SUITES,
    CiphertextError,
    KeyRing,
    KeyRingError,
    Place,
    Vault,
    ring_dump,
    ring_new,
    ring_parse,
    ring_read,
    ring_with_new_key,
    ring_write,
)

AT = datetime(2026, 1, 1, tzinfo=UTC)
RING = ring_new(suite="intl", at=AT)
PLACE = Place("party", "name", "P1")
suites = pytest.mark.parametrize("suite", sorted(SUITES))


def _vault(ring: KeyRing = RING, *, bank_id: int = 1, suite: str = "intl") -> Vault:
    return Vault(ring, bank_id=bank_id, suite=suite)


@suites
@given(text=st.text(max_size=200))
def test_sealed_text_opens_at_its_place(suite: str, text: str) -> None:
    vault = _vault(suite=suite)
    assert vault.open(vault.seal(text, PLACE), PLACE) == text


@suites
@pytest.mark.parametrize(
    "other", [Place("party", "name", "P2"), Place("party", "alias", "P1"), Place("partyn", "ame", "P1")]
)
def test_sealed_text_moved_to_another_place_does_not_open(suite: str, other: Place) -> None:
    vault = _vault(suite=suite)
    with pytest.raises(CiphertextError, match="moved"):
        vault.open(vault.seal("张三", PLACE), other)


@suites
def test_sealed_text_of_another_bank_does_not_open(suite: str) -> None:
    sealed = _vault(suite=suite).seal("张三", PLACE)
    with pytest.raises(CiphertextError):
        _vault(bank_id=2, suite=suite).open(sealed, PLACE)


@suites
def test_sealed_text_with_any_byte_changed_does_not_open(suite: str) -> None:
    vault = _vault(suite=suite)
    sealed = vault.seal("张三", PLACE)
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(CiphertextError):
            vault.open(changed, PLACE)


@pytest.mark.parametrize(
    "raw", [b"", b"clear text", b"\x01\x01", b"\x01\x01\x02k1short", b"\x02\x01\x02k1" + bytes(40)]
)
def test_bytes_that_are_no_ciphertext_do_not_open(raw: bytes) -> None:
    with pytest.raises(CiphertextError):
        _vault().open(raw, PLACE)


def test_equal_texts_have_different_ciphertexts_and_equal_indexes() -> None:
    vault = _vault()
    assert vault.seal("张三", PLACE) != vault.seal("张三", PLACE)
    assert vault.blind_index("identity", "11010119900307451x") == vault.blind_index("identity", "110101 1990-0307451X")


def test_index_differs_between_banks_domains_and_hashes() -> None:
    index = _vault().blind_index("phone", "13812342231")
    assert index != _vault(bank_id=2).blind_index("phone", "13812342231")
    assert index != _vault().blind_index("identity", "13812342231")
    guomi = KeyRing(RING.keys, RING.primary, RING.index_secret, "guomi")
    assert index != _vault(guomi).blind_index("phone", "13812342231")
    assert len(index) == 64


def test_index_survives_a_new_key_and_another_suite() -> None:
    later = ring_with_new_key(RING, at=AT)
    assert _vault().blind_index("phone", "1") == _vault(later, suite="guomi").blind_index("phone", "1")


@suites
@given(domain=st.text(max_size=20), texts=st.lists(st.text(max_size=40), max_size=5))
def test_indexer_of_a_domain_gives_the_fingerprints_of_single_values(suite: str, domain: str, texts: list[str]) -> None:
    vault = _vault(suite=suite)
    index = vault.indexer(domain)
    assert [index(text) for text in texts] == [vault.fingerprint(domain, (text,)) for text in texts]


def test_fingerprint_keeps_values_apart() -> None:
    assert _vault().fingerprint("party", ("ab", "c")) != _vault().fingerprint("party", ("a", "bc"))


def test_old_ciphertexts_open_after_new_keys_and_another_suite() -> None:
    sealed = _vault().seal("张三", PLACE)
    later = ring_with_new_key(ring_with_new_key(RING, at=AT), at=AT)
    assert later.primary == "k3"
    assert _vault(later, suite="guomi").open(sealed, PLACE) == "张三"


def test_ciphertext_of_a_lost_key_names_the_key() -> None:
    sealed = _vault(ring_with_new_key(RING, at=AT)).seal("张三", PLACE)
    with pytest.raises(CiphertextError, match="no key 'k2'"):
        _vault().open(sealed, PLACE)


def test_ring_at_its_limit_takes_no_more_keys() -> None:
    ring = RING
    while len(ring.keys) < KEYS_MAX:
        ring = ring_with_new_key(ring, at=AT)
    with pytest.raises(KeyRingError, match="limit"):
        ring_with_new_key(ring, at=AT)


def test_ring_file_is_private_and_read_back(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "vault.json"
    ring_write(RING, file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert ring_read(file) == RING
    assert [f.name for f in file.parent.iterdir()] == ["vault.json"]


def test_ring_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "vault.json"
    ring_write(RING, file)
    file.chmod(0o640)
    with pytest.raises(KeyRingError, match="chmod 600"):
        ring_read(file)


def test_ring_file_missing_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(KeyRingError, match="vault new-key"):
        ring_read(tmp_path / "vault.json")


@pytest.mark.parametrize(
    "change",
    [{"version": 2}, {"primary": "k9"}, {"keys": []}, {"index": {"suite": "rot13", "secret": "AAAA"}}, {"keys": [{}]}],
)
def test_ring_that_is_damaged_is_refused_without_showing_secrets(change: dict[str, object]) -> None:
    document = {**json.loads(ring_dump(RING)), **change}
    with pytest.raises(KeyRingError) as refused:
        ring_parse(json.dumps(document))
    assert json.loads(ring_dump(RING))["index"]["secret"] not in str(refused.value)


def test_ring_does_not_show_its_secrets() -> None:
    assert "secret" not in repr(RING)
