"""Events of the kernel: institutions, users, sessions, calendar, vault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from huikuan.kernel.event_types import event_type


@event_type("kernel.bank_created")
@dataclass(frozen=True, slots=True)
class BankCreated:
    """A bank was set up. Subject: bank."""

    code: str
    currency: str
    time_zone: str
    simulated: bool = False


@event_type("kernel.bank_changed")
@dataclass(frozen=True, slots=True)
class BankChanged:
    """Settings of a bank were changed. Subject: bank."""

    fields: tuple[str, ...]
    totp_required: bool


@event_type("kernel.institution_added")
@dataclass(frozen=True, slots=True)
class InstitutionAdded:
    """A node joined the tree. Subject: institution."""

    code: str
    kind: str
    parent_id: int | None
    valid_from: date


@event_type("kernel.institution_moved")
@dataclass(frozen=True, slots=True)
class InstitutionMoved:
    """A node got another parent from a day on. Subject: institution."""

    from_parent_id: int
    to_parent_id: int
    moved_on: date


@event_type("kernel.institution_closed")
@dataclass(frozen=True, slots=True)
class InstitutionClosed:
    """A node ceased to exist on a day. Subject: institution."""

    valid_to: date


@event_type("kernel.user_created")
@dataclass(frozen=True, slots=True)
class UserCreated:
    """A user was set up. Subject: user. The log-in name is not a secret, yet not repeated here."""

    user_id: int


@event_type("kernel.role_granted")
@dataclass(frozen=True, slots=True)
class RoleGranted:
    """A user got a role at an institution. Subject: user."""

    role: str
    institution_id: int
    valid_from: date


@event_type("kernel.role_revoked")
@dataclass(frozen=True, slots=True)
class RoleRevoked:
    """A role of a user ended. Subject: user."""

    role: str
    institution_id: int
    valid_to: date


@event_type("kernel.user_unlocked")
@dataclass(frozen=True, slots=True)
class UserUnlocked:
    """A lock-out of a user was ended by hand. Subject: user."""

    attempts: int


@event_type("kernel.user_disabled")
@dataclass(frozen=True, slots=True)
class UserDisabled:
    """A user may no longer sign in; open sessions have ended. Subject: user."""


@event_type("kernel.user_enabled")
@dataclass(frozen=True, slots=True)
class UserEnabled:
    """A disabled user may sign in again. Subject: user."""


@event_type("kernel.password_set")
@dataclass(frozen=True, slots=True)
class PasswordSet:
    """A user got a new password. Subject: user."""

    by_administrator: bool


@event_type("kernel.signed_in")
@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user signed in. Subject: user."""

    with_totp: bool


@event_type("kernel.signed_out")
@dataclass(frozen=True, slots=True)
class SignedOut:
    """A user signed out. Subject: user."""


@event_type("kernel.sign_in_refused")
@dataclass(frozen=True, slots=True)
class SignInRefused:
    """A log-in of an existing user failed. Subject: user.

    ``locked`` is the failure that locked the name; what is refused while it is locked goes to the log only.
    """

    reason: str  # password | locked | totp | totp_replayed | totp_locked


@event_type("kernel.totp_enrolled")
@dataclass(frozen=True, slots=True)
class TotpEnrolled:
    """A user confirmed an authenticator. Subject: user."""


@event_type("kernel.totp_removed")
@dataclass(frozen=True, slots=True)
class TotpRemoved:
    """The authenticator of a user was removed by an administrator. Subject: user."""


@event_type("kernel.calendar_seeded")
@dataclass(frozen=True, slots=True)
class CalendarSeeded:
    """A year of the business calendar was loaded from a file. Subject: calendar."""

    year: int
    days: int
    source: str


@event_type("kernel.calendar_changed")
@dataclass(frozen=True, slots=True)
class CalendarChanged:
    """A day of the calendar was changed after approval. Subject: calendar."""

    day: date
    kind_before: str | None
    kind: str
    approval_id: int


@event_type("kernel.vault_key_added")
@dataclass(frozen=True, slots=True)
class VaultKeyAdded:
    """New ciphertexts use a new key from now on. Subject: vault."""

    key_id: str


@event_type("kernel.vault_key_retired")
@dataclass(frozen=True, slots=True)
class VaultKeyRetired:
    """A key that sealed nothing any more left the key ring. Subject: vault."""

    key_id: str


@event_type("kernel.vault_rotated")
@dataclass(frozen=True, slots=True)
class VaultRotated:
    """A batch of ciphertexts was sealed anew. Subject: vault."""

    table: str
    column: str
    rows: int
    key_id: str
    suite: str
