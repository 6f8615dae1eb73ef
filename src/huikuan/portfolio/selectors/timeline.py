"""The time line of a party, page by page: newest first, each page begins where the one before ended."""

from collections.abc import Iterable
from datetime import date
from operator import attrgetter
from typing import Final

from huikuan.kernel.errors import InputInvalidError
from huikuan.portfolio.borrower_out import TimelineItemOut, TimelinePageOut

TIMELINE_PAGE: Final = 300
_CURSOR_LENGTH_MAX: Final = 20


def timeline_page(items: Iterable[TimelineItemOut], after: str | None, limit: int = TIMELINE_PAGE) -> TimelinePageOut:
    """Return ``limit`` entries after a place, newest first; those of one day stay in the order in which they come.

    ``after`` is the ``next`` of the page before: a day, and how many of its entries were shown. Raises
    InputInvalidError when it is none.
    """
    ordered = sorted(items, key=attrgetter("on"), reverse=True)
    start = 0 if after is None else _place(ordered, after)
    shown = ordered[start : start + limit]
    left = len(ordered) - start - len(shown)
    return TimelinePageOut(items=tuple(shown), next=_cursor(ordered[: start + limit]) if left else None, left_out=left)


def _cursor(shown: list[TimelineItemOut]) -> str:
    day = shown[-1].on
    return f"{day.isoformat()}.{sum(item.on == day for item in shown)}"


def _place(ordered: list[TimelineItemOut], after: str) -> int:
    text, _, count = after.partition(".")
    try:
        day = date.fromisoformat(text)
        if len(after) > _CURSOR_LENGTH_MAX or not (count.isascii() and count.isdecimal()):
            raise ValueError
    except ValueError:
        raise InputInvalidError("after", after[:_CURSOR_LENGTH_MAX], "the `next` of the page before") from None
    newer = sum(item.on > day for item in ordered)
    return newer + min(int(count), sum(item.on == day for item in ordered))
