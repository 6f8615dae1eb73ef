"""POST /api/loans/explain: the same answer as the command, limits, permission."""

import json
from typing import Any

import pytest
from django.conf import LazySettings

from huikuan.kernel.facts import Role
from huikuan.kernel.tests.builders import a_bank, a_client, a_user
from huikuan.portfolio.explain.answer import explanation_output
from huikuan.portfolio.explain.loan import loan_explain
from huikuan.portfolio.tests.test_cli_loan import LOAN, changed
from huikuan.portfolio.tests.test_explain_cli import MAY_31, a_loan

pytestmark = pytest.mark.django_db


def send(body: Any, *, as_of: str = "2024-05-31", role: Role = Role.COLLECTOR) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    client = a_client(a_user(a_bank(), role=role))
    return client.post(f"/api/loans/explain?as_of={as_of}", text, content_type="application/json")


def test_answer_is_the_json_of_the_command() -> None:
    answer = send(LOAN)
    assert answer.status_code == 200, answer.content
    loan = a_loan()
    output = explanation_output(loan, loan_explain(loan, MAY_31, file="loan"))
    assert answer.json() == json.loads(output.model_dump_json(by_alias=True))
    assert answer.json()["schema"] == "huikuan.explanation/2"


@pytest.mark.parametrize(
    ("body", "as_of", "place"),
    [
        (changed("note", "principal", to=12000.0), "2024-05-31", "loan.note.principal: expected text"),
        (changed("note", "principal", to="0"), "2024-05-31", "note.principal"),
        (changed("note", "colour", to="red"), "2024-05-31", "loan.note.colour: expected no such key"),
        (changed("repayments", 1, "amount", to="1.234"), "2024-05-31", "repayments[1].amount"),
        (changed("repayments", 1, "reverses", to="R9"), "2024-05-31", "repayments.reverses"),
        (LOAN | {"schema": "huikuan.loan/3"}, "2024-05-31", "loan.schema"),
        (LOAN, "2024-01-14", "as_of"),
        (LOAN, "yesterday", "as_of"),
    ],
)
def test_wrong_request_names_the_field_and_not_the_value(body: dict[str, Any], as_of: str, place: str) -> None:
    answer = send(body, as_of=as_of)
    assert answer.status_code == 422
    detail = answer.json()["detail"]
    assert place in detail
    assert "12000.0" not in detail and "'red'" not in detail


def test_body_that_is_not_json_is_refused() -> None:
    assert send("{").status_code in {400, 422}


def test_key_that_comes_twice_is_refused_by_its_name() -> None:
    principal = f'"principal": {json.dumps(LOAN["note"]["principal"])}'
    text = json.dumps(LOAN)
    assert principal in text
    answer = send(text.replace(principal, f'"principal": "1.00", {principal}', 1))
    assert answer.status_code == 422
    assert answer.json()["code"] == "kernel.request_invalid"
    assert answer.json()["detail"] == "principal: expected a key once in its part, got it twice"


def test_loan_of_thirty_years_fits_into_a_request() -> None:
    note = LOAN["note"] | {"instalment_count": 360, "matures_on": "2054-01-15"}
    months = [LOAN["repayments"][0] | {"core_ref": f"2024{number:012d}"} for number in range(360)]
    answer = send(LOAN | {"note": note, "repayments": months})
    assert answer.status_code == 200, answer.content
    assert len([row for row in answer.json()["allocations"] if row["core_ref"] is not None]) == 360


def test_request_that_is_larger_than_any_may_be_is_refused(settings: LazySettings) -> None:
    answer = send(json.dumps(LOAN).ljust((settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) + 1))
    assert answer.status_code == 413


def test_role_that_does_not_talk_about_debts_is_refused() -> None:
    assert send(LOAN, role=Role.TRAINER).status_code == 403
