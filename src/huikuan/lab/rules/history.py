"""The figures of a simulated history, counted exactly as those of the real data they are compared with.

A history has a row for each note and a column for each month-end: the bucket 0 (M0) to 7 (M7+), CHARGED_OFF, or GONE
before the note was made and after it was repaid.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from huikuan.lab.rules.draw import Integers, Truths
from huikuan.lab.rules.rates import ClusterSums, Share, share_of

GONE: Final = -1
CHARGED_OFF: Final = 8
MEMORY_MONTHS: Final = 12
"""How far back *recent* arrears reach."""

YEARS: Final = 3
"""On the book, of the figures that nothing is fitted to."""

GRACE_DAYS: Final = 15
"""The public data tell 1 to 15 days past due (grace) from 16 to 30."""

_STATES: Final = ("entry", "m2", "m3", "m4", "m5", "m6")
BOOK_BUCKETS: Final = ("m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7_plus")
History = NDArray[np.int8]


def panel_shares(history: History, borrowers: Integers) -> dict[str, Share]:
    """Return ``panel.<state>.<outcome>`` as the card panel counts them, with borrowers as clusters.

    The panel knows no difference between M0 and M1 (both are *up to 29 days*, *entry*) and between M6, M7+ and charged
    off (*m6*). Who is gone after a month was cured. ``borrowers`` names the borrower of each row, counted from 0.
    With them come ``unfitted.<first|again>.<year>``, for comparison only.
    """
    place = np.where(history == GONE, GONE, np.clip(history, 1, 6) - 1).astype(np.int8)
    opening, closing = place[:, :-1], np.maximum(place[:, 1:], 0)
    recent, known = _memory(place)
    found: dict[str, Share] = {}
    for state, name in enumerate(_STATES):
        here = opening == state
        if state == 0:
            for outcome, rows in (("all", here), ("recent", here & known & recent), ("clean", here & known & ~recent)):
                found[f"panel.entry.{outcome}"] = _share(rows, closing > 0, borrowers)
            found |= _by_year(place, here, closing > 0, borrowers)
            continue
        found[f"panel.{name}.cure"] = _share(here, closing == 0, borrowers)
        found[f"panel.{name}.stay"] = _share(here, closing == state, borrowers)
        if state > 1:
            found[f"panel.{name}.better"] = _share(here, (closing > 0) & (closing < state), borrowers)
        if state < len(_STATES) - 1:
            found[f"panel.{name}.worse"] = _share(here, closing > state, borrowers)
    return found


def book_shares(history: History, borrowers: Integers) -> dict[str, Share]:
    """Return ``book.<bucket>.<outcome>`` as the roll table of a bank's book counts them; cure ends in M0 or repaid."""
    opening, closing = history[:, :-1], np.maximum(history[:, 1:], 0)
    found: dict[str, Share] = {}
    for state, name in enumerate(BOOK_BUCKETS):
        here = opening == state
        if state > 0:
            found[f"book.{name}.cure"] = _share(here, closing == 0, borrowers)
            found[f"book.{name}.stay"] = _share(here, closing == state, borrowers)
        if state > 1:
            found[f"book.{name}.better"] = _share(here, (closing > 0) & (closing < state), borrowers)
        found[f"book.{name}.worse"] = _share(here, closing > state, borrowers)
    return found


def arrears_share(history: History, borrowers: Integers) -> Share:
    """Return ``arrears.m1``: notes 1 to 30 days past due among those 1 to 120 days past due, over all month-ends."""
    return _share((history >= 1) & (history <= 4), history == 1, borrowers)


def grace_share(history: History, days_at_month_end: Integers, borrowers: Integers) -> Share:
    """Return ``arrears.grace``: notes 1 to 15 days past due among those 1 to 30, over all month-ends.

    ``days_at_month_end`` is how many days each note in M1 is past due at a month-end: the days since its due day.
    """
    late = history == 1
    return _share(late, late & (days_at_month_end <= GRACE_DAYS)[:, None], borrowers)


def _memory(place: History) -> tuple[Truths, Truths]:
    """For each opening month: past due 30 days or more in the twelve months before it; on the book that long."""
    late = (place > 0).astype(np.int16)
    seen = np.cumsum(late, axis=1, dtype=np.int16)
    months = place.shape[1] - 1
    recent = np.zeros((place.shape[0], months), dtype=np.bool_)
    for month in range(1, months):
        before = seen[:, month - 1 - MEMORY_MONTHS] if month > MEMORY_MONTHS else 0
        recent[:, month] = seen[:, month - 1] - before > 0
    first = np.argmax(place != GONE, axis=1)
    known: Truths = np.arange(months)[None, :] - first[:, None] >= MEMORY_MONTHS
    return recent, known


def _by_year(place: History, here: Truths, hits: Truths, borrowers: Integers) -> dict[str, Share]:
    """``unfitted.<first|again>.<year>``: falling behind by year on the book, for the first time or not."""
    ever = np.logical_or.accumulate(place > 0, axis=1)[:, :-1]
    age = np.arange(place.shape[1] - 1)[None, :] - np.argmax(place != GONE, axis=1)[:, None]
    found = {}
    for year in range(1, YEARS + 1):
        rows = here & (age // 12 + 1 == year)
        found[f"unfitted.first.{year}"] = _share(rows & ~ever, hits, borrowers)
        found[f"unfitted.again.{year}"] = _share(rows & ever, hits, borrowers)
    return found


def _share(rows: Truths, hits: Truths, borrowers: Integers) -> Share:
    """Share of hits among rows (both notes by months), with its design effect over borrowers."""
    of = np.bincount(borrowers, weights=rows.sum(axis=1)).astype(np.int64)
    hit = np.bincount(borrowers, weights=(rows & hits).sum(axis=1)).astype(np.int64)
    return share_of(
        ClusterSums(
            int((of > 0).sum()),
            int(hit.sum()),
            int(of.sum()),
            int((hit * hit).sum()),
            int((hit * of).sum()),
            int((of * of).sum()),
        )
    )
