"""Commands of the night (thin: read, call, print)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from rich.console import Console

from huikuan.kernel.commands.common import operator
from huikuan.kernel.selectors.users import bank_by_code, bank_only
from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.arrival import arrivals_read
from huikuan.nightly.as_of import as_of_read
from huikuan.nightly.correction import correction_run
from huikuan.nightly.cycle import nights_run
from huikuan.nightly.facts import BankFact
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.progress import (
    NightProgress,
    arrival_lines,
    as_of_table,
    engines_line,
    freshness_line,
    nights_table,
    runs_table,
)
from huikuan.nightly.selectors.bank import bank_fact
from huikuan.nightly.selectors.report import engines_of_run
from huikuan.nightly.selectors.runs import run_views
from huikuan.portfolio.mapping.errors import MappingError
from huikuan.portfolio.selectors.freshness import book_freshness

app = typer.Typer(pretty_exceptions_enable=False)

BankOption = Annotated[str, typer.Option("--bank", help="Code of the bank; may be left out where there is only one.")]
DATE_FORMATS = ["%Y-%m-%d"]


@app.command("nightly")
def nightly_command(
    day: Annotated[datetime, typer.Option("--date", formats=DATE_FORMATS, help="Business date to reach.")],
    bank: BankOption = "",
    inbox: Annotated[Path | None, typer.Option("--inbox", help="Inbox folder (default: inbox of the home).")] = None,
    correct: Annotated[
        bool,
        typer.Option("--correct", help="The inbox holds another delivery for a date in the book: correct it."),
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help="With --correct: what was wrong, and who said so.")] = "",
) -> None:
    """Run the nights of a bank up to a business date, every missing date in order.

    With --correct the date and every later one are made anew and published together; what was published before stays.
    """
    console = Console()
    places = NightPlaces.of(settings.HOME)
    if inbox is not None:
        places = replace(places, inbox=inbox)
    if correct:
        with NightProgress(console) as progress:
            corrected = correction_run(_bank(bank), day.date(), places, progress, reason=reason, by=operator())
        console.print(nights_table(corrected))
        return
    with NightProgress(console) as progress:
        results = nights_run(_bank(bank), day.date(), places, progress, by=operator())
    console.print(nights_table(results))
    if not any(result.changed for result in results):
        console.print(f"{day.date()} is in the book already, with the same delivery: nothing was changed.")


@app.command("nights")
def nights_command(
    bank: BankOption = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="How many of the latest nights.")] = 10,
) -> None:
    """List the latest nights of a bank, and how many notes the exact engine computed in each and why."""
    fact = _bank(bank)
    console = Console()
    with bank_scope(fact.id):
        runs = run_views(bank_id=fact.id, before=None, limit=limit)
        book = book_freshness(bank_id=fact.id, today=fact.today(datetime.now(UTC)))
        engines = {run.run_id: engines_of_run(bank_id=fact.id, run_id=run.run_id) for run in runs}
    console.print(runs_table(runs))
    console.print(freshness_line(book), highlight=False, soft_wrap=True)
    for odd in _odd(fact):
        console.print(odd, highlight=False, soft_wrap=True)
    for run in runs:
        if (line := engines_line(engines[run.run_id])) is not None:
            console.print(f"{run.business_date} {str(run.run_id)[:8]}: {line}", highlight=False, soft_wrap=True)


def _odd(fact: BankFact) -> list[str]:
    """What is odd about deliveries; of a bank whose mapping is wrong, that."""
    try:
        with bank_scope(fact.id):
            return arrival_lines(arrivals_read(fact, NightPlaces.of(settings.HOME).inbox, datetime.now(UTC)))
    except MappingError as error:
        return [str(error)]


@app.command("as-of")
def as_of_command(
    day: Annotated[datetime, typer.Option("--date", formats=DATE_FORMATS, help="Business date.")],
    bank: BankOption = "",
    known_at: Annotated[
        datetime | None, typer.Option("--known-at", help="As known at this instant (UTC if no offset is given).")
    ] = None,
) -> None:
    """Print the book of a past date by bucket, from the lake files of that date."""
    fact = _bank(bank)
    book = as_of_read(fact, day.date(), settings.HOME / "lake", known_at=_aware(known_at))
    Console().print(as_of_table(book, fact.minor_digits))


def _bank(code: str) -> BankFact:
    return bank_fact((bank_by_code(code) if code else bank_only()).id)


def _aware(moment: datetime | None) -> datetime | None:
    return moment if moment is None or moment.tzinfo is not None else moment.replace(tzinfo=UTC)
