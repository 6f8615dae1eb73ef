"""Authenticated encryption and blind indexes for personal data.

Two suites: ``intl`` (AES-256-GCM, HMAC-SHA-256) and ``guomi`` (SM4-GCM, HMAC-SM3; GM/T 0002, GM/T 0004). Every bank
has keys of its own, derived from the master keys of the ring with HKDF, so a ciphertext of one bank is noise
to another. A ciphertext is bound to its place (bank, table, column, row): moved elsewhere it does not open.

    ciphertext = 0x01 | suite | length of key id | key id | nonce (12) | body and tag (16)

Search by equality goes through ``blind_index``: a keyed hash, cut to the same length in both suites. No Django.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from huikuan.kernel.errors import DomainError

VERSION: Final = 1
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
KEY_BYTES: Final = 32
HASH_BLOCK_BYTES: Final = 64  # of SHA-256
KEYS_MAX: Final = 64
SUITES: Final[Mapping[str, int]] = {"intl": 1, "guomi": 2}
_SUITE_NAMES: Final = {number: name for name, number in SUITES.items()}


class KeyRingError(DomainError):
    """The key ring is missing, damaged or readable by others."""

    code = "kernel.key_ring"
    status = 500


class CiphertextError(DomainError):
    """A stored value does not open: another key ring, another place, or it was changed."""

    code = "kernel.ciphertext"
    status = 500

    def __init__(self, reason: str, place: Place) -> None:
        super().__init__(
            f"{place.table}.{place.column} of row {place.row!r} does not open: {reason}. Check that the key ring "
            "belongs to this database; if it does, treat the row as tampered with and tell the security officer."
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ciphertext stands; part of what is authenticated."""

    table: str
    column: str
    row: str


@dataclass(frozen=True, slots=True)
class Key:
    """A master key of the ring."""

    id: str
    secret: bytes = field(repr=False)
    created_at: str


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All master keys, the id of the one for new ciphertexts, and the key of the blind indexes.

    The index key and its hash never change with a rotation: an index is compared, not decrypted.
    """

    keys: Mapping[str, Key]
    primary: str
    index_secret: bytes = field(repr=False)
    index_suite: str


def ring_new(*, suite: str, at: datetime) -> KeyRing:
    """Return a fresh ring with one key; ``suite`` decides the hash of the blind indexes."""
    first = Key("k1", secrets.token_bytes(KEY_BYTES), at.isoformat())
    return KeyRing({first.id: first}, first.id, secrets.token_bytes(KEY_BYTES), suite)


def ring_with_new_key(ring: KeyRing, *, at: datetime) -> KeyRing:
    """Return the ring with one more key, which is used for all new ciphertexts from now on."""
    if len(ring.keys) >= KEYS_MAX:
        raise KeyRingError(f"The key ring holds {len(ring.keys)} keys, the limit. Rotate and retire old keys first.")
    number = 1 + max(int(key_id.removeprefix("k")) for key_id in ring.keys)
    key = Key(f"k{number}", secrets.token_bytes(KEY_BYTES), at.isoformat())
    return KeyRing({**ring.keys, key.id: key}, key.id, ring.index_secret, ring.index_suite)


def ring_without_key(ring: KeyRing, key_id: str) -> KeyRing:
    """Return the ring without a key; raises KeyRingError for an unknown key and for the one in use.

    The newest key always stays, so a number is never given twice.
    """
    if key_id not in ring.keys:
        raise KeyRingError(f"The key ring has no key {key_id!r}; it has {', '.join(ring.keys)}.")
    if key_id == ring.primary:
        raise KeyRingError(f"{key_id!r} is the key of new ciphertexts. Run `huikuan vault new-key` and rotate first.")
    kept = {name: key for name, key in ring.keys.items() if name != key_id}
    return KeyRing(kept, ring.primary, ring.index_secret, ring.index_suite)


def ring_dump(ring: KeyRing) -> str:
    """Return the JSON text of a ring. It is secret."""
    return json.dumps(
        {
            "version": VERSION,
            "primary": ring.primary,
            "index": {"suite": ring.index_suite, "secret": base64.b64encode(ring.index_secret).decode()},
            "keys": [
                {"id": k.id, "created_at": k.created_at, "secret": base64.b64encode(k.secret).decode()}
                for k in ring.keys.values()
            ],
        },
        indent=2,
    )


def ring_parse(text: str) -> KeyRing:
    """Read the JSON text of a ring; raises KeyRingError without repeating any part of it."""
    try:
        document = json.loads(text)
        keys = {
            str(k["id"]): Key(str(k["id"]), base64.b64decode(k["secret"], validate=True), str(k["created_at"]))
            for k in document["keys"]
        }
        ring = KeyRing(
            keys,
            str(document["primary"]),
            base64.b64decode(document["index"]["secret"], validate=True),
            str(document["index"]["suite"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise KeyRingError(
            f"The key ring is not readable ({type(error).__name__}). Restore it from its backup."
        ) from None
    bad_length = any(len(secret) != KEY_BYTES for secret in (ring.index_secret, *(k.secret for k in keys.values())))
    if document.get("version") != VERSION or ring.primary not in keys or ring.index_suite not in SUITES or bad_length:
        raise KeyRingError("The key ring is incomplete or of another version. Restore it from its backup.")
    return ring


def ring_read(file: Path) -> KeyRing:
    """Read a key ring file, which only its owner may read (mode 0600 or 0400)."""
    try:
        mode = file.stat().st_mode
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeyRingError(f"There is no key ring at {file}. Make one with `huikuan vault new-key`.") from None
    if mode & 0o077:
        raise KeyRingError(f"Others may read the key ring {file}. Run `chmod 600 {file}` and consider new keys.")
    return ring_parse(text)


def ring_write(ring: KeyRing, file: Path) -> None:
    """Write a key ring file with mode 0600, complete or not at all."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(ring_dump(ring))
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(file)


