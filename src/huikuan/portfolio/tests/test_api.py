"""Borrowers and products over HTTP."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from huikuan.evidence.selectors.events import EventRow, events_of_subject
from huikuan.kernel.facts import Role
from huikuan.kernel.models import Bank, Institution
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_bank, a_client, a_user, an_institution
from huikuan.portfolio.models import NoteRegister, PartyRole
from huikuan.portfolio.tests.deliveries import ADelivery
from huikuan.portfolio.tests.test_services_intake import loaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    """A bank with a loaded delivery; party 0001 is delinquent in the branch east."""
    bank = a_bank()
    an_institution(bank, code="east")
    an_institution(bank, code="west")
    with bank_scope(bank.id):
        loaded(bank, ADelivery(tmp_path / "d").write())
        NoteRegister.objects.create(
            bank_id=bank.id, note_id="N1", contract_id="C1", party_id="0001", institution_code="east", product_code="P1"
        )
    return bank


def branch(bank: Bank, code: str) -> Institution:
    """A branch of the bank by its code."""
    with bank_scope(bank.id):
        return Institution.objects.get(bank_id=bank.id, code=code)


def reveal(client: Client, party_id: str, **body: str) -> Any:
    """Ask for a borrower in clear."""
    return client.post(f"/api/parties/{party_id}/reveal", json.dumps(body), content_type="application/json")


def reveals(bank: Bank) -> list[EventRow]:
    """The events of reveals of party 0001."""
    with bank_scope(bank.id):
        return events_of_subject(bank_id=bank.id, subject_kind="party", subject_id="0001")


def test_party_is_masked(bank: Bank) -> None:
    answer = a_client(a_user(bank)).get("/api/parties/0001").json()
    assert answer == {
        "party_id": "0001",
        "party_kind": "person",
        "name": "张*生",
        "identity_kind": "id_card",
        "identity_number": "110***********4514",
        "region": "330182",
    }
    enterprise = a_client(a_user(bank)).get("/api/parties/0002").json()
    assert enterprise["name"] == "Farm, Ltd", "it stands in the public register"


def test_party_unknown_or_of_another_bank_is_not_found(bank: Bank) -> None:
    assert a_client(a_user(bank)).get("/api/parties/0009").status_code == 404
    assert a_client(a_user(a_bank())).get("/api/parties/0001").status_code == 404


def test_party_is_seen_from_its_own_branch_only(bank: Bank) -> None:
    east, west = (a_client(a_user(bank, institution=branch(bank, code))) for code in ("east", "west"))
    assert east.get("/api/parties/0001").status_code == 200
    assert west.get("/api/parties/0001").status_code == 404
    assert reveal(west, "0001", reason="contact").status_code == 404
    assert east.get("/api/parties/0002").status_code == 404, "no note under the branch"
    assert reveals(bank) == []


def test_party_with_a_role_in_a_contract_is_seen_from_the_branch_of_the_contract(bank: Bank) -> None:
    with bank_scope(bank.id):
        PartyRole.objects.create(bank_id=bank.id, party_id="0002", contract_id="C1", role="guarantor")
    east, west = (a_client(a_user(bank, institution=branch(bank, code))) for code in ("east", "west"))
    assert east.get("/api/parties/0002").status_code == 200
    assert west.get("/api/parties/0002").status_code == 404


def test_reveal_shows_clear_values_and_leaves_an_event(bank: Bank) -> None:
    user = a_user(bank)
    answer = reveal(a_client(user), "0001", reason="contact", note="call list 7")
    assert answer.json()["name"] == "张春生" and answer.json()["identity_number"] == "110101199003074514"
    (event,) = reveals(bank)
    assert event.name == "portfolio.party_revealed" and event.actor_ref == str(user.id)
    assert event.payload == {"reason": "contact", "note": "call list 7", "fields": ["name", "identity_number"]}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reason": "curiosity"},
        {"reason": "contact", "note": "x" * 301},
        {"reason": "contact", "note": "13812342231"},
    ],
)
def test_reveal_without_a_good_reason_is_refused_and_shows_nothing(bank: Bank, body: dict[str, str]) -> None:
    answer = reveal(a_client(a_user(bank)), "0001", **body)
    assert answer.status_code == 422 and "张" not in answer.content.decode()
    assert reveals(bank) == []


def test_reveal_needs_its_own_permission(bank: Bank) -> None:
    assert reveal(a_client(a_user(bank, role=Role.STRATEGIST)), "0001", reason="contact").status_code == 403


def test_products_are_listed(bank: Bank) -> None:
    assert a_client(a_user(bank)).get("/api/products").json() == [
        {"code": "P1", "name_zh": "消费贷", "name_en": "Consumer", "kind": "consumer"}
    ]
