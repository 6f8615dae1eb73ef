"""The routes of kernel and evidence with real people."""

import json
import logging
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.test import Client, RequestFactory

from huikuan.kernel.api.problems import problems_install
from huikuan.kernel.errors import ConflictError
from huikuan.kernel.facts import InstitutionKind, Role, Who
from huikuan.kernel.models import Bank, CalendarDay, Institution, User
from huikuan.kernel.services.calendar import calendar_seed
from huikuan.kernel.tenancy import BankMiddleware, bank_current, bank_scope
from huikuan.kernel.tests.builders import AT, a_bank, a_client, a_grant, a_user, an_institution, the_root

pytestmark = pytest.mark.django_db


def _send(client: Client, path: str, data: dict[str, Any]) -> Any:
    return client.post(f"/api{path}", json.dumps(data), content_type="application/json")


def _bank_with_calendar() -> Bank:
    bank = a_bank()
    calendar_seed(bank_id=bank.id, country="cn", year=2026, by=Who.program("test"), at=AT)
    return bank


CHANGE = {"day": "2026-03-03", "kind": "rest", "name": "抗台风", "reason": "notice 7"}


def test_person_sees_the_own_subtree_only() -> None:
    bank = a_bank()
    east, _ = an_institution(bank, code="east"), an_institution(bank, code="west")
    an_institution(bank, code="east-1", parent=east, kind=InstitutionKind.OUTLET)
    user = a_user(bank, institution=east)
    assert [i["code"] for i in a_client(user).get("/api/institutions").json()] == ["east", "east-1"]


def test_person_with_two_grants_sees_both_subtrees_once() -> None:
    bank = a_bank()
    east, west = an_institution(bank, code="east"), an_institution(bank, code="west")
    user = a_user(bank, institution=east)
    a_grant(user, role=Role.AUDITOR, institution=west)
    a_grant(user, role=Role.AUDITOR, institution=east)
    assert [i["code"] for i in a_client(user).get("/api/institutions").json()] == ["east", "west"]


def test_grant_that_has_ended_gives_nothing() -> None:
    bank = a_bank()
    user = a_user(bank, role=None)
    a_grant(user, role=Role.AUDITOR, institution=an_institution(bank), valid_to=date(2026, 1, 1))
    assert a_client(user).get("/api/institutions").status_code == 403


@pytest.mark.parametrize("path", ["/events?subject_kind=user&subject_id=1", "/users", "/approvals"])
def test_auditor_of_a_branch_does_not_see_what_is_of_the_whole_bank(path: str) -> None:
    bank = a_bank()
    branch = an_institution(bank)
    assert a_client(a_user(bank, role=Role.AUDITOR)).get(f"/api{path}").status_code == 200
    refused = a_client(a_user(bank, role=Role.AUDITOR, institution=branch)).get(f"/api{path}")
    assert (refused.status_code, refused.json()["code"]) == (403, "kernel.permission_missing")


def test_request_is_withdrawn_by_the_person_who_asked_only() -> None:
    bank = _bank_with_calendar()
    asker, other = (a_user(bank, role=Role.COMPLIANCE_OFFICER) for _ in range(2))
    approval = _send(a_client(asker), "/calendar/changes", CHANGE).json()["approval_id"]
    address = f"/approvals/{approval}/withdraw"
    assert _send(a_client(other), address, {}).status_code == 404
    assert _send(a_client(asker), address, {}).status_code == 204
    late = _send(a_client(other), f"/approvals/{approval}/decide", {"decision": "approve"})
    assert (late.status_code, late.json()["code"]) == (409, "evidence.approval_decided")


def test_administrator_proposes_and_cannot_decide() -> None:
    bank = _bank_with_calendar()
    administrator = a_client(a_user(bank, role=Role.ADMINISTRATOR))
    approval = _send(administrator, "/calendar/changes", CHANGE).json()["approval_id"]
    refused = _send(administrator, f"/approvals/{approval}/decide", {"decision": "approve"})
    assert (refused.status_code, refused.json()["code"]) == (403, "kernel.permission_missing")


def test_administrator_with_a_deciding_role_cannot_decide_an_own_request() -> None:
    bank = _bank_with_calendar()
    user = a_user(bank, role=Role.ADMINISTRATOR)
    a_grant(user, role=Role.COMPLIANCE_OFFICER, institution=the_root(bank))
    approval = _send(a_client(user), "/calendar/changes", CHANGE).json()["approval_id"]
    refused = _send(a_client(user), f"/approvals/{approval}/decide", {"decision": "approve"})
    assert (refused.status_code, refused.json()["code"]) == (403, "evidence.approval_own")


def test_calendar_change_travels_from_proposal_to_decision() -> None:
    bank = _bank_with_calendar()
    asker, decider = (a_user(bank, role=Role.COMPLIANCE_OFFICER) for _ in range(2))
    proposed = _send(a_client(asker), "/calendar/changes", CHANGE)
    assert proposed.status_code == 202
    approval = proposed.json()["approval_id"]
    (listed,) = a_client(decider).get("/api/approvals?state=open").json()
    assert (listed["id"], listed["own"], listed["requested_by"]) == (approval, False, asker.username)
    own = _send(a_client(asker), f"/approvals/{approval}/decide", {"decision": "approve"})
    assert (own.status_code, own.json()["code"]) == (403, "evidence.approval_own")
    assert _send(a_client(decider), f"/approvals/{approval}/decide", {"decision": "approve"}).status_code == 204
    days = {d["day"]: d["kind"] for d in a_client(asker).get("/api/calendar/2026").json()["days"]}
    assert days["2026-03-03"] == "rest"
    (listed,) = a_client(asker).get("/api/approvals?state=approved").json()
    assert (listed["own"], listed["decided_by"]) == (True, decider.username)
    events = a_client(decider).get(f"/api/events?subject_kind=approval&subject_id={approval}").json()
    assert [e["name"] for e in events["items"]] == ["evidence.approval_requested", "evidence.approval_decided"]


