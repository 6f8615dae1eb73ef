"""All debts of a customer together and where a payment would go; in a real browser on real loans."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.product import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey")]


def _yuan(minor: int) -> str:
    return f"{minor / 100:,.2f}"


def test_overall_view_adds_up_and_previews_a_payment_that_nothing_books(visitor: Visitor) -> None:
    page = visitor.page
    visitor.log_in("collector")
    loan = visitor.answer("/loans?limit=1&sort=-dpd")["items"][0]
    exposure = visitor.answer(f"/parties/{loan['party_id']}/exposure")
    visitor.open(f"/parties/{loan['party_id']}")
    page.get_by_role("tab", name="贷款").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    panel = page.get_by_role("tabpanel", name="合并视图")
    debts = panel.get_by_role("table", name="各笔借据")
    expect(debts.get_by_role("row", name=re.compile("^合计"))).to_contain_text(_yuan(exposure["owed"]["owed_minor"]))
    expect(panel).to_contain_text("应归为不良：需征信数据")
    assert visitor.barriers() == []

    amount = panel.get_by_role("textbox", name="还款金额")
    amount.fill("0")
    amount.press("Enter")
    expect(panel.get_by_role("alert")).to_contain_text("大于 0")
    amount.fill("1,000.00")
    amount.press("Enter")
    order = panel.get_by_role("table", name="清偿顺序")
    expect(order.get_by_role("row", name=re.compile(loan["note_id"])).first).to_contain_text("已到期")
    inside = panel.get_by_role("table", name="各笔借据内的去向")
    expect(inside.get_by_role("row", name=re.compile(loan["note_id"]))).to_contain_text("1,000.00")
    panel.get_by_text("法定顺序及本系统的理解").click()
    expect(panel).to_contain_text("优先履行已经到期的债务")
    assert visitor.barriers() == []

    panel.get_by_role("combobox", name="指定清偿").click()
    page.get_by_title(f"指定 {loan['note_id']}").click()
    expect(order).to_contain_text("客户指定")
    expect(page).to_have_url(re.compile(f"pay=.*pay_for={loan['note_id']}"))
    page.reload()
    expect(order).to_contain_text("客户指定")
    assert visitor.answer(f"/parties/{loan['party_id']}/exposure") == exposure, "a preview books nothing"
    visitor.theme("深色")
    assert visitor.barriers() == []
    assert visitor.faults == []