def _hash(suite: str) -> hashes.HashAlgorithm:
    return hashes.SM3() if suite == "guomi" else hashes.SHA256()


def _derive(secret: bytes, *, suite: str, purpose: str, bank_id: int, length: int) -> bytes:
    info = f"huikuan/{VERSION}/{purpose}/{suite}/bank/{bank_id}".encode()
    return HKDF(algorithm=_hash(suite), length=length, salt=None, info=info).derive(secret)


def _encrypt(suite: str, key: bytes, nonce: bytes, clear: bytes, bound: bytes) -> bytes:
    if suite == "intl":
        return AESGCM(key).encrypt(nonce, clear, bound)
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bound)
    return encryptor.update(clear) + encryptor.finalize() + encryptor.tag


def _decrypt(suite: str, key: bytes, nonce: bytes, body: bytes, bound: bytes) -> bytes:
    if suite == "intl":
        return AESGCM(key).decrypt(nonce, body, bound)
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, body[-TAG_BYTES:])).decryptor()
    decryptor.authenticate_additional_data(bound)
    return decryptor.update(body[:-TAG_BYTES]) + decryptor.finalize()


def ciphertext_header(suite: str, key_id: str) -> bytes:
    """The first bytes of every ciphertext of this suite and key; a rotation selects by them."""
    name = key_id.encode("ascii")
    return bytes([VERSION, SUITES[suite], len(name)]) + name


