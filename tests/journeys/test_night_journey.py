"""A night put right in a real browser: proposed, approved by somebody else, and its refused row taken as a file."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import LAST_NIGHT_ON, SCREEN
from tests.journeys.product import BANK_CODE, Product, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey")]

JOB_MS_MAX = 120_000
"""A job of the worker, on a machine that does other work too."""


def delivered_again(home: Path) -> str:
    """Deliver the last day again, its first repayment for a note that the bank does not have; return its reference."""
    file = home / "inbox" / BANK_CODE / LAST_NIGHT_ON / "repayments.csv"
    header, first, *rest = file.read_text(encoding="utf-8").splitlines(keepends=True)
    note_id, _, values = first.partition(",")
    file.write_text("".join([header, f"{note_id}-1,{values}", *rest]), encoding="utf-8")
    return values.partition(",")[0]


def requests(page: Page) -> Locator:
    """Open what was asked of the night."""
    page.get_by_role("button", name="申请与更正").click()
    return page.get_by_role("dialog", name="申请与更正")


def approve(product: Product, browser: Browser) -> None:
    """Another person, at another window, approves the correction that waits."""
    context = browser.new_context(viewport=SCREEN, locale="zh-CN", reduced_motion="reduce")
    other = Visitor(context.new_page(), product)
    other.log_in("accounting", "/nights")
    asked = requests(other.page)
    asked.get_by_role("button", name="批准").click()
    expect(asked.get_by_role("region", name="待审批的更正")).to_have_count(0)
    context.close()
    assert other.faults == []


def rejects_taken(page: Page) -> list[list[str]]:
    """Take the refused rows of the night as CSV; return them without the lines that say what the file is."""
    page.get_by_role("region", name="被拒绝的行").get_by_role("button", name="导出 CSV").click()
    link = page.get_by_role("list", name="我的导出").get_by_role("link", name="下载")
    expect(link).to_have_count(1, timeout=JOB_MS_MAX)
    with page.expect_download() as fetched:
        link.click()
    assert LAST_NIGHT_ON in fetched.value.suggested_filename
    text = Path(fetched.value.path()).read_text(encoding="utf-8-sig")
    return [row for row in csv.reader(io.StringIO(text)) if not row[0].startswith("#")][1:]


def test_night_is_corrected_by_two_persons_and_its_refused_row_is_taken_as_a_file(
    visitor: Visitor, product: Product, browser: Browser
) -> None:
    visitor.log_in("administrator", "/nights")
    page = visitor.page
    before = visitor.answer("/nights?limit=1")["items"][0]
    assert before["business_date"] == LAST_NIGHT_ON and before["rejected"] == 0
    reference = delivered_again(product.home)
    page.get_by_role("button", name="更正…").click()
    page.get_by_label(re.compile("^理由")).fill(f"{reference} 记错借据，由会计部提出")
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_text("已提交，等待另一位同事批准")).to_be_visible()
    page.keyboard.press("Escape")
    asked = requests(page)
    expect(asked.get_by_role("region", name="待审批的更正")).to_contain_text("由您提出，须由他人批准")
    expect(asked.get_by_role("button", name="批准")).to_have_count(0)
    approve(product, browser)
    asked.get_by_role("button", name="更正的影响").click(timeout=JOB_MS_MAX)
    expect(asked).to_contain_text(reference)
    assert visitor.barriers() == []
    page.keyboard.press("Escape")

    after = visitor.answer("/nights?limit=1")["items"][0]
    assert (after["business_date"], after["kind"], after["rejected"]) == (LAST_NIGHT_ON, "correction", 1)
    assert after["accepted"] == before["accepted"] - 1
    visitor.open(f"/nights?run={after['run_id']}")
    (row,) = rejects_taken(page)
    assert row[:3] == ["repayments.csv", "2", "reference.unknown"] and f"core_ref={reference}" in row[-1]
    (export,) = visitor.answer("/exports")
    assert (export["kind"], export["purpose"], export["rows"]) == ("rejects", "data_quality", 1)
