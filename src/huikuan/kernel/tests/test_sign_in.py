"""Log-in over HTTP: password, lock-out, second step, session, cross-site token."""

import json
import time
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from huikuan.evidence.selectors.events import events_of_subject
from huikuan.kernel.facts import Role, Who
from huikuan.kernel.models import TotpDevice, User
from huikuan.kernel.services.bank import bank_set
from huikuan.kernel.services.user import password_set, user_unlock
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import PASSWORD, a_bank, a_client, a_user

pytestmark = pytest.mark.django_db
WRONG = "wrong horse battery staple"


def _post(client: Client, path: str, **data: str) -> Any:
    """Post JSON with the cross-site token of the client, as the page does."""
    if "csrftoken" not in client.cookies:
        client.get("/")
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value}
    return client.post(f"/api/auth/{path}", json.dumps(data), content_type="application/json", headers=headers)


def _login(client: Client, user: User, password: str = PASSWORD) -> Any:
    return _post(client, "login", username=user.username, password=password)


def _state(client: Client) -> str:
    return str(client.get("/api/auth/session").json()["state"])


def _code(response: Any) -> str:
    assert response.headers["Content-Type"] == "application/problem+json"
    return str(json.loads(response.content)["code"])


def _events(user: User) -> list[tuple[str, str]]:
    with bank_scope(user.bank_id):
        found = events_of_subject(bank_id=user.bank_id, subject_kind="user", subject_id=str(user.id))
    return [(e.name, str(e.payload.get("reason", ""))) for e in found]


def test_right_password_signs_in_and_tells_who_and_what_for() -> None:
    user = a_user(a_bank(), role=Role.AUDITOR)
    client = a_client(csrf=True)
    answer = _login(client, user).json()
    assert answer["state"] == "signed_in"
    assert answer["user"]["roles"] == ["auditor"]
    assert "event.read" in answer["user"]["permissions"]
    assert answer["user"]["institution"]["code"] == "head"
    assert answer["user"]["bank"]["currency"] == "CNY"
    assert _state(client) == "signed_in"
    assert _events(user) == [("kernel.signed_in", "")]


def test_name_in_other_case_signs_in() -> None:
    user = a_user(a_bank(), username="zhang.san")
    assert _post(a_client(csrf=True), "login", username=" Zhang.San", password=PASSWORD).status_code == 200
    assert user.username == "zhang.san"


def test_wrong_password_and_unknown_name_get_the_same_answer() -> None:
    user = a_user(a_bank())
    wrong = _login(a_client(csrf=True), user, WRONG)
    unknown = _post(a_client(csrf=True), "login", username="nobody", password=WRONG)
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert _code(wrong) == "login.invalid"
    assert _events(user) == [("kernel.sign_in_refused", "password")]


def test_inactive_user_gets_the_answer_of_a_wrong_password() -> None:
    user = a_user(a_bank())
    User.objects.filter(id=user.id).update(is_active=False)
    assert _code(_login(a_client(csrf=True), user)) == "login.invalid"


def test_fourth_failure_leaves_the_name_open_and_fifth_locks_it() -> None:
    user = a_user(a_bank())
    client = a_client(csrf=True)
    for _ in range(4):
        assert _login(client, user, WRONG).status_code == 401
    assert _login(client, user).status_code == 200
    other = a_user(a_bank())
    for _ in range(4):
        _login(a_client(csrf=True), other, WRONG)
    assert _code(_login(a_client(csrf=True), other, WRONG)) == "login.locked"
    refused = _login(a_client(csrf=True), other)
    assert (refused.status_code, _code(refused)) == (429, "login.locked")


def test_unknown_name_is_locked_like_a_known_one() -> None:
    answers = [_post(a_client(csrf=True), "login", username="nobody", password=WRONG).status_code for _ in range(6)]
    assert answers == [401, 401, 401, 401, 429, 429]


def test_failures_of_a_signed_in_person_count_too() -> None:
    """The transaction of a request that ends in an error is rolled back; the counters of failures must not be."""
    bank = a_bank()
    insider, victim = a_user(bank), a_user(bank)
    answers = []
    for _ in range(6):
        client = a_client(insider, csrf=True)
        answers.append(_login(client, victim, WRONG).status_code)
    assert answers[-1] == 429


def test_locked_name_leaves_one_event_however_often_it_is_tried() -> None:
    """Evidence cannot be emptied, so nobody may fill it without being signed in."""
    user = a_user(a_bank())
    for _ in range(8):
        _login(a_client(csrf=True), user, WRONG)
    assert [reason for _, reason in _events(user)] == ["password"] * 4 + ["locked"]


