"""`huikuan calendar`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone

from huikuan.kernel.commands.common import BankOption, bank_id_of, day_or_today, operator
from huikuan.kernel.selectors.calendar import calendar_warning, calendar_years
from huikuan.kernel.services.calendar import calendar_seed
from huikuan.kernel.tenancy import bank_scope

app = typer.Typer(help="The business calendar of a bank.", no_args_is_help=True)


@app.command("seed")
def seed(
    bank: BankOption,
    year: Annotated[int, typer.Option(min=1990, max=2100, help="Year to load.")],
    country: Annotated[str, typer.Option(help="Packaged calendar: cn or us.")] = "cn",
    file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A holiday file of your own instead.")
    ] = None,
) -> None:
    """Load a whole year; single days change later by a proposal and the approval of another person (API)."""
    days = calendar_seed(
        bank_id=bank_id_of(bank), country=country, year=year, file=file, by=operator(), at=timezone.now()
    )
    typer.echo(f"Loaded {days} days of {year}.")


@app.command("years")
def years(bank: BankOption) -> None:
    """Say which years are complete, and warn when one is missing."""
    bank_id, today = bank_id_of(bank), day_or_today(bank, None)
    with bank_scope(bank_id):
        found = sorted(calendar_years(bank_id))
        warning = calendar_warning(bank_id=bank_id, today=today)
    typer.echo("Complete years: " + (", ".join(map(str, found)) or "none"))
    if warning:
        typer.echo(f"Warning: today is {today} and this year or the next is missing.", err=True)
