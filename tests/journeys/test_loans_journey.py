"""The list of loans in a real browser: filter, save the view, tag, open; what stands behind a bar of the overview."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.product import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey")]

THEMES = ("浅色", "深色")


def totals(page: Page) -> Locator:
    """The line of sums above the list."""
    return page.get_by_role("status", name="合计")


def table(page: Page) -> Locator:
    """The list itself."""
    return page.get_by_role("table", name="借据列表")


def test_collector_filters_saves_the_view_and_comes_back_to_it(visitor: Visitor) -> None:
    visitor.log_in("collector", "/loans")
    page = visitor.page
    every = visitor.answer("/loans/summary")["notes"]
    some = visitor.answer("/loans/summary?bucket=M1&bucket=M2")["notes"]
    assert 0 < some < every
    expect(totals(page)).to_contain_text(f"{every} 笔借据")
    page.keyboard.press("f")
    page.get_by_role("menuitem", name="账龄", exact=True).click()
    page.get_by_role("checkbox", name="M1", exact=True).check()
    page.get_by_role("checkbox", name="M2", exact=True).check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("group", name="筛选条件")).to_contain_text("M1 或 M2的借据")
    expect(totals(page)).to_contain_text(f"{some} 笔借据")
    page.reload()
    expect(totals(page)).to_contain_text(f"{some} 笔借据")

    page.get_by_role("button", name=re.compile("^视图")).click()
    page.get_by_role("button", name="保存为视图").click()
    page.get_by_label("视图名称").fill("早期逾期")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("button", name=re.compile("^视图 .*早期逾期"))).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="去掉条件：M1 或 M2").click()
    expect(totals(page)).to_contain_text(f"{every} 笔借据")
    page.get_by_role("button", name=re.compile("^视图")).click()
    page.get_by_role("button", name="早期逾期", exact=True).click()
    expect(totals(page)).to_contain_text(f"{some} 笔借据")
    assert [view["query"] for view in visitor.answer("/views")] == [{"bucket": ["M1", "M2"]}]


def test_rows_are_sorted_ticked_tagged_and_opened_by_keys(visitor: Visitor) -> None:
    visitor.log_in("collector", "/loans")
    page = visitor.page
    page.get_by_role("button", name="逾期天数", exact=True).click()
    expect(page.get_by_role("columnheader", name=re.compile("^逾期天数"))).to_have_attribute("aria-sort", "descending")
    first, second = visitor.answer("/loans?sort=-dpd&limit=2")["items"]
    expect(table(page).get_by_role("row").nth(1)).to_contain_text(first["note_id"])
    for key in ("j", "x", "j", "x", "t"):
        page.keyboard.press(key)
    page.get_by_label("新标签").fill("回访")
    page.keyboard.press("Enter")
    expect(table(page).get_by_role("row", name=re.compile(second["note_id"]))).to_contain_text("回访")
    assert [len(item["tags"]) for item in visitor.answer("/loans?sort=-dpd&limit=3")["items"]] == [1, 1, 0]
    page.keyboard.press("Escape")
    page.get_by_role("button", name="取消选择").click()
    table(page).get_by_role("row", name=re.compile(second["note_id"])).get_by_role("link").focus()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/parties/{first['party_id']}.*note={first['note_id']}$"))


def test_bar_of_the_overview_leads_to_the_notes_behind_it(visitor: Visitor) -> None:
    visitor.log_in("auditor")
    page = visitor.page
    behind = next(row for row in visitor.answer("/overview")["buckets"] if row["bucket"] == "M2")
    panel = page.get_by_role("region", name="各账龄余额")
    panel.get_by_text("表", exact=True).click()
    panel.get_by_role("button", name="M2", exact=True).click()
    expect(page).to_have_url(re.compile("/loans.bucket=M2$"))
    expect(totals(page)).to_contain_text(f"{behind['notes']} 笔借据")


def test_list_has_no_barriers_in_either_theme(visitor: Visitor) -> None:
    visitor.log_in("accounting", "/loans?bucket=M1")
    page = visitor.page
    for theme in THEMES:
        visitor.theme(theme)
        expect(table(page).get_by_role("row").nth(1)).to_be_visible()
        assert visitor.barriers() == [], f"loans, {theme}"
