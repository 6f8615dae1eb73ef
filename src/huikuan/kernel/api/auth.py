"""Log-in, second step, log-out and who is signed in."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema
from pydantic import Field, SecretStr

from huikuan.kernel.api.routing import Public, SecureRouter
from huikuan.kernel.selectors.session import SessionState, session_state
from huikuan.kernel.services.sign_in import password_sign_in, sign_out
from huikuan.kernel.services.totp import totp_confirm, totp_enrol, totp_sign_in

router = SecureRouter(tags=["auth"])

BEFORE: Final = "log-in happens before anybody is signed in"


class SessionInstitution(Schema):
    """The institution of the first grant."""

    id: int
    code: str
    name_zh: str
    name_en: str


class SessionBank(Schema):
    """The bank of the signed-in user."""

    code: str
    name_zh: str
    name_en: str
    currency: str
    minor_digits: int
    time_zone: str
    notice_zh: str
    notice_en: str
    simulated: bool


class SessionUser(Schema):
    """The signed-in user."""

    username: str
    display_name: str
    roles: list[str]
    permissions: list[str]
    institution: SessionInstitution | None
    bank: SessionBank


class SessionOut(Schema):
    """How far the log-in is."""

    state: Literal["anonymous", "totp_required", "totp_enrolment_required", "signed_in"]
    user: SessionUser | None


class LoginIn(Schema):
    """Name and password."""

    username: Annotated[str, Field(max_length=64)]
    password: Annotated[SecretStr, Field(max_length=256)]


class CodeIn(Schema):
    """A code of the authenticator."""

    code: Annotated[str, Field(max_length=16)]


class EnrolOut(Schema):
    """The secret for the authenticator; shown once."""

    secret: str
    otpauth_uri: str


def _session(request: HttpRequest) -> SessionState:
    return session_state(request, at=timezone.now())


@router.get("/auth/session", auth=Public("tells anybody whether they are signed in"), response=SessionOut)
def session(request: HttpRequest) -> SessionState:
    """Return the state of the log-in and, when signed in, the user with roles and permissions."""
    return _session(request)


@router.post("/auth/login", auth=Public(BEFORE), response=SessionOut)
def login(request: HttpRequest, data: LoginIn) -> SessionState:
    """Check name and password. 401 login.invalid, 429 login.locked or login.address_locked."""
    password_sign_in(
        request=request, username=data.username, password=data.password.get_secret_value(), at=timezone.now()
    )
    return _session(request)


@router.post("/auth/totp", auth=Public(BEFORE), response=SessionOut)
def totp(request: HttpRequest, data: CodeIn) -> SessionState:
    """Second step. 401 totp.invalid or totp.replayed, 409 login.step, 429 totp.locked."""
    totp_sign_in(request=request, code=data.code, at=timezone.now())
    return _session(request)


@router.post("/auth/totp/enrol", auth=Public(BEFORE), response=EnrolOut)
def enrol(request: HttpRequest) -> EnrolOut:
    """Make the secret of a new authenticator for the user who has given the password."""
    made = totp_enrol(request=request, at=timezone.now())
    return EnrolOut(secret=made.secret, otpauth_uri=made.otpauth_uri)


@router.post("/auth/totp/confirm", auth=Public(BEFORE), response=SessionOut)
def confirm(request: HttpRequest, data: CodeIn) -> SessionState:
    """Confirm a new authenticator with its first code, which also finishes the log-in."""
    totp_confirm(request=request, code=data.code, at=timezone.now())
    return _session(request)


@router.post("/auth/logout", auth=Public("works also when the session has ended"), response=SessionOut)
def logout(request: HttpRequest) -> SessionState:
    """End the session."""
    sign_out(request=request, at=timezone.now())
    return _session(request)
