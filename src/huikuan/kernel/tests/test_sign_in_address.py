"""One address that tries a few passwords on many names is stopped; a branch behind one address is not."""

import json
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import LazySettings
from django.test import RequestFactory, override_settings
from django.utils import timezone

from huikuan.kernel.address import client_address
from huikuan.kernel.models import User
from huikuan.kernel.tests.builders import PASSWORD, a_bank, a_client, a_user

pytestmark = pytest.mark.django_db
WRONG = "wrong horse battery staple"


def _spray(names: int, address: str, **headers: str) -> list[int]:
    """One wrong password for each of many names, from one address; hashing is quick meanwhile."""
    client = a_client(csrf=True)
    client.get("/")
    token = {"X-CSRFToken": client.cookies["csrftoken"].value, **headers}
    body = [json.dumps({"username": f"name{n}", "password": WRONG}) for n in range(names)]
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        return [
            client.post(
                "/api/auth/login", text, content_type="application/json", headers=token, REMOTE_ADDR=address
            ).status_code
            for text in body
        ]


def _login_from(address: str, user: User, **headers: str) -> Any:
    client = a_client(csrf=True)
    client.get("/")
    return client.post(
        "/api/auth/login", json.dumps({"username": user.username, "password": PASSWORD}), REMOTE_ADDR=address,
        content_type="application/json", headers={"X-CSRFToken": client.cookies["csrftoken"].value, **headers},
    )  # fmt: skip


@pytest.fixture
def few_failures(settings: LazySettings) -> None:
    """The limit of an address is three."""
    settings.ADDRESS_FAILURES_MAX = 3


@pytest.mark.usefixtures("few_failures")
def test_address_that_tries_many_names_is_stopped_and_others_are_not() -> None:
    user = a_user(a_bank())
    assert _spray(5, "203.0.113.7") == [401, 401, 401, 429, 429]
    refused = _login_from("203.0.113.7", user)
    assert refused.json()["code"] == "login.address_locked", "also with the right password"
    assert _login_from("203.0.113.8", user).status_code == 200


@pytest.mark.usefixtures("few_failures")
def test_address_is_open_again_when_its_failures_are_15_minutes_old() -> None:
    user = a_user(a_bank())
    _spray(3, "203.0.113.7")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    assert _login_from("203.0.113.7", user).status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert _login_from("203.0.113.7", user).status_code == 200


@pytest.mark.usefixtures("few_failures")
def test_one_success_does_not_wash_an_address_clean() -> None:
    """Else an insider would log in between the guesses."""
    user = a_user(a_bank())
    _spray(2, "203.0.113.7")
    assert _login_from("203.0.113.7", user).status_code == 200
    assert _spray(2, "203.0.113.7") == [401, 429]


def test_branch_with_a_bad_morning_is_not_locked_out(settings: LazySettings) -> None:
    """Sixty people behind one address, every one of them wrong once."""
    assert settings.ADDRESS_FAILURES_MAX == 100
    assert set(_spray(60, "203.0.113.7")) == {401}
    assert _login_from("203.0.113.7", a_user(a_bank())).status_code == 200


@pytest.mark.usefixtures("few_failures")
def test_address_behind_a_proxy_is_the_one_that_the_proxy_saw(settings: LazySettings) -> None:
    settings.PROXIES = 1
    forged = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}
    assert _spray(4, "10.0.0.1", **forged) == [401, 401, 401, 429]
    user = a_user(a_bank())
    assert _login_from("10.0.0.1", user, **{"X-Forwarded-For": "203.0.113.9"}).status_code == 200
    forged = {"X-Forwarded-For": "198.51.100.2, 203.0.113.7"}
    assert _login_from("10.0.0.1", user, **forged).status_code == 429


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "address"),
    [
        ("203.0.113.7", "", 0, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", 0, "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1,203.0.113.7", 2, "198.51.100.1"),
        ("10.0.0.1", "203.0.113.7", 2, None),
        ("10.0.0.1", "", 1, None),
        ("10.0.0.1", "nobody", 1, None),
        ("", "", 0, None),
        ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "", 0, "203.0.113.7"),
    ],
)
def test_client_address_is_what_can_be_trusted(
    settings: LazySettings, remote: str, forwarded: str, proxies: int, address: str | None
) -> None:
    settings.PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=remote, headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == address
