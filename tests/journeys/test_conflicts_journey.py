"""Customer data to verify in a real browser, in the invented bank: by keys, decide, merge, take apart, who may not."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.product import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey")]
ADDRESS = "/conflicts"
WHY = "柜面核对过两份证件"


def log_in(visitor: Visitor, role: str, path: str = ADDRESS) -> Page:
    """Log in at the invented bank, which has the same passwords."""
    visitor.open(path)
    visitor.fill_in(f"liuxi.{role.replace('_', '-')}", visitor.product.password(role))
    expect(visitor.page.get_by_role("navigation", name="主导航")).to_be_visible()
    return visitor.page


def rows_of(page: Page) -> Locator:
    return page.get_by_role("table", name="核查事项").get_by_role("row")


def test_sources_that_differ_are_read_by_keys_and_decided_on_with_a_reason(visitor: Visitor) -> None:
    visitor.log_in("special_assets", ADDRESS)
    page = visitor.page
    conflicts = visitor.answer("/conflicts?limit=100")
    assert len(conflicts["items"]) > 2, "the sample bank has a card system that says otherwise"
    expect(rows_of(page)).to_have_count(len(conflicts["items"]) + 1)
    page.keyboard.press("j")
    second = conflicts["items"][1]
    expect(page).to_have_url(re.compile(f"at={second['id']}"))
    page.reload()
    expect(page.locator("tr", has=page.locator("[aria-current=true]"))).to_contain_text(second["customer"]["party_id"])

    page.get_by_role("radio", name=re.compile("^1 · ")).check()
    page.get_by_role("textbox").fill(WHY)
    page.get_by_role("button", name="保存判定").click()
    expect(rows_of(page)).to_have_count(len(conflicts["items"]))
    (decided,) = (row for row in visitor.answer("/conflicts?state=decided")["items"] if row["id"] == second["id"])
    assert (decided["decision"]["value"], decided["decision"]["reason"]) == (1, WHY)


def test_two_keys_are_merged_shown_as_one_customer_and_taken_apart_again(visitor: Visitor) -> None:
    page = log_in(visitor, "special_assets", f"{ADDRESS}?view=merges")
    rows = visitor.answer("/conflicts/merges")["items"]
    pair = rows[0]
    first, second = (side["party_id"] for side in pair["sides"])
    contracts = {
        key: {one["contract_id"] for one in visitor.answer(f"/parties/{key}/overview")["contracts"]}
        for key in (first, second)
    }
    expect(rows_of(page)).to_have_count(len(rows) + 1)
    page.get_by_role("button", name=re.compile(second)).click()
    beside = page.get_by_role("table", name="对照")
    expect(beside).to_contain_text(first)
    page.get_by_role("link", name=pair["sides"][0]["name"]).last.click()
    expect(page.get_by_role("group", name="待核查")).to_contain_text("疑似另有客户号")
    page.get_by_role("group", name="待核查").get_by_role("link", name="疑似另有客户号").click()
    expect(beside).to_contain_text(second)

    page.get_by_role("textbox").fill(WHY)
    page.get_by_role("button", name="是同一人，合并").click()
    expect(page.get_by_role("button", name=re.compile(second))).to_have_count(0)
    for key, other in ((first, second), (second, first)):
        visitor.open(f"/parties/{key}")
        origins = page.get_by_role("group", name="合并客户")
        expect(origins.get_by_role("link", name=other)).to_be_visible()
        for contract in contracts[first] | contracts[second]:
            expect(page.get_by_role("region", name="合同与借据")).to_contain_text(contract)

    visitor.open(f"{ADDRESS}?view=merges&merges=merged")
    expect(page.get_by_role("region", name="对照")).to_contain_text(f"{first} · {second}")
    page.get_by_role("textbox").fill("原判定有误，系父子")
    page.get_by_role("button", name=re.compile("^拆\\s?开$")).click()
    expect(page.get_by_text("没有疑似重复的客户")).to_be_visible()
    visitor.open(f"/parties/{second}")
    expect(page.get_by_role("group", name="待核查")).to_be_visible()
    expect(page.get_by_role("group", name="合并客户")).to_have_count(0)
    after = visitor.answer(f"/parties/{second}/overview")
    assert {one["contract_id"] for one in after["contracts"]} == contracts[second]


def test_customer_data_to_verify_have_no_barriers_in_either_theme(visitor: Visitor) -> None:
    page = log_in(visitor, "special_assets")
    for theme in ("浅色", "深色"):
        visitor.open(ADDRESS)
        visitor.theme(theme)
        for view in ("来源不一致", "号码与电话异常", "疑似同一客户"):
            page.get_by_text(view, exact=True).first.click()
            expect(page.get_by_role("heading", name="客户信息核查")).to_be_visible()
            expect(page.get_by_role("status", name="正在载入")).to_have_count(0)
            assert visitor.barriers() == [], f"{view}, {theme}"


def test_auditor_reads_and_decides_nothing(visitor: Visitor) -> None:
    page = log_in(visitor, "auditor", f"{ADDRESS}?view=merges")
    expect(page.get_by_role("table", name="对照")).to_be_visible()
    expect(page.get_by_role("button", name="不是同一人")).to_have_count(0)
    page.get_by_role("button", name=re.compile("English")).click()
    expect(page.get_by_role("table", name="Side by side")).to_be_visible()


def test_collector_sees_no_list_of_customers_to_verify(visitor: Visitor) -> None:
    page = log_in(visitor, "collector")
    expect(page.get_by_role("heading", name="没有查看权限")).to_be_visible()
    expect(page.get_by_role("table", name="核查事项")).to_have_count(0)
