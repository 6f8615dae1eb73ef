"""The first journey: log in, read the overview, look at the nights, log out; in a real browser on real loans."""

import re
from datetime import UTC, datetime

import pyotp
import pytest
from playwright.sync_api import expect

from tests.journeys.product import Visitor, strict_bank_create

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey")]

LEFT_THE_BOOK = {"settled": "结清", "charged_off": "核销"}
THEMES = ("浅色", "深色")


def grouped(count: int) -> str:
    """Return a count as the screens write it."""
    return f"{count:,}"


def percent(ppm: int) -> str:
    """Return parts per million as the screens write them, rounded half up."""
    hundredths = (ppm + 50) // 100
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def test_log_in_with_a_wrong_password_says_what_to_do_and_keeps_the_name(visitor: Visitor) -> None:
    visitor.open()
    name = visitor.product.username("auditor")
    visitor.fill_in(name, "not the password")
    expect(visitor.page.get_by_role("alert")).to_contain_text("用户名或密码不正确")
    expect(visitor.page.get_by_label("用户名", exact=True)).to_have_value(name)
    expect(visitor.page.get_by_label("密码", exact=True)).to_have_value("")
    assert visitor.barriers() == []


def test_first_log_in_of_a_strict_bank_sets_up_an_authenticator_and_later_ones_ask_for_it(visitor: Visitor) -> None:
    bank, page = strict_bank_create(visitor.product), visitor.page
    visitor.open()
    visitor.fill_in(bank.username, bank.password)
    expect(page.get_by_role("heading", name="启用两步验证")).to_be_visible()
    expect(page.get_by_role("img", name="两步验证的二维码")).to_be_visible()
    assert visitor.barriers() == []
    authenticator = pyotp.TOTP(page.locator("form code").inner_text().replace(" ", ""))
    first = authenticator.now()
    visitor.type_code(first)
    expect(page.get_by_role("heading", level=1)).to_contain_text(bank.name_zh)
    expect(page.get_by_text("还没有发布过账务日")).to_be_visible()
    expect(page.get_by_role("banner")).to_contain_text("尚未运行")
    visitor.log_out()
    visitor.fill_in(bank.username, bank.password)
    visitor.type_code(first)
    expect(page.get_by_role("alert")).to_contain_text("这个验证码已经用过")
    visitor.type_code(authenticator.at(datetime.now(UTC), counter_offset=1))
    expect(page.get_by_role("heading", level=1)).to_contain_text(bank.name_zh)


def test_overview_shows_the_figures_of_the_night_in_both_languages(visitor: Visitor) -> None:
    visitor.log_in("auditor")
    page, overview = visitor.page, visitor.answer("/overview")
    totals = overview["totals"]
    expect(page).to_have_url(re.compile("/overview$"))
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(f"截至 {overview['business_date']}")
    figures = page.get_by_role("region", name="主要指标")
    expect(figures).to_contain_text(grouped(totals["overdue_notes"]))
    for rate in ("regulatory", "management"):
        expect(figures).to_contain_text(percent(totals[rate]["rate_ppm"]))
    expect(page.get_by_role("banner")).to_contain_text(f"账务日 {overview['business_date']}")
    expect(page.get_by_role("region", name="提示")).to_contain_text("LendingClub")

    page.get_by_role("button", name="切换到 English").click()
    expect(heading).to_contain_text(f"as of {overview['business_date']}")
    expect(page.get_by_role("region", name="Key figures")).to_contain_text(percent(totals["regulatory"]["rate_ppm"]))
    page.reload()
    expect(heading).to_contain_text("Overdue overview")
    expect(page.locator("html")).to_have_attribute("lang", "en-GB")


def test_definitions_open_by_keyboard(visitor: Visitor) -> None:
    visitor.log_in("auditor")
    visitor.page.get_by_role("button", name="口径说明：监管口径逾期率").press("Enter")
    expect(visitor.page.get_by_role("tooltip")).to_contain_text("自第 91 天起计全部余额")


def test_roll_table_by_amount_stands_in_the_address(visitor: Visitor) -> None:
    visitor.log_in("auditor")
    page, roll = visitor.page, visitor.answer("/overview")["roll"]
    table = page.get_by_role("table", name="账龄滚动率")
    opening = sum(cell["notes"] for cell in roll["cells"] if cell["from_bucket"] == "M0")
    expect(table.get_by_role("row", name=re.compile("^M0 "))).to_contain_text(grouped(opening))
    page.get_by_label("计算依据").get_by_text("金额").click()
    expect(page).to_have_url(re.compile("basis=amount"))
    expect(table.get_by_role("row", name=re.compile("^M0 "))).not_to_contain_text(grouped(opening))
    page.reload()
    expect(page.get_by_role("radio", name="金额")).to_be_checked()