def test_calendar_tells_whether_a_year_is_complete() -> None:
    client = a_client(a_user(_bank_with_calendar()))
    assert client.get("/api/calendar/2026").json()["complete"] is True
    assert client.get("/api/calendar/2027").json() == {"year": 2027, "complete": False, "days": []}
    assert client.get("/api/calendar/1889").status_code == 422


def test_events_are_given_page_by_page() -> None:
    bank = a_bank()
    officer = a_user(bank, role=Role.COMPLIANCE_OFFICER)
    for year in (2024, 2025, 2026):
        calendar_seed(bank_id=bank.id, country="cn", year=year, by=Who.program("test"), at=AT)
    for day in ("2026-03-03", "2026-03-04", "2026-03-05"):
        _send(a_client(officer), "/calendar/changes", {**CHANGE, "day": day})
    client = a_client(officer)
    address = "/api/events?subject_kind=calendar&subject_id=2024&limit=1"
    page = client.get(address).json()
    assert [e["subject_seq"] for e in page["items"]] == [1]
    assert client.get(f"{address}&after={page['next']}").json() == {"items": [], "next": None}


def test_users_of_the_own_bank_are_listed_and_others_are_not() -> None:
    bank = a_bank()
    officer = a_user(bank, role=Role.COMPLIANCE_OFFICER)
    a_user(a_bank())
    (listed,) = a_client(officer).get("/api/users").json()
    assert listed["username"] == officer.username
    assert [(g["role"], g["institution_code"]) for g in listed["grants"]] == [("compliance_officer", "head")]
    assert "password" not in json.dumps(listed)


def test_request_that_is_refused_leaves_nothing_behind() -> None:
    """ninja answers errors without raising: the middleware has to roll back."""
    bank = a_bank()
    user = a_user(bank)
    request = _request_of(user)

    def view(_request: HttpRequest) -> Any:
        Institution.objects.update(name_en="changed")
        return _answer(status)

    status = 409
    BankMiddleware(view)(request)
    with bank_scope(bank.id):
        assert Institution.objects.get().name_en == "Head office"
    status = 200
    BankMiddleware(view)(request)
    with bank_scope(bank.id):
        assert Institution.objects.get().name_en == "changed"


def test_request_works_for_the_bank_of_the_user_and_no_other() -> None:
    first, second = a_bank(), a_bank()
    seen = []

    def view(_request: HttpRequest) -> Any:
        seen.append(bank_current())
        return _answer(200)

    for bank in (first, second):
        BankMiddleware(view)(_request_of(a_user(bank)))
    assert seen == [first.id, second.id]
    assert bank_current() is None


def _request_of(user: User) -> HttpRequest:
    request = RequestFactory().get("/api/anything")
    request.user = user
    return request


def _answer(status: int) -> Any:
    from django.http import HttpResponse

    return HttpResponse(status=status)


# --- problems ---


def _problem(error: Exception) -> tuple[int, dict[str, Any]]:
    from ninja import NinjaAPI

    api = NinjaAPI(urls_namespace=f"problem-{id(error)}")
    problems_install(api)
    answer = api.on_exception(RequestFactory().get("/api/thing"), error)
    return answer.status_code, json.loads(answer.content)


def test_domain_error_becomes_a_problem_with_its_code() -> None:
    status, body = _problem(ConflictError("Choose another."))
    assert (status, body["code"], body["detail"], body["title"]) == (
        409,
        "kernel.conflict",
        "Choose another.",
        "Conflict",
    )


def test_row_of_another_bank_becomes_forbidden(caplog: pytest.LogCaptureFixture) -> None:
    bank, other = a_bank(), a_bank()
    with pytest.raises(DatabaseError) as refused, bank_scope(bank.id):
        CalendarDay.objects.create(bank_id=other.id, day=date(2026, 1, 1), kind="rest", source="x")
    status, body = _problem(refused.value)
    assert (status, body["code"]) == (403, "kernel.other_bank")
    assert body["reference"] in caplog.text


def test_unexpected_error_shows_a_reference_and_no_detail(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        status, body = _problem(RuntimeError("secret of the house"))
    assert (status, body["code"]) == (500, "kernel.unexpected")
    assert "secret" not in json.dumps(body)
    assert body["reference"] in body["detail"]
    assert body["reference"] in caplog.text


def test_broken_statement_is_not_taken_for_another_bank() -> None:
    with pytest.raises(DatabaseError) as broken, bank_scope(a_bank().id), connection.cursor() as cursor:
        cursor.execute("select * from no_such_table")
    assert _problem(broken.value)[0] == 500


def test_invalid_request_names_the_field_and_not_the_value() -> None:
    client = a_client(a_user(_bank_with_calendar(), role=Role.COMPLIANCE_OFFICER))
    answer = _send(client, "/calendar/changes", {**CHANGE, "kind": "13812342231"})
    assert answer.status_code == 422
    assert "kind" in answer.json()["detail"]
    assert "13812342231" not in answer.content.decode()
