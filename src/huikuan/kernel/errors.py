"""Errors that a person can act on.

Each cause is one class: ``code`` is stable and read by programs, ``status`` is the HTTP status, the
constructor takes the facts and composes a message that says what to do next. ``huikuan.api`` maps
them to RFC 9457 problem documents in one place.
"""

from __future__ import annotations

from typing import ClassVar


class DomainError(Exception):
    """Base of all errors that are shown to a person."""

    code: ClassVar[str] = "domain.error"
    status: ClassVar[int] = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFoundError(DomainError):
    """A thing that was asked for by its key does not exist, or not for this bank."""

    code = "kernel.not_found"
    status = 404

    def __init__(self, kind: str, key: object, *, hint: str = "") -> None:
        where = "" if kind == "bank" else " in this bank"
        super().__init__(f"There is no {kind} {key!s}{where}. {hint or 'Check the key, or list what exists.'}")


class PermissionMissingError(DomainError):
    """A signed-in user lacks the permission that a route declares."""

    code = "kernel.permission_missing"
    status = 403

    def __init__(self, permission: str) -> None:
        self.permission = permission
        super().__init__(
            f"This needs the permission {permission!r}, which none of your roles has. "
            "Ask an administrator of your bank for a role that includes it."
        )


class SignInRequiredError(DomainError):
    """No user is signed in."""

    code = "kernel.sign_in_required"
    status = 401

    def __init__(self) -> None:
        super().__init__("Nobody is signed in, or the session has ended. Sign in and try again.")


class BankScopeError(DomainError):
    """Code tried to work for one bank while the transaction belongs to another."""

    code = "kernel.bank_scope"
    status = 500

    def __init__(self, current: str, wanted: int) -> None:
        super().__init__(
            f"This transaction belongs to bank {current}; work for bank {wanted} needs a transaction of its own."
        )


class DatabaseRoleError(DomainError):
    """The server is connected as a role that row-level security does not bind."""

    code = "kernel.database_role"
    status = 500

    def __init__(self, role: str) -> None:
        super().__init__(
            f"The web server is connected as {role!r}, which owns tables or gets around row-level security. "
            "Connect as huikuan_app: set HUIKUAN_ROLE=app and give DATABASE_URL the name of that role."
        )


class BankScopeMissingError(DomainError):
    """Code that writes rows of a bank ran outside ``bank_scope``."""

    code = "kernel.bank_scope_missing"
    status = 500

    def __init__(self, doing: str) -> None:
        super().__init__(f"{doing} needs an open bank_scope; wrap the call in `with bank_scope(bank_id):`.")


class InputInvalidError(DomainError):
    """A value that came from outside is not what the field expects."""

    code = "kernel.input_invalid"
    status = 422

    def __init__(self, field: str, got: object, expected: str) -> None:
        self.field = field
        super().__init__(f"{field} is {'missing' if got is None else repr(got)}; expected {expected}.")


class ConflictError(DomainError):
    """The request does not fit the present state of the thing."""

    code = "kernel.conflict"
    status = 409