def test_chart_is_also_a_table(visitor: Visitor) -> None:
    visitor.log_in("auditor")
    page, buckets = visitor.page, visitor.answer("/overview")["buckets"]
    panel = page.get_by_role("region", name="各账龄余额")
    expect(panel.get_by_role("img", name=re.compile("各账龄余额"))).to_be_visible()
    panel.get_by_text("表", exact=True).click()
    for bucket in buckets:
        name = LEFT_THE_BOOK.get(bucket["bucket"], bucket["bucket"])
        row = panel.get_by_role("row", name=re.compile(f"^{re.escape(name)} "))
        expect(row).to_contain_text(grouped(bucket["notes"]))
    with page.expect_download() as download:
        panel.get_by_role("button", name="各账龄余额 · 更多操作").click()
        page.get_by_role("menuitem", name="导出 CSV").click()
    assert download.value.suggested_filename.endswith(".csv")


def test_overview_of_a_branch_has_its_name_its_figures_and_its_own_address(visitor: Visitor) -> None:
    visitor.log_in("auditor")
    page = visitor.page
    branch = next(row for row in visitor.answer("/institutions") if row["kind"] == "branch")
    totals = visitor.answer(f"/overview?institution_id={branch['id']}")["totals"]
    assert 0 < totals["notes"] < visitor.answer("/overview")["totals"]["notes"]
    page.get_by_role("combobox", name="机构").fill(branch["name_zh"])
    page.get_by_role("treeitem", name=branch["name_zh"]).first.click()
    for _ in range(2):
        expect(page.get_by_role("heading", level=1)).to_contain_text(branch["name_zh"])
        expect(page.get_by_role("region", name="主要指标")).to_contain_text(grouped(totals["notes"]))
        page.reload()
    expect(page).to_have_url(re.compile(f"institution={branch['id']}$"))


def test_nights_show_stages_hashes_and_deliveries(visitor: Visitor) -> None:
    visitor.log_in("auditor")
    page = visitor.page
    page.get_by_role("link", name="夜批").first.click()
    newest, before = visitor.answer("/nights?limit=2")["items"]
    expect(page.get_by_role("heading", name=f"{newest['business_date']} 的夜批")).to_be_visible()
    page.get_by_role("button", name=before["business_date"]).click()
    expect(page.get_by_role("heading", name=f"{before['business_date']} 的夜批")).to_be_visible()
    expect(page).to_have_url(re.compile(f"run={before['run_id']}$"))
    stages = page.get_by_role("region", name="阶段")
    for stage in before["stages"]:
        expect(stages).to_contain_text(stage["content_hash"][:8])
    stages.get_by_role("button", name=re.compile("^复制")).first.click()
    assert page.evaluate("navigator.clipboard.readText()") == before["stages"][0]["content_hash"]
    loads = visitor.answer(f"/nights/{before['run_id']}")["loads"]
    for load in loads:
        expect(page.get_by_role("region", name="下发文件")).to_contain_text(load["file"])


def test_keyboard_leads_everywhere(visitor: Visitor) -> None:
    visitor.log_in("auditor")
    page = visitor.page
    expect(page.get_by_role("region", name="主要指标")).to_be_visible()
    newest, before = visitor.answer("/nights?limit=2")["items"]
    page.keyboard.press("g")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name=f"{newest['business_date']} 的夜批")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name=f"{before['business_date']} 的夜批")).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name=f"{newest['business_date']} 的夜批")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘快捷键")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="键盘快捷键")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", level=1)).to_contain_text("逾期概览")


def test_pages_have_no_barriers_in_either_theme(visitor: Visitor) -> None:
    visitor.log_in("auditor")
    page = visitor.page
    for theme in THEMES:
        visitor.theme(theme)
        page.get_by_role("link", name="逾期概览").click()
        expect(page.get_by_role("region", name="逾期率走势").locator("canvas")).to_be_visible()
        assert visitor.barriers() == [], f"overview, {theme}"
        page.get_by_role("link", name="夜批").first.click()
        expect(page.get_by_role("region", name="被拒绝的行")).to_be_visible()
        assert visitor.barriers() == [], f"nights, {theme}"


def test_ended_session_asks_to_log_in_and_returns_to_the_same_page(visitor: Visitor) -> None:
    visitor.log_in("auditor", "/overview?basis=amount")
    page = visitor.page
    expect(page.get_by_role("region", name="主要指标")).to_be_visible()
    page.context.clear_cookies(name="huikuan_session")
    page.get_by_role("link", name="夜批").first.click()
    expect(page.get_by_text("登录已过期")).to_be_visible()
    page.go_back()
    visitor.fill_in(visitor.product.username("auditor"), visitor.product.password("auditor"))
    expect(page.get_by_role("region", name="主要指标")).to_be_visible()
    expect(page).to_have_url(re.compile("basis=amount$"))


@pytest.mark.parametrize(("role", "first"), [("administrator", "夜批"), ("strategist", "逾期概览")])
def test_first_page_is_one_that_the_role_may_see(visitor: Visitor, role: str, first: str) -> None:
    visitor.log_in(role)
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text(first)


def test_page_that_the_role_may_not_see_says_so(visitor: Visitor) -> None:
    visitor.log_in("administrator", "/overview")
    expect(visitor.page.get_by_role("alert")).to_contain_text("您的角色没有查看此内容的权限")


def test_log_out_ends_the_session_on_the_server_too(visitor: Visitor) -> None:
    visitor.log_in("auditor")
    page = visitor.page
    visitor.log_out()
    assert page.request.get(f"{visitor.product.address}/api/overview").status == 401
