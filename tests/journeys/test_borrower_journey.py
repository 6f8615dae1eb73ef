"""Open a borrower, look through the parts, explain the debt, see contacts in clear; in a real browser on real loans."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.product import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey")]

TABS = ("期供与还款", "合并视图", "联系方式", "担保与抵押", "关系", "时间线", "贷款")


def _latest_past_due(visitor: Visitor) -> dict[str, Any]:
    found: dict[str, Any] = visitor.answer("/loans?limit=1&sort=-dpd")["items"][0]
    return found


def test_borrower_page_shows_every_part_and_keeps_it_in_the_address(visitor: Visitor) -> None:
    page = visitor.page
    visitor.log_in("collector")
    loan = _latest_past_due(visitor)
    visitor.open(f"/parties/{loan['party_id']}?note={loan['note_id']}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(loan["name"])
    row = page.get_by_role("row", name=re.compile(loan["note_id"]))
    expect(row).to_contain_text(loan["bucket"])
    expect(row).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("table", name="各项余额")).to_contain_text("逾期本金")
    expect(page.get_by_role("list", name=re.compile("24 个月")).get_by_role("listitem")).to_have_count(24)
    for tab in TABS:
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel", name=tab)).to_be_visible()
        assert visitor.barriers() == [], tab
    page.get_by_role("tab", name="担保与抵押").click()
    expect(page).to_have_url(re.compile("tab=security"))
    page.reload()
    expect(page.get_by_role("tabpanel", name="担保与抵押")).to_contain_text("本行没有下发抵押质押数据")
    visitor.theme("深色")
    assert visitor.barriers() == []
    assert visitor.faults == []


def test_debt_is_explained_by_a_key_to_be_read_out_checked_and_printed(visitor: Visitor) -> None:
    page = visitor.page
    visitor.log_in("collector")
    loan = _latest_past_due(visitor)
    visitor.open(f"/parties/{loan['party_id']}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(loan["name"])
    page.keyboard.press("e")
    drawer = page.get_by_role("dialog")
    said = visitor.answer(f"/notes/{loan['note_id']}/explanation")
    expect(drawer).to_contain_text("截至当日没有收到还款" if not said["allocations"] else "您的还款用在了哪里")
    assert drawer.locator("pre").inner_text().strip() == said["text"]["zh"].strip()
    expect(drawer).to_contain_text(f"账务日 {said['as_of']}")
    assert visitor.barriers() == []
    drawer.get_by_text("计算明细").click()
    expect(drawer.get_by_role("heading", name="目前应还")).to_be_visible()
    assert visitor.barriers() == []
    printed = page.request.get(
        visitor.product.address + str(drawer.get_by_role("link", name=re.compile("PDF")).get_attribute("href"))
    )
    assert printed.ok and printed.body().startswith(b"%PDF")
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("explain"))
    assert visitor.faults == []


def test_contacts_are_shown_in_clear_for_a_reason_and_the_look_is_on_the_time_line(visitor: Visitor) -> None:
    page = visitor.page
    visitor.log_in("collector")
    loan = _latest_past_due(visitor)
    visitor.open(f"/parties/{loan['party_id']}?tab=contacts")
    panel = page.get_by_role("tabpanel", name="联系方式")
    expect(panel).to_contain_text("****")
    panel.get_by_role("button", name="查看完整信息").click()
    form = panel.get_by_role("group", name="联系方式")
    expect(form.get_by_role("button", name="查看并记入日志")).to_be_disabled()
    form.get_by_role("combobox", name="查看原因").click()
    page.get_by_title("联系客户").click()
    form.get_by_role("button", name="查看并记入日志").click()
    shown = panel.get_by_role("list", name="完整信息")
    expect(shown).to_be_visible()
    assert "*" not in shown.inner_text()
    assert visitor.barriers() == []
    page.get_by_role("tab", name="时间线").click()
    expect(page.get_by_role("tabpanel", name="时间线")).to_contain_text("查看了完整信息，原因：联系客户")
    page.get_by_role("tab", name="联系方式").click()
    expect(panel.get_by_role("list", name="完整信息")).to_have_count(0)
    assert visitor.faults == []
