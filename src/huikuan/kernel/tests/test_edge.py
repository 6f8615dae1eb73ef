"""What every answer carries and what is refused before a view sees it."""

import json
import logging
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from huikuan.kernel.api.edge import EdgeMiddleware
from huikuan.kernel.errors import DatabaseRoleError
from huikuan.kernel.facts import Role
from huikuan.kernel.logs import MaskingFilter
from huikuan.kernel.tenancy import role_check
from huikuan.kernel.tests.builders import PASSWORD, a_bank, a_client, a_user
from huikuan.runtime.home import ROLE_OWNER, ROLE_SUPERUSER
from tests import boot

pytestmark = pytest.mark.django_db
HEADERS = (
    "Content-Security-Policy", "Referrer-Policy", "X-Frame-Options", "X-Content-Type-Options",
    "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy",
)  # fmt: skip


def _problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = json.loads(answer.content)
    assert (body["status"], body["code"]) == (status, code)
    return body


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/", {}),
        ("GET", "/api/health", {}),
        ("GET", "/api/institutions", {}),
        ("GET", "/api/no-such-thing", {}),
        ("GET", "/assets/no-such-file.js", {}),
        ("DELETE", "/api/health", {}),
        ("POST", "/overview", {}),
        ("GET", "/api/health", {"Host": "elsewhere.example"}),
    ],
)
def test_every_answer_carries_the_headers(method: str, path: str, headers: dict[str, str]) -> None:
    answer = a_client().generic(method, path, headers=headers)
    assert [name for name in HEADERS if name not in answer.headers] == []


def test_static_file_carries_the_headers(settings: LazySettings, tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "page.js").write_text("1")
    settings.WHITENOISE_ROOT = str(tmp_path)
    answer = Client().get("/assets/page.js")
    assert answer.status_code == 200
    assert [name for name in HEADERS if name not in answer.headers] == []


def test_error_of_a_view_outside_the_api_carries_the_headers(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: Path) -> bytes:
        raise OSError("the disk is away")

    monkeypatch.setattr(Path, "is_file", lambda _self: True)
    monkeypatch.setattr(Path, "read_bytes", broken)
    answer = Client(raise_request_exception=False).get("/")
    body = _problem(answer, 500, "kernel.unexpected")
    assert "disk" not in json.dumps(body)
    assert [name for name in HEADERS if name not in answer.headers] == []


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("DELETE", "/api/health", "GET"), ("GET", "/api/auth/login", "POST"), ("POST", "/overview", "GET, HEAD")],
)
def test_wrong_method_is_a_problem_that_names_the_right_ones(method: str, path: str, allowed: str) -> None:
    answer = a_client().generic(method, path)
    _problem(answer, 405, "kernel.method")
    assert answer.headers["Allow"] == allowed


def test_foreign_host_name_is_refused_and_named_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    _problem(a_client().get("/api/health", headers={"Host": "elsewhere.example"}), 400, "kernel.host")
    assert "elsewhere.example" in caplog.text


@pytest.mark.parametrize(("length", "status"), [(65_536, 200), (65_537, 413)])
def test_body_above_the_limit_is_refused_unread(length: int, status: int) -> None:
    request = RequestFactory().generic("POST", "/api/auth/login", b"x" * length, content_type="text/plain")
    assert EdgeMiddleware(lambda _request: HttpResponse())(request).status_code == status


def test_file_is_refused_before_it_reaches_the_disk() -> None:
    client = a_client(csrf=True)
    client.get("/")
    answer = client.post("/api/auth/login", {"file": SimpleUploadedFile("big.bin", b"x" * 3_000_000)})
    _problem(answer, 413, "kernel.request_too_large")


def test_length_that_is_no_number_counts_as_none() -> None:
    request = RequestFactory().get("/api/health", CONTENT_LENGTH="many")
    assert EdgeMiddleware(lambda _request: HttpResponse())(request).status_code == 200


def test_character_that_the_database_cannot_hold_is_the_fault_of_the_request() -> None:
    body = json.dumps({"username": "a\x00b", "password": PASSWORD})
    answer = a_client().post("/api/auth/login", body, content_type="application/json")
    _problem(answer, 422, "kernel.request_invalid")


