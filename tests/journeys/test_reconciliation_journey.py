"""The reconciliation in a real browser, in the invented bank: find, drill down, sign, declare, withdraw, file."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.product import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey")]
ADDRESS = "/reconciliation"


def log_in(visitor: Visitor, role: str, path: str = ADDRESS) -> Page:
    """Log in at the invented bank, which has the same passwords."""
    visitor.open(path)
    visitor.fill_in(f"liuxi.{role.replace('_', '-')}", visitor.product.password(role))
    expect(visitor.page.get_by_role("navigation", name="主导航")).to_be_visible()
    return visitor.page


def test_difference_is_found_by_keys_and_the_customer_page_says_that_the_figure_is_in_question(
    visitor: Visitor,
) -> None:
    page = log_in(visitor, "accounting")
    day = visitor.answer("/reconciliation")["day"]
    rows = visitor.answer("/reconciliation/differences")["items"]
    held = visitor.answer("/reconciliation/differences?held=true")
    assert day["notes_held"] and held["total"] < len(rows), "some hold, some only challenge"
    table = page.get_by_role("table", name="差异明细")
    expect(table.get_by_role("row")).to_have_count(len(rows) + 1)
    summary = page.get_by_role("table", name="按产品与项目")
    shown = [c for c in day["cells"] if c["compared"]]
    expect(summary.get_by_role("row")).to_have_count(1 + len(shown) + len({c["product_code"] for c in shown}))

    page.get_by_text("存疑", exact=True).first.click()
    expect(table.get_by_role("row")).to_have_count(held["total"] + 1)
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = held["items"][1]
    expect(page).to_have_url(re.compile(f"show=held.*at={second['note_id']}"))
    page.reload()
    expect(table.locator("tr[aria-current=true]")).to_contain_text(second["note_id"])
    expect(page.get_by_role("region", name="差异", exact=True)).to_contain_text("金额存疑")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/parties/{second['party_id']}"))
    notice = page.get_by_role("status").filter(has_text="金额存疑")
    expect(notice).to_contain_text(second["first_seen_on"])
    expect(notice).to_be_in_viewport()


def test_accounting_signs_declares_and_withdraws_and_takes_the_file(visitor: Visitor, tmp_path: Path) -> None:
    page = log_in(visitor, "accounting", f"{ADDRESS}?component=penalty")
    (row,) = visitor.answer("/reconciliation/differences?component=penalty")["items"]
    signature = page.get_by_role("region", name="当日签字")
    signature.get_by_role("textbox").fill("罚息差额已报核心系统")
    signature.get_by_role("button", name="财会签字").click()
    expect(signature).to_contain_text("签字")
    expect(signature).to_contain_text("罚息差额已报核心系统")

    page.keyboard.press("j")
    page.get_by_role("button", name="声明为已知差异…").click()
    form = page.get_by_role("form", name="声明已知差异")
    form.get_by_label("理由（6 至 500 字，勿写个人信息）").fill("系统切换时罚息少迁移")
    form.get_by_role("button", name="声明", exact=True).click()
    expect(page.get_by_role("region", name="差异", exact=True)).to_contain_text("已声明：系统切换时罚息少迁移")
    assert visitor.answer(f"/parties/{row['party_id']}/held") == []

    with page.expect_download() as download:
        page.get_by_role("link", name="导出 XLSX").click()
    file = tmp_path / "differences.xlsx"
    download.value.save_as(file)
    assert file.read_bytes()[:2] == b"PK" and download.value.suggested_filename.startswith("差异-")

    page.get_by_role("button", name=re.compile("已知差异声明 1")).click()
    page.get_by_role("button", name="撤回…").click()
    page.get_by_role("textbox", name="撤回理由").fill("核心系统已补记")
    page.get_by_role("button", name=re.compile("^撤\\s?回$")).click()
    expect(page.get_by_role("dialog")).to_contain_text("已撤回: 核心系统已补记")
    assert len(visitor.answer(f"/parties/{row['party_id']}/held")) == 1


def test_role_without_the_permission_is_told_kindly(visitor: Visitor) -> None:
    page = log_in(visitor, "collector")
    expect(page.get_by_role("navigation", name="主导航").get_by_text("核心对账")).to_have_count(0)
    expect(page.get_by_role("table", name="差异明细")).to_have_count(0)
    assert visitor.page.request.get(f"{visitor.product.address}/api/reconciliation").status == 403


def test_earlier_day_shows_its_sums_and_what_is_listed_elsewhere(visitor: Visitor) -> None:
    page = log_in(visitor, "auditor")
    first = visitor.answer("/reconciliation")["day"]["first_on"]
    visitor.open(f"{ADDRESS}?as_of={first}")
    expect(page.get_by_text(f"截至 {first} 日终")).to_be_visible()
    expect(page.get_by_text("未结差异按最近一日")).to_be_visible()
    expect(page.get_by_role("button", name="财会签字")).to_have_count(0)


def test_reconciliation_has_no_barriers_in_either_theme(visitor: Visitor) -> None:
    page = log_in(visitor, "auditor")
    for theme in ("浅色", "深色"):
        visitor.theme(theme)
        page.keyboard.press("j")
        expect(page.get_by_role("region", name="差异", exact=True)).to_be_visible()
        assert visitor.barriers() == [], f"reconciliation, {theme}"
