"""One spelling of a contact point; which of them may be used."""

import pytest

from huikuan.portfolio.rules.contact import contact_dialable, contact_lawful, contact_normalised


@pytest.mark.parametrize(
    ("kind", "value", "normal"),
    [
        ("mobile", "13800138000", "13800138000"),
        ("mobile", "138-0013-8000", "13800138000"),
        ("mobile", "+86-138-0013-8000", "13800138000"),
        ("mobile", "008613800138000", "13800138000"),
        ("mobile", "8613800138000", "13800138000"),
        ("mobile", "86138001380", "86138001380"),  # no mobile number behind the 86
        ("mobile", "8623800138000", "8623800138000"),  # Chinese mobile numbers begin with 1
        ("mobile", "+1-212-555-0100", "12125550100"),
        ("phone", "0571-88001122", "057188001122"),
        ("email", "Li.Ming@Example.com", "li.ming@example.com"),
    ],
)
def test_contact_point_has_one_spelling(kind: str, value: str, normal: str) -> None:
    assert contact_normalised(kind, value) == normal


@pytest.mark.parametrize(
    ("source", "legal_basis", "lawful"),
    [
        ("application", "contract", True),
        ("public_record", "public_source", True),
        ("third_person", "consent", False),
        ("application", "none", False),
    ],
)
def test_contact_point_from_a_third_person_or_without_a_basis_reaches_nobody(
    source: str, legal_basis: str, lawful: bool
) -> None:
    assert contact_lawful(source=source, legal_basis=legal_basis) is lawful
    assert contact_dialable(kind="mobile", source=source, legal_basis=legal_basis) is lawful
    assert not contact_dialable(kind="address", source=source, legal_basis=legal_basis)