def test_message_for_the_operator_is_not_for_the_browser(
    settings: LazySettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A key ring that is away: the log names the file, the answer a reference."""
    bank = a_bank(totp_required=True)
    user = a_user(bank)
    client = a_client()
    client.post(
        "/api/auth/login", json.dumps({"username": user.username, "password": PASSWORD}),
        content_type="application/json",
    )  # fmt: skip
    settings.KEYS_FILE = tmp_path / "gone.json"
    body = _problem(client.post("/api/auth/totp/enrol"), 500, "kernel.key_ring")
    assert "gone.json" not in json.dumps(body) and body["reference"] in body["detail"]
    assert "gone.json" in caplog.text and body["reference"] in caplog.text


# --- the person at the desk ---


def _seen(client: Client, seconds_ago: int) -> None:
    session = client.session
    session["started"] = session["last_seen"] = int(time.time()) - seconds_ago
    session.save()


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/api/institutions", True),
        ("/api/frame", False),
        ("/api/exports", False),
        ("/api/night-requests", False),
        ("/api/approvals", False),
    ],
)
def test_request_that_the_page_makes_by_itself_does_not_keep_the_session(path: str, seen: bool) -> None:
    client = a_client(a_user(a_bank(), role=Role.ACCOUNTING))
    _seen(client, 1700)
    assert client.get(path).status_code == 200
    assert (time.time() - client.session["last_seen"] < 60) is seen


def test_asking_for_a_file_keeps_the_session_although_looking_at_the_list_does_not() -> None:
    client = a_client(a_user(a_bank(), role=Role.ACCOUNTING))
    _seen(client, 1700)
    assert client.post("/api/exports", {}, content_type="application/json").status_code == 422
    assert time.time() - client.session["last_seen"] < 60


def test_session_without_a_known_beginning_is_ended() -> None:
    client = a_client(a_user(a_bank()))
    session = client.session
    del session["started"]
    session.save()
    assert client.get("/api/institutions").status_code == 401


# --- the role of the database ---


def test_role_of_the_product_is_accepted() -> None:
    connection.ensure_connection()
    role_check(connection.connection)


@pytest.mark.parametrize("role", [ROLE_OWNER, ROLE_SUPERUSER])
def test_role_that_could_get_around_row_security_is_refused(role: str) -> None:
    with boot.ground().server.connect(role, boot.ground().database) as connected, pytest.raises(DatabaseRoleError):
        role_check(connected)


def test_server_with_a_strong_role_answers_no_request_of_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_connected: object) -> None:
        raise DatabaseRoleError("postgres")

    monkeypatch.setattr("huikuan.kernel.tenancy.role_check", refuse)
    client = Client(raise_request_exception=False)
    _problem(client.get("/api/health"), 500, "kernel.unexpected")
    _problem(client.get("/api/institutions"), 500, "kernel.unexpected")


# --- logs ---


def test_log_entry_cannot_be_forged_with_a_line_break() -> None:
    record = logging.makeLogRecord({"msg": "GET %s", "args": ("/a\n2026-01-01 INFO forged\x1b[2J",)})
    assert MaskingFilter().filter(record)
    assert record.getMessage() == "GET /a\\n2026-01-01 INFO forged\\x1b[2J"


def test_password_and_code_of_a_failed_log_in_stay_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    user = a_user(a_bank(totp_required=True), role=Role.COLLECTOR)
    client = a_client()
    with caplog.at_level(logging.DEBUG):
        for password in ("a-mistyped-passphrase", PASSWORD):
            body = json.dumps({"username": user.username, "password": password})
            client.post("/api/auth/login", body, content_type="application/json")
        enrolled = client.post("/api/auth/totp/enrol").json()
        client.post("/api/auth/totp/confirm", json.dumps({"code": "918273"}), content_type="application/json")
    assert "login failure" in caplog.text
    for secret in ("a-mistyped-passphrase", PASSWORD, enrolled["secret"], "918273"):
        assert secret not in caplog.text
