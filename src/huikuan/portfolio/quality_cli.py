"""The command `huikuan feed quality`."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from huikuan.kernel.commands.common import operator
from huikuan.kernel.selectors.users import bank_by_code
from huikuan.kernel.tenancy import bank_scope
from huikuan.portfolio.explain.words import Language
from huikuan.portfolio.selectors.quality import (
    NIGHTS_MAX,
    Alert,
    FeedQuality,
    FeedSeries,
    feed_days,
    feed_quality,
    feeds_quality,
)
from huikuan.portfolio.services.quality_report import quality_report

_DAY = ["%Y-%m-%d"]


def quality_command(
    bank: Annotated[str, typer.Option("--bank", help="Code of the bank.")],
    feed: Annotated[str, typer.Option("--feed", help="One feed, field by field.")] = "",
    until: Annotated[
        datetime | None, typer.Option("--until", formats=_DAY, help="Last business date; the latest if left out.")
    ] = None,
    nights: Annotated[int, typer.Option("--nights", min=1, max=NIGHTS_MAX, help="How many nights.")] = 30,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write the report of the month of --until as XLSX.", dir_okay=False)
    ] = None,
    language: Annotated[Language, typer.Option("--lang", help="Language of the report.")] = Language.ZH,
) -> None:
    """Show how complete and valid the delivered feeds are, over the last nights that were published; what is unlike
    the nights before; with --report write the report of a month instead.
    """
    known = bank_by_code(bank)
    if report is not None:
        _report(known.id, until, report, language)
        return
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


def _report(bank_id: int, until: datetime | None, file: Path, language: Language) -> None:
    with bank_scope(bank_id):
        days = feed_days(bank_id=bank_id, until=None if until is None else until.date(), nights=1)
        month = until.date() if until is not None else max((day.business_date for day in days), default=date.min)
        who = operator()
        _, content = quality_report(
            bank_id=bank_id, month=month, language=language, by=who, by_name=who.ref, at=datetime.now(UTC)
        )
    file.write_bytes(content)
    typer.echo(f"Data quality of {month:%Y-%m} written to {file}.")


def _feeds(feeds: list[FeedSeries]) -> Table:
    heads = ("feed", "nights", "late", "last", "rows", "rejected", "complete", "valid")
    columns = [Column(head, no_wrap=head == "last") for head in heads]  # a cut date tells nothing
    table = Table(*columns, title="Quality of delivered feeds")
    for one in feeds:
        day = one.series[-1]
        late = [known.late_minutes for known in one.series if known.late_minutes is not None]
        nights = (str(len(one.series)), str(sum(minutes > 0 for minutes in late)) if late else "–")
        counts = (*nights, str(day.business_date), f"{day.rows:,}", f"{day.rejected:,}")
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
