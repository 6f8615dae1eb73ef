"""Every route of the whole API × every role, and what a route must declare."""

import re

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from ninja import NinjaAPI, Router

from huikuan.api import api
from huikuan.kernel.api.routing import Needs, Public, QueryUnknownError, SecureRouter, needs, operations
from huikuan.kernel.facts import Role
from huikuan.kernel.rules.permissions import ROLE_PERMISSIONS
from huikuan.kernel.tests.builders import a_bank, a_client, a_user

ROUTES = sorted(operations(api), key=lambda route: (route[1], route[0]))
GUARDED = [(method, path, declared.permission) for method, path, declared in ROUTES if isinstance(declared, Needs)]
OPEN = {(method, path) for method, path, declared in ROUTES if isinstance(declared, Public)}
SAFE = {"GET", "HEAD"}


def _address(path: str) -> str:
    """The address of a route with something in place of its parameters."""
    return "/api" + re.sub(r"\{[^}]*uuid[^}]*\}", "0197f3c2-5d1e-7c3a-9b1f-138123422310", _plain(path))


def _plain(path: str) -> str:
    return re.sub(r"\{(?![^}]*uuid)[^}]+\}", "2026", path)


def test_open_routes_are_those_of_log_in_and_health() -> None:
    assert {
        ("GET", "/health"), ("GET", "/auth/session"), ("POST", "/auth/login"), ("POST", "/auth/logout"),
        ("POST", "/auth/totp"), ("POST", "/auth/totp/enrol"), ("POST", "/auth/totp/confirm"),
    } == OPEN  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_role_reaches_exactly_the_routes_of_its_permissions(role: Role) -> None:
    client = a_client(a_user(a_bank(), role=role))
    for method, path, permission in GUARDED:
        answer = client.generic(method, _address(path), "{}", content_type="application/json")
        if permission in ROLE_PERMISSIONS[role]:
            assert answer.status_code not in {401, 403} and answer.status_code < 500, (method, path, answer.content)
        else:
            assert answer.status_code == 403, (method, path, permission)
            assert answer.json()["code"] == "kernel.permission_missing"


@pytest.mark.django_db
def test_user_without_role_reaches_no_guarded_route() -> None:
    client = a_client(a_user(a_bank(), role=None))
    for method, path, _ in GUARDED:
        assert client.generic(method, _address(path), "{}", content_type="application/json").status_code == 403, path


@pytest.mark.django_db
def test_nobody_signed_in_reaches_no_guarded_route() -> None:
    for method, path, _ in GUARDED:
        answer = a_client().generic(method, _address(path), "{}", content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (401, "kernel.sign_in_required"), path


@pytest.mark.django_db
def test_every_unsafe_route_refuses_a_request_without_cross_site_token() -> None:
    client = a_client(a_user(a_bank(), role=Role.COMPLIANCE_OFFICER), csrf=True)
    unsafe = [(method, path) for method, path, _ in ROUTES if method not in SAFE]
    assert len(unsafe) >= 7
    for method, path in unsafe:
        answer = client.generic(method, _address(path), "{}", content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (403, "kernel.csrf"), path


@pytest.mark.django_db
def test_every_route_refuses_a_query_parameter_that_it_does_not_know() -> None:
    bank = a_bank()
    clients = {role: a_client(a_user(bank, role=role)) for role in Role}
    for method, path, declared in ROUTES:
        allowed = (
            role for role in Role if isinstance(declared, Public) or declared.permission in ROLE_PERMISSIONS[role]
        )
        answer = clients[next(allowed)].generic(
            method, _address(path) + "?no_such=1", "{}", content_type="application/json"
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "kernel.query_unknown"), path
        assert "'no_such'" in answer.json()["detail"], path
        assert all(name in answer.json()["detail"] for name in declared.query), path


@pytest.mark.django_db
def test_query_parameters_of_the_routes_are_known() -> None:
    known = {(method, path): declared.query for method, path, declared in ROUTES}
    assert {"as_of", "product"} <= known["GET", "/overview"]
    assert known["GET", "/auth/session"] == frozenset()
    assert a_client(a_user(a_bank())).get("/api/overview?product=P1").status_code != 422


@pytest.mark.django_db
def test_unknown_parameter_says_nothing_to_somebody_without_the_permission() -> None:
    answer = a_client().get("/api/overview?no_such=1")
    assert (answer.status_code, answer.json()["code"]) == (401, "kernel.sign_in_required")


def test_unknown_parameter_that_looks_like_a_number_of_a_person_is_masked() -> None:
    assert "13812342231" not in QueryUnknownError(["13812342231"], ["as_of"]).message


def test_declaration_that_stands_at_two_routes_knows_the_parameters_of_each() -> None:
    router, declared = SecureRouter(), needs("overview.read")

    @router.get("/one", auth=declared)
    def one(request: HttpRequest, first: int) -> None: ...

    @router.get("/two", auth=declared)
    def two(request: HttpRequest, second: int = 0) -> None: ...

    composed = NinjaAPI(urls_namespace="test-query")
    composed.add_router("", router)
    assert {path: found.query for _, path, found in operations(composed)} == {"/one": {"first"}, "/two": {"second"}}


def test_route_without_declaration_cannot_be_registered() -> None:
    router = SecureRouter()
    with pytest.raises(ImproperlyConfigured, match="declares no permission"):

        @router.get("/naked")
        def naked(request: HttpRequest) -> None: ...


def test_route_of_a_plain_router_stops_the_composition() -> None:
    plain, composed = Router(), NinjaAPI(urls_namespace="test-plain")

    @plain.get("/naked")
    def naked(request: HttpRequest) -> None: ...

    composed.add_router("", plain)
    with pytest.raises(ImproperlyConfigured, match="GET /naked"):
        tuple(operations(composed))


def test_unknown_permission_and_empty_reason_are_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"overview\.raed"):
        needs("overview.raed")
    with pytest.raises(ImproperlyConfigured, match="reason"):
        Public(" ")


@pytest.mark.django_db
def test_address_outside_the_api_is_the_page_and_inside_it_a_problem() -> None:
    unknown = a_client().get("/api/no-such-thing")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "kernel.not_found")
    assert a_client().get("/assets/no-such-file.js").status_code == 404
    assert a_client().get("/overview?as_of=2018-06-30").headers["Content-Type"].startswith("text/html")


@pytest.mark.django_db
def test_page_sets_the_cross_site_cookie_and_every_header(settings: LazySettings) -> None:
    answer = a_client().get("/")
    assert answer.cookies["csrftoken"]["samesite"] == "Strict"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy and policy.count("unsafe-inline") == 1
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in answer.headers, "no TLS in tests"
    settings.SECURE_HSTS_SECONDS = 60
    assert a_client().get("/").headers["Strict-Transport-Security"] == "max-age=60"
    assert a_client().get("/api/health").headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_page_that_is_not_built_says_how_to_build_it(settings: LazySettings, tmp_path: object) -> None:
    settings.WEBDIST_DIR = tmp_path
    answer = a_client().get("/")
    assert answer.status_code == 503
    assert "make web" in answer.content.decode()
