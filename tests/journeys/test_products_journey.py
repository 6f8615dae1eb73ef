"""The products in a real browser: the table, a product's page with every convention in words, keys, both themes."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.product import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey")]


def test_products_are_compared_and_one_is_read_by_keys(visitor: Visitor) -> None:
    visitor.log_in("collector", "/products")
    page = visitor.page
    bundles = visitor.answer("/product-bundles")
    table = page.get_by_role("table", name="产品列表")
    expect(table.get_by_role("row")).to_have_count(len(bundles) + 1)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(f"at={bundles[1]['code']}"))
    page.reload()
    expect(table.locator("tr[aria-current=true]")).to_contain_text(bundles[1]["name_zh"])

    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(bundles[1]["name_zh"])
    detail = visitor.answer(f"/product-bundles/{bundles[1]['code']}")
    conventions = [each for group in detail["groups"] for each in group["conventions"]]
    expect(page.get_by_text("默认", exact=True)).to_have_count(sum(not each["differs"] for each in conventions))
    for group in detail["groups"]:
        rows = page.get_by_role("table", name=group["name_zh"]).get_by_role("row")
        expect(rows).to_have_count(len(group["conventions"]) + 1)
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_contain_text(bundles[2]["name_zh"])
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(f"/products\\?at={bundles[2]['code']}"))


def test_product_says_what_it_refuses_and_why_in_english_too(visitor: Visitor) -> None:
    visitor.log_in("quality_reviewer", "/products/us_instalment")
    page = visitor.page
    expect(page.get_by_role("region", name="不能同时使用")).to_contain_text("24%")
    page.get_by_role("button", name=re.compile("English")).click()
    expect(page.get_by_role("region", name="Not together")).to_contain_text("24 percent")
    expect(page.get_by_role("table", name="What lateness costs")).to_contain_text("recalled, to be verified")


def test_products_have_no_barriers_in_either_theme(visitor: Visitor) -> None:
    visitor.log_in("collector", "/products")
    page = visitor.page
    for theme in ("浅色", "深色"):
        visitor.theme(theme)
        expect(page.get_by_role("table", name="产品列表")).to_be_visible()
        assert visitor.barriers() == [], f"products, {theme}"
        page.get_by_role("link", name="美式分期贷款").click()
        expect(page.get_by_role("table", name="还款冲抵")).to_be_visible()
        assert visitor.barriers() == [], f"product, {theme}"
        page.get_by_role("link", name="全部产品").click()


def test_agency_may_not_see_the_products(visitor: Visitor) -> None:
    visitor.log_in("agency_user", "/products")
    expect(visitor.page.get_by_role("table", name="产品列表")).to_have_count(0)
