"""Commands on feeds: check a delivery, describe the contracts."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from rich.console import Console
from rich.table import Table

from huikuan.kernel.selectors.users import bank_by_code
from huikuan.portfolio.errors import DeliveryDateError
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.check import Delivery
from huikuan.portfolio.intake.describe import feeds_page
from huikuan.portfolio.lake import Lake
from huikuan.portfolio.selectors.feed_check import FeedFinding, feed_check

app = typer.Typer(pretty_exceptions_enable=False, no_args_is_help=True, help="Deliveries of the core system.")


@app.command("check")
def check_command(
    folder: Annotated[
        Path, typer.Argument(help="The delivery: files and manifest.yaml.", exists=True, file_okay=False)
    ],
    bank: Annotated[str, typer.Option("--bank", help="Code of the bank.")],
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="Business date; the folder's name if left out."),
    ] = None,
) -> None:
    """Check a delivery without loading it. Exit code 1 if the night would refuse it, 2 if rows would be rejected."""
    business_date = day.date() if day is not None else _date_of(folder)
    known = bank_by_code(bank)
    found = feed_check(
        bank_id=known.id,
        lake=Lake(settings.HOME / "lake", known.code),
        delivery=Delivery(folder, known.code, business_date, known.minor_digits),
    )
    _print(found, business_date)
    if any(finding.refused for finding in found):
        raise typer.Exit(1)
    if any(finding.feed.rejected for finding in found):
        raise typer.Exit(2)


@app.command("describe")
def describe_command() -> None:
    """Print the reference page of all feeds, field by field, as Markdown."""
    typer.echo(feeds_page(contracts_shipped()), nl=False)


def _date_of(folder: Path) -> date:
    try:
        return date.fromisoformat(folder.name)
    except ValueError as error:
        raise DeliveryDateError(folder) from error


def _left_out(found: list[FeedFinding]) -> list[str]:
    """Files of the feeds that the manifest does not name."""
    delivered = {finding.feed.feed for finding in found}
    return [contract.file for feed, contract in contracts_shipped().items() if feed not in delivered]


def _print(found: list[FeedFinding], business_date: date) -> None:
    table = Table("file", "rows", "accepted", "rejected", "control totals", title=f"Delivery of {business_date}")
    for finding in found:
        feed = finding.feed
        wrong = [f"{c.name}: stated {c.stated}, counted {c.counted}" for c in feed.controls if not c.ok]
        counts = (f"{feed.rows:,}", f"{feed.accepted:,}", f"{feed.rejected:,}")
        table.add_row(feed.file_name, *counts, "; ".join(wrong) or "right")
    console = Console()
    console.print(table)
    if left_out := _left_out(found):
        console.print(f"Not delivered, so what was delivered last stays in force: {', '.join(left_out)}.")
    for finding in found:
        for line, code, field, expected, got in finding.reasons:
            where = f"{finding.feed.file_name}, line {line}"
            console.print(f"{where}: {field or 'row'}: expected {expected}, got {got} ({code})", markup=False)
        if finding.feed.rejected > len(finding.reasons):
            console.print(f"{finding.feed.file_name}: {finding.feed.rejected - len(finding.reasons):,} more.")
    if any(finding.refused for finding in found):
        console.print("The night would refuse this delivery.")
