"""One spelling of a contact point."""

import pytest

from huikuan.portfolio.rules.contact import contact_normalised


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
        ("wechat", "WX_Li", "wx_li"),
    ],
)
def test_contact_point_has_one_spelling(kind: str, value: str, normal: str) -> None:
    assert contact_normalised(kind, value) == normal
