"""Search from the keyboard: a customer by initials, a note by its number, nothing of another branch."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.product import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey")]

THEMES = ("浅色", "深色")


def log_in(visitor: Visitor, role: str, bank: str = "liuxi") -> None:
    """Log in at the invented bank, whose customers have Chinese names; each role has the sample bank's password."""
    visitor.open()
    visitor.fill_in(f"{bank}.{role.replace('_', '-')}", visitor.product.password(role))
    expect(visitor.page.get_by_role("navigation", name="主导航")).to_be_visible()


def box(visitor: Visitor) -> Locator:
    """The search box."""
    return visitor.page.get_by_role("combobox", name="搜索客户、合同、借据")


def options(visitor: Visitor) -> Locator:
    """What was found."""
    return visitor.page.get_by_role("listbox", name="搜索结果").get_by_role("option")


def test_customer_is_found_by_initials_and_opened_from_the_keyboard(visitor: Visitor) -> None:
    log_in(visitor, "auditor")
    page = visitor.page
    page.keyboard.press("/")
    expect(box(visitor)).to_be_focused()
    expect(page.get_by_text("只在您有权查看的机构内查找")).to_be_visible()
    page.keyboard.type("zqs")
    expect(options(visitor)).to_have_count(1)
    expect(options(visitor)).to_contain_text("赵*收")
    expect(options(visitor)).to_contain_text("拼音首字母")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/parties/K10001$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("赵*收")
    expect(box(visitor)).to_have_value("")


def test_note_is_found_by_its_number_and_opened_at_its_customer(visitor: Visitor) -> None:
    log_in(visitor, "auditor")
    page = visitor.page
    page.keyboard.press("Control+k")
    page.keyboard.type("J1")
    expect(options(visitor).first).to_have_attribute("aria-selected", "true")
    expect(options(visitor).first).to_contain_text("借据号")
    page.keyboard.press("ArrowDown")
    expect(options(visitor).nth(1)).to_have_attribute("aria-selected", "true")
    expect(options(visitor).nth(1)).to_contain_text("J10")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options(visitor).last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/parties/K10008\?note=J10$"))


def test_branch_does_not_find_what_is_not_its_own_and_is_told_the_limit(visitor: Visitor) -> None:
    log_in(visitor, "branch_manager")
    page = visitor.page
    page.keyboard.press("/")
    page.keyboard.type("J10")
    expect(page.get_by_text("没有找到", exact=True).last).to_be_visible()
    expect(page.get_by_text("其他机构的客户不会显示")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("其他机构的客户不会显示")).to_be_hidden()
    expect(box(visitor)).to_have_value("")
    page.keyboard.press("/")
    page.keyboard.type("J1")
    expect(options(visitor).first).to_contain_text("J1")


def test_role_that_may_not_see_customers_has_no_search(visitor: Visitor) -> None:
    log_in(visitor, "strategist")
    expect(box(visitor)).to_have_count(0)


def test_search_has_no_barriers_in_either_theme_and_keeps_nothing(visitor: Visitor) -> None:
    log_in(visitor, "auditor")
    page = visitor.page
    for theme in THEMES:
        visitor.theme(theme)
        page.keyboard.press("Control+k")
        assert visitor.barriers() == []
        page.keyboard.type("柳溪")
        expect(options(visitor)).to_have_count(8)
        assert visitor.barriers() == []
        page.keyboard.press("Escape")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "柳溪" not in kept and "K2" not in kept
