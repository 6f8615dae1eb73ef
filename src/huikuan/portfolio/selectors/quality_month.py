"""The quality of a month's deliveries, feed by feed and field by field, for who owns the data."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from statistics import median

from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.models import QualityMeasure
from huikuan.portfolio.rules.quality import share_ppm
from huikuan.portfolio.selectors.quality import Alert, FeedDay, alerts_of_runs, feed_days


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A feed in a month, or one of its fields (``field`` is empty for the feed).

    ``rows_median`` rows a night, ``refused`` rows (of a field: values) in all; shares in ppm, of all nights together
    and of the worst one; alerts and what was only watched are counted. ``late`` of the nights came after the time that
    was set, the worst by ``late_most_minutes``; None for fields and where no time was set.
    """

    feed: str
    field: str
    nights: int
    rows_median: int
    refused: int
    complete_ppm: int | None
    complete_low_ppm: int | None
    complete_low_on: date | None
    valid_ppm: int | None
    valid_low_ppm: int | None
    valid_low_on: date | None
    alerts: int
    watched: int
    late: int | None = None
    late_most_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class _Night:
    on: date
    rows: int
    cells: int
    filled: int
    invalid: int


def quality_month(*, bank_id: int, month: date) -> list[MonthRow]:
    """Return the feeds of the month that ``month`` lies in, each before its fields; empty without a published night."""
    first, last = month.replace(day=1), month.replace(day=monthrange(month.year, month.month)[1])
    days = [day for day in feed_days(bank_id=bank_id, until=last, nights=last.day) if day.business_date >= first]
    runs = {day.run_id for day in days}
    alerts = alerts_of_runs(bank_id=bank_id, runs=runs)
    fields: dict[tuple[str, str], list[_Night]] = {}
    for one in QualityMeasure.objects.filter(bank_id=bank_id, run_id__in=runs).order_by("business_date"):
        night = _Night(one.business_date, one.rows, one.rows, one.filled, one.invalid)
        fields.setdefault((one.feed, one.field), []).append(night)
    found = []
    for feed, contract in contracts_shipped().items():
        own = [day for day in days if day.feed == feed]
        if own:
            row = _row(feed, "", [_night(day) for day in own], sum(day.rejected for day in own), alerts)
            late = [day.late_minutes for day in own if day.late_minutes is not None]
            found.append(replace(row, late=sum(one > 0 for one in late), late_most_minutes=max(late)) if late else row)
        for name in contract.columns:
            if nights := fields.get((feed, name)):
                found.append(_row(feed, name, nights, sum(night.invalid for night in nights), alerts))
    return found


def _night(day: FeedDay) -> _Night:
    return _Night(day.business_date, day.rows, day.cells, day.filled, day.invalid)


def _row(feed: str, field: str, nights: list[_Night], refused: int, alerts: list[Alert]) -> MonthRow:
    own = [one for one in alerts if (one.feed, one.field) == (feed, field)]
    loud = sum(one.level == "alert" for one in own)
    complete_low = _lowest((share_ppm(night.filled, night.cells), night.on) for night in nights)
    valid_low = _lowest((share_ppm(night.filled - night.invalid, night.filled), night.on) for night in nights)
    filled = sum(night.filled for night in nights)
    return MonthRow(
        feed=feed,
        field=field,
        nights=len(nights),
        rows_median=round(median([night.rows for night in nights])),
        refused=refused,
        complete_ppm=share_ppm(filled, sum(night.cells for night in nights)),
        complete_low_ppm=complete_low[0],
        complete_low_on=complete_low[1],
        valid_ppm=share_ppm(filled - sum(night.invalid for night in nights), filled),
        valid_low_ppm=valid_low[0],
        valid_low_on=valid_low[1],
        alerts=loud,
        watched=len(own) - loud,
    )


def _lowest(shares: Iterable[tuple[int | None, date]]) -> tuple[int | None, date | None]:
    """The lowest share and the first day that had it."""
    known = [(share, on) for share, on in shares if share is not None]
    return min(known) if known else (None, None)