def test_log_in_as_somebody_else_records_the_sign_out() -> None:
    first, second = a_user(a_bank()), a_user(a_bank())
    client = a_client(csrf=True)
    _login(client, first)
    _login(client, second)
    assert [name for name, _ in _events(first)] == ["kernel.signed_in", "kernel.signed_out"]


def test_administrator_ends_a_lock() -> None:
    user = a_user(a_bank())
    for _ in range(5):
        _login(a_client(csrf=True), user, WRONG)
    assert user_unlock(bank_id=user.bank_id, username=user.username, by=Who.program("test"), at=timezone.now()) >= 1
    assert _login(a_client(csrf=True), user).status_code == 200


@pytest.mark.parametrize("path", ["login", "totp", "totp/enrol", "totp/confirm", "logout"])
def test_request_without_cross_site_token_is_refused(path: str) -> None:
    client = a_client(csrf=True)
    client.get("/")
    data = {"username": "a", "password": "b", "code": "000000"}
    refused = client.post(f"/api/auth/{path}", json.dumps(data), content_type="application/json")
    assert (refused.status_code, _code(refused)) == (403, "kernel.csrf")


def test_request_from_another_site_is_refused() -> None:
    client = a_client(csrf=True)
    client.get("/")
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value, "Origin": "https://elsewhere.example"}
    refused = client.post("/api/auth/login", "{}", content_type="application/json", headers=headers)
    assert _code(refused) == "kernel.csrf"


