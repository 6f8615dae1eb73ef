"""Masks for screens and logs."""

import logging

import pytest

from huikuan.kernel.logs import MaskingFilter
from huikuan.kernel.masking import (
    mask_account,
    mask_address,
    mask_contact,
    mask_identity,
    mask_name,
    mask_phone,
    mask_text,
    personal_in_text,
)


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("张春生", "张*生"), ("欧阳春生", "欧**生"), ("李", "*"), ("", ""), ("Mary Ann", "M*** A**")],
)
def test_name_keeps_its_ends(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("110101199003074514", "110***********4514"),
        ("110101900307451", "110********7451"),
        ("12345", "***45"),
        ("123", "***"),
    ],
)
def test_identity_keeps_three_and_four(number: str, masked: str) -> None:
    assert mask_identity(number) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13812342231", "138****2231"),
        ("+86 138 1234 2231", "138****2231"),
        ("0571-5022345", "057****2345"),
        ("12345", "*****"),
    ],
)
def test_phone_keeps_three_and_four(number: str, masked: str) -> None:
    assert mask_phone(number) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("浙江省杭州市桐庐县横村镇新街12号", "浙江省杭州市桐庐县****"),
        ("浙江省桐庐县横村镇", "浙江省桐庐县****"),
        ("北京市朝阳区建国路1号", "北京市朝阳区****"),
        ("湖北省宜昌市长阳土家族自治县龙舟坪镇1号", "湖北省宜昌市长阳土家族自治县****"),
        ("江苏省南京市中山路3号阳光小区", "江苏省南京市****"),
        ("阳光小区12幢", "****"),
        ("12 Main St, Springfield, IL 62704", "****, IL *****"),
        ("behind the mill", "****"),
        ("", "****"),
    ],
)
def test_address_keeps_the_county_and_nothing_that_leads_to_the_door(address: str, masked: str) -> None:
    assert mask_address(address) == masked


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("mobile", "13812342231", "138****2231"),
        ("phone", "0571-64212345", "057****2345"),
        ("email", "wang.li@example.com", "w***@example.com"),
        ("email", "no-at-sign", "**********"),
        ("wechat", "wangli99", "w****9"),
        ("wechat", "abcd", "****"),
        ("address", "浙江省桐庐县横村镇", "浙江省桐庐县****"),
        ("pager", "13812342231", "****"),
    ],
)
def test_contact_is_masked_by_its_kind(kind: str, value: str, masked: str) -> None:
    assert mask_contact(kind, value) == masked


def test_account_keeps_four() -> None:
    assert mask_account("6222 0212 3456 7890 123") == "***************0123"


@pytest.mark.parametrize(
    "personal",
    ["110101199003074514", "11010119900307451X", "13812342231", "+86 138-1234-2231", "123-45-6789", "4111111111111111"],
)
def test_text_with_personal_number_is_masked(personal: str) -> None:
    masked = mask_text(f"row 7: {personal}, rest")
    assert personal not in masked
    assert masked.startswith("row 7: ")
    assert masked.endswith(", rest")
    assert personal_in_text(personal)


@pytest.mark.parametrize(
    "harmless",
    [
        "2026-03-01 12:00:00", "run 0197f3c2-5d1e-7c3a-9b1f-13812342231a", "1234567890123", "amount 138123422.31",
        "4111111111111112", "sha256 13812342231abc", "note N-000123", "20260301",
    ],
)  # fmt: skip
def test_text_without_personal_number_stays(harmless: str) -> None:
    assert mask_text(harmless) == harmless


def test_log_record_with_arguments_and_traceback_is_masked() -> None:
    try:
        raise ValueError("cannot read 110101199003074514")
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, __file__, 1, "phone %s", ("13812342231",), (type(error), error, error.__traceback__)
        )
    assert MaskingFilter().filter(record)
    text = logging.Formatter().format(record)
    assert "13812342231" not in text
    assert "110101199003074514" not in text
    assert "138****2231" in text
