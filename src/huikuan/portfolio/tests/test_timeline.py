"""The time line page by page: nothing twice, nothing left out."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.kernel.errors import InputInvalidError
from huikuan.portfolio.borrower_out import TimelineItemOut
from huikuan.portfolio.selectors.timeline import timeline_page

FIRST = date(2024, 2, 28)


def entries(days: list[int]) -> list[TimelineItemOut]:
    """An entry for each day after FIRST, each with a reference of its own."""
    return [
        TimelineItemOut(on=FIRST + timedelta(days=day), at=None, kind="contact", reference=str(place))
        for place, day in enumerate(days)
    ]


@given(st.lists(st.integers(0, 5), max_size=40), st.integers(1, 12))
def test_pages_one_after_another_are_the_whole_line_newest_first(days: list[int], limit: int) -> None:
    items, after = entries(days), None
    shown: list[TimelineItemOut] = []
    while True:
        page = timeline_page(items, after, limit)
        shown += page.items
        assert page.left_out == len(items) - len(shown) and (page.next is None) == (page.left_out == 0)
        if page.next is None:
            break
        after = page.next
    assert shown == sorted(items, key=lambda item: -item.on.toordinal())


def test_a_later_entry_between_two_pages_moves_nothing() -> None:
    items = entries([3, 1, 1, 0])
    first = timeline_page(items, None, 2)
    second = timeline_page([*entries([9]), *items], first.next, 2)
    assert [item.reference for item in (*first.items, *second.items)] == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    "after", ["", "2024-02-28", "2024-02-30.1", "2024-02-28.-1", "2024-02-28.x", "2024-02-28." + "1" * 20]
)
def test_place_that_no_page_gave_is_refused(after: str) -> None:
    with pytest.raises(InputInvalidError):
        timeline_page(entries([0]), after)