def test_log_in_changes_session_key_and_cross_site_token() -> None:
    user = a_user(a_bank())
    client = a_client(csrf=True)
    client.get("/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["huikuan_session"] = str(session.session_key)
    before, token = session.session_key, client.cookies["csrftoken"].value
    _login(client, user)
    assert client.session.session_key != before
    assert "planted" not in client.session
    assert client.cookies["csrftoken"].value != token


def test_log_out_ends_the_session_for_the_old_cookie_too() -> None:
    user = a_user(a_bank())
    client = a_client(csrf=True)
    _login(client, user)
    old = client.cookies["huikuan_session"].value
    assert _post(client, "logout").json() == {"state": "anonymous", "user": None}
    client.cookies["huikuan_session"] = old
    assert _state(client) == "anonymous"
    assert _events(user)[-1] == ("kernel.signed_out", "")


def _age(client: Client, **seconds: int) -> None:
    session = client.session
    for key, value in seconds.items():
        session[key] = int(time.time()) - value
    session.save()


@pytest.mark.parametrize(("idle", "state"), [(1790, "signed_in"), (1800, "anonymous")])
def test_session_ends_after_half_an_hour_without_a_request(idle: int, state: str) -> None:
    client = a_client(csrf=True)
    _login(client, a_user(a_bank()))
    _age(client, last_seen=idle)
    assert _state(client) == state


@pytest.mark.parametrize(("age", "state"), [(8 * 3600 - 10, "signed_in"), (8 * 3600, "anonymous")])
def test_session_ends_eight_hours_after_log_in(age: int, state: str) -> None:
    client = a_client(csrf=True)
    _login(client, a_user(a_bank()))
    _age(client, started=age, last_seen=0)
    assert _state(client) == state


def test_session_in_use_stays_beyond_half_an_hour() -> None:
    client = a_client(csrf=True)
    _login(client, a_user(a_bank()))
    for _ in range(3):
        _age(client, last_seen=1200)
        assert _state(client) == "signed_in"


def test_user_made_inactive_is_signed_out_at_the_next_request() -> None:
    user = a_user(a_bank())
    client = a_client(csrf=True)
    _login(client, user)
    User.objects.filter(id=user.id).update(is_active=False)
    assert _state(client) == "anonymous"


def test_log_in_clears_sessions_that_have_ended() -> None:
    client = a_client(csrf=True)
    client.get("/")
    old = client.session
    old["any"] = 1
    old.set_expiry(-1)
    old.save()
    _login(a_client(csrf=True), a_user(a_bank()))
    assert not old.exists(str(old.session_key))


def test_new_password_ends_all_sessions() -> None:
    user = a_user(a_bank())
    client = a_client(csrf=True)
    _login(client, user)
    password_set(
        bank_id=user.bank_id, username=user.username, password="another long passphrase", by=Who.program("test"),
        at=timezone.now(),
    )  # fmt: skip
    assert _state(client) == "anonymous"


def test_session_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    client = a_client(csrf=True)
    _login(client, a_user(a_bank()))
    cookie = client.cookies["huikuan_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"


# --- second step ---


def _enrolled(client: Client, user: User) -> str:
    """Log in, enrol an authenticator, confirm it; return its secret. The confirming step is spent."""
    assert _login(client, user).json()["state"] == "totp_enrolment_required"
    secret = str(_post(client, "totp/enrol").json()["secret"])
    assert _post(client, "totp/confirm", code=pyotp.TOTP(secret).now()).json()["state"] == "signed_in"
    return secret


def _forget_spent_step(user: User) -> None:
    with bank_scope(user.bank_id):
        TotpDevice.objects.update(last_step=0)


def test_bank_that_requires_it_makes_the_user_enrol_before_anything_else() -> None:
    user = a_user(a_bank(totp_required=True))
    client = a_client(csrf=True)
    _login(client, user)
    assert _state(client) == "totp_enrolment_required"
    assert client.get("/api/institutions").status_code == 401
    enrolment = _post(client, "totp/enrol").json()
    assert enrolment["otpauth_uri"].startswith("otpauth://totp/Huikuan")
    with bank_scope(user.bank_id):
        stored = bytes(TotpDevice.objects.get().secret)
    assert enrolment["secret"].encode() not in stored


def test_enrolled_user_signs_in_with_password_and_code() -> None:
    user = a_user(a_bank(totp_required=True))
    secret = _enrolled(a_client(csrf=True), user)
    _forget_spent_step(user)
    client = a_client(csrf=True)
    assert _login(client, user).json() == {"state": "totp_required", "user": None}
    assert client.get("/api/institutions").status_code == 401
    assert _post(client, "totp", code=pyotp.TOTP(secret).now()).json()["state"] == "signed_in"
    assert client.get("/api/institutions").status_code == 200


def test_code_that_was_used_is_refused() -> None:
    user = a_user(a_bank(totp_required=True))
    secret = _enrolled(a_client(csrf=True), user)
    client = a_client(csrf=True)
    _login(client, user)
    with bank_scope(user.bank_id):
        step = TotpDevice.objects.get().last_step
    refused = _post(client, "totp", code=pyotp.TOTP(secret).at(step * 30))
    assert (refused.status_code, _code(refused)) == (401, "totp.replayed")
    assert _events(user)[-1] == ("kernel.sign_in_refused", "totp_replayed")


def test_fifth_wrong_code_locks_the_second_step_until_its_time_is_over() -> None:
    user = a_user(a_bank(totp_required=True))
    secret = _enrolled(a_client(csrf=True), user)
    _forget_spent_step(user)
    client = a_client(csrf=True)
    _login(client, user)
    for _ in range(5):
        assert _code(_post(client, "totp", code="abcdef")) == "totp.invalid"
    refused = _post(client, "totp", code=pyotp.TOTP(secret).now())
    assert (refused.status_code, _code(refused)) == (429, "totp.locked")
    with bank_scope(user.bank_id):
        TotpDevice.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert _post(client, "totp", code=pyotp.TOTP(secret).now()).status_code == 200


def test_enrolled_user_cannot_enrol_again_with_the_password_alone() -> None:
    user = a_user(a_bank(totp_required=True))
    _enrolled(a_client(csrf=True), user)
    client = a_client(csrf=True)
    _login(client, user)
    assert _code(_post(client, "totp/enrol")) == "totp.state"
    assert _code(_post(client, "totp/confirm", code="000000")) == "totp.state"


def test_code_without_password_or_too_late_is_refused() -> None:
    client = a_client(csrf=True)
    assert _code(_post(client, "totp", code="000000")) == "login.step"
    _login(client, a_user(a_bank(totp_required=True)))
    _age(client, pending_since=601)
    assert _code(_post(client, "totp", code="000000")) == "login.step"


def test_user_with_authenticator_needs_it_where_the_bank_does_not_require_it() -> None:
    bank = a_bank(totp_required=True)
    user = a_user(bank)
    _enrolled(a_client(csrf=True), user)
    bank_set(bank_id=bank.id, totp_required=False, by=Who.program("test"), at=timezone.now())
    assert _login(a_client(csrf=True), user).json()["state"] == "totp_required"


def test_secure_cookies_are_named_so_that_browsers_enforce_it(settings: LazySettings) -> None:
    """The tests run without TLS; the name and flags of production follow from one switch."""
    assert settings.SESSION_COOKIE_SECURE is settings.SECURE_COOKIES is False
    assert settings.SESSION_COOKIE_NAME == "huikuan_session"
