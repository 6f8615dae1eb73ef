"""Data quality in a real browser: the feeds, the fields of one, keys, both themes, who may not."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.product import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey")]


def test_feeds_are_compared_and_one_is_read_by_keys(visitor: Visitor) -> None:
    visitor.log_in("accounting", "/data-quality")
    page = visitor.page
    feeds = visitor.answer("/data-quality?nights=30")
    table = page.get_by_role("table", name="文件类别的数据质量")
    expect(table.get_by_role("row")).to_have_count(len(feeds) + 1)
    place = next(place for place, feed in enumerate(feeds) if feed["feed"] == "note")
    for _ in range(place + 1):
        page.keyboard.press("j")
    expect(page).to_have_url(re.compile("at=note"))
    page.reload()
    line = table.locator("tr[aria-current=true]")
    expect(line).to_contain_text(f"{feeds[place]['series'][-1]['rows']:,}")

    page.keyboard.press("Enter")
    fields = visitor.answer("/data-quality/note?nights=30")["fields"]
    expect(page.get_by_role("table", name="字段").get_by_role("row")).to_have_count(len(fields) + 1)
    page.get_by_role("button", name="core_status").click()
    expect(page).to_have_url(re.compile("field=core_status"))
    status = next(field for field in fields if field["field"] == "core_status")
    expect(page.get_by_role("table", name="取值").get_by_role("row")).to_have_count(len(status["bins"]) + 1)
    page.keyboard.press("k")
    expect(page).to_have_url(re.compile("field=compound"))
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/data-quality\\?at=note"))


def test_personal_fields_show_no_values_in_english_too(visitor: Visitor) -> None:
    visitor.log_in("auditor", "/data-quality/party?field=name")
    page = visitor.page
    expect(page.get_by_text("个人信息和自由文本只计数，不留取值分布。")).to_be_visible()
    page.get_by_role("button", name=re.compile("English")).click()
    expect(page.get_by_text("Personal values and free text are only counted")).to_be_visible()


def test_data_quality_has_no_barriers_in_either_theme(visitor: Visitor) -> None:
    visitor.log_in("accounting", "/data-quality")
    page = visitor.page
    for theme in ("浅色", "深色"):
        visitor.theme(theme)
        expect(page.get_by_role("table", name="文件类别的数据质量")).to_be_visible()
        assert visitor.barriers() == [], f"data quality, {theme}"
        page.get_by_role("link", name="借据", exact=True).click()
        expect(page.get_by_role("table", name="字段")).to_be_visible()
        assert visitor.barriers() == [], f"feed, {theme}"
        page.get_by_role("link", name="全部文件类别").click()


def test_collector_may_not_see_data_quality(visitor: Visitor) -> None:
    visitor.log_in("collector", "/data-quality")
    expect(visitor.page.get_by_role("table", name="文件类别的数据质量")).to_have_count(0)