def normalised(text: str) -> str:
    """The form that is hashed for search: NFKC, no blanks or hyphens, upper case (…x and …X are one number)."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and c != "-").upper()


class Vault:
    """Seals and opens values of one bank. Make one per batch: derived keys are kept inside."""

    def __init__(self, ring: KeyRing, *, bank_id: int, suite: str) -> None:
        self._ring = ring
        self._bank_id = bank_id
        self._suite = suite
        self._derived: dict[tuple[str, str], bytes] = {}
        index_key = _derive(
            ring.index_secret, suite=ring.index_suite, purpose="index", bank_id=bank_id, length=KEY_BYTES
        )
        self._index_key = index_key
        self._mac = hmac.HMAC(index_key, _hash(ring.index_suite))  # begun once; every hash goes on from a copy

    @property
    def header(self) -> bytes:
        """The header of ciphertexts that are made now."""
        return ciphertext_header(self._suite, self._ring.primary)

    def _key(self, suite: str, key_id: str) -> bytes:
        found = self._derived.get((suite, key_id))
        if found is None:
            length = 16 if suite == "guomi" else KEY_BYTES
            secret = self._ring.keys[key_id].secret
            found = _derive(secret, suite=suite, purpose="data", bank_id=self._bank_id, length=length)
            self._derived[suite, key_id] = found
        return found

    def _bound(self, header: bytes, place: Place) -> bytes:
        parts = (str(self._bank_id), place.table, place.column, place.row)
        return header + b"".join(len(p.encode()).to_bytes(4, "big") + p.encode() for p in parts)

    def seal(self, text: str, place: Place) -> bytes:
        """Return the ciphertext of ``text`` for this place. Two calls give two different ciphertexts."""
        header = self.header
        nonce = secrets.token_bytes(NONCE_BYTES)
        key = self._key(self._suite, self._ring.primary)
        return header + nonce + _encrypt(self._suite, key, nonce, text.encode(), self._bound(header, place))

    def open(self, ciphertext: bytes | memoryview, place: Place) -> str:
        """Return the clear text; raises CiphertextError when it was moved, changed or made with an unknown key."""
        raw = bytes(ciphertext)
        if len(raw) < 3 or raw[0] != VERSION or raw[1] not in _SUITE_NAMES:
            raise CiphertextError("it is not a ciphertext of the vault", place)
        suite, end = _SUITE_NAMES[raw[1]], 3 + raw[2]
        header, key_id = raw[:end], raw[3:end].decode("ascii", "replace")
        if key_id not in self._ring.keys:
            raise CiphertextError(f"the key ring has no key {key_id!r}", place)
        if len(raw) < end + NONCE_BYTES + TAG_BYTES:
            raise CiphertextError("it is cut off", place)
        nonce, body = raw[end : end + NONCE_BYTES], raw[end + NONCE_BYTES :]
        try:
            return _decrypt(suite, self._key(suite, key_id), nonce, body, self._bound(header, place)).decode()
        except InvalidTag:
            raise CiphertextError("it was changed, or moved from another place", place) from None

    def index_pads(self) -> tuple[bytes, bytes] | None:
        """Return the inner and outer key block of `fingerprint` (RFC 2104), for hashing millions of values set-based.

        They are secret like the key: hand them over as parameters, never in a text. None where the hash is not SHA-256.
        """
        if self._ring.index_suite != "intl":
            return None
        block = self._index_key.ljust(HASH_BLOCK_BYTES, b"\0")
        return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)

    def blind_index(self, domain: str, text: str) -> str:
        """Return 64 hexadecimal digits by which equal values of one bank and domain are found.

        ``domain`` keeps kinds apart, for example ``identity`` and ``phone``. Spelling is normalised first.
        """
        return self.fingerprint(domain, (normalised(text),))

    def indexer(self, domain: str) -> Callable[[str], str]:
        """Return a function that gives ``fingerprint(domain, (text,))``: for many texts of one domain."""
        begun = self._mac.copy()
        raw_domain = domain.encode()
        begun.update(len(raw_domain).to_bytes(4, "big") + raw_domain)

        def index(text: str) -> str:
            mac, raw = begun.copy(), text.encode()
            mac.update(len(raw).to_bytes(4, "big") + raw)
            return mac.finalize().hex()

        return index

    def fingerprint(self, domain: str, values: tuple[str, ...]) -> str:
        """Return a keyed hash over several values as they are; tells whether personal data have changed."""
        mac = self._mac.copy()
        for part in (domain, *values):
            raw = part.encode()
            mac.update(len(raw).to_bytes(4, "big") + raw)
        return mac.finalize().hex()
