"""Nights in a row with the same base and rate become one segment, under every day count."""

from calendar import isleap
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from huikuan.portfolio.conventions import DayCount
from huikuan.portfolio.rules.day_count import YEAR_UNITS, units_between
from huikuan.portfolio.rules.explain.accruals import Base, Segment

_ONE_DAY = timedelta(days=1)
_DAILY = 1  # the year of a rate a day


def segment_append(
    segments: list[Segment],
    day_count: DayCount | None,
    nights: tuple[date, date],
    base: Base,
    rate_ppm: int,
    den: int,
    *,
    cut_on: date | None = None,
) -> None:
    """Add ``nights``: those after the first day up to the second, to the last segment if nothing but the days differs.

    Without a day count the rate is a daily one. For act/act a segment ends with its year; ``cut_on`` ends one too.
    """
    since, until = nights
    for from_on, to_on, count, year in _pieces(day_count, since, until):
        if segments and from_on != cut_on:
            last = segments[-1]
            if (last.base, last.rate_ppm, last.year) == (base, rate_ppm, year) and last.to_on == from_on:
                segments[-1] = replace(last, to_on=to_on, count=last.count + count)
                continue
        segments.append(Segment(from_on + _ONE_DAY, to_on, base, rate_ppm, count, year, den))


def _pieces(day_count: DayCount | None, since: date, until: date) -> Iterator[tuple[date, date, int, int]]:
    """(since, until, days of the day count, days of its year) of spans with one year."""
    if day_count is None:
        yield since, until, (until - since).days, _DAILY
    elif day_count is DayCount.ACT_ACT:
        while since < until:
            turn = min(until, date(since.year + 1, 1, 1))
            yield since, turn, (turn - since).days, 366 if isleap(since.year) else 365
            since = turn
    else:
        yield since, until, units_between(day_count, since, until), YEAR_UNITS[day_count]
