"""The command `huikuan feed quality`."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from huikuan.kernel.selectors.users import bank_by_code
from huikuan.kernel.tenancy import bank_scope
from huikuan.portfolio.selectors.quality import NIGHTS_MAX, Alert, FeedQuality, FeedSeries, feed_quality, feeds_quality

_DAY = ["%Y-%m-%d"]


def quality_command(
    bank: Annotated[str, typer.Option("--bank", help="Code of the bank.")],
    feed: Annotated[str, typer.Option("--feed", help="One feed, field by field.")] = "",
    until: Annotated[
        datetime | None, typer.Option("--until", formats=_DAY, help="Last business date; the latest if left out.")
    ] = None,
    nights: Annotated[int, typer.Option("--nights", min=1, max=NIGHTS_MAX, help="How many nights.")] = 30,
) -> None:
    """Show how complete and valid the delivered feeds are, over the last nights that were published."""
    known = bank_by_code(bank)
    last = None if until is None else until.date()
    with bank_scope(known.id):
        if feed:
            found = feed_quality(bank_id=known.id, feed=feed, until=last, nights=nights)
            table, alerts = _fields(found), found.alerts
        else:
            feeds = feeds_quality(bank_id=known.id, until=last, nights=nights)
            table, alerts = _feeds(feeds), [alert for one in feeds for alert in one.alerts]
    console = Console()
    console.print(table)
    for alert in alerts:
        console.print(f"{alert.feed}, {_line(alert)}", highlight=False, soft_wrap=True)


def _feeds(feeds: list[FeedSeries]) -> Table:
    table = Table("feed", "nights", "last", "rows", "rejected", "complete", "valid", title="Quality of delivered feeds")
    for one in feeds:
        day = one.series[-1]
        counts = (str(len(one.series)), str(day.business_date), f"{day.rows:,}", f"{day.rejected:,}")
        table.add_row(one.feed, *counts, _percent(day.completeness_ppm), _percent(day.validity_ppm))
    return table


def _line(alert: Alert) -> str:
    """What is unlike the nights before, in one line."""
    what = f"{alert.business_date}: {alert.level} {alert.measure} {alert.field}".rstrip()
    match alert.measure:
        case "volume":
            return f"{what}: {alert.value:,} rows, usually {alert.usual:,} (robust z {alert.score / 1000:.1f})"
        case "distribution":
            return f"{what}: PSI {alert.score / 1_000_000:.2f}, threshold {alert.usual / 1_000_000:.2f}"
        case _:
            return f"{what}: {_percent(alert.value)}, usually {_percent(alert.usual)}"


def _fields(feed: FeedQuality) -> Table:
    last = feed.series[-1] if feed.series else None
    title = (
        f"{feed.feed}: nothing delivered" if last is None else f"{feed.feed}, {last.business_date}: {last.rows:,} rows"
    )
    table = Table("field", "filled", "complete", "invalid", "valid", "different", "of", title=title)
    for one in feed.fields:
        table.add_row(
            one.field,
            f"{one.filled:,}",
            _percent(one.completeness_ppm),
            f"{one.invalid:,}",
            _percent(one.validity_ppm),
            f"{one.distinct:,}",
            f"{one.sampled:,}",
        )
    return table


def _percent(ppm: int | None) -> str:
    return "–" if ppm is None else f"{ppm // 10_000}.{ppm % 10_000 // 100:02d} %"
