"""Commands of the reports (thin: read, call, print)."""

from __future__ import annotations

import csv
import sys
from datetime import date, datetime
from typing import Annotated

import typer
from django.conf import settings
from rich.console import Console
from rich.table import Table

from huikuan.insight.reports.monthly_roll import STATUS_ORDER
from huikuan.insight.selectors.monthly_roll import MonthlyRollQuery, MonthlyRollTable, monthly_roll_read
from huikuan.kernel.selectors.institution import institution_root
from huikuan.kernel.selectors.users import bank_by_code
from huikuan.kernel.tenancy import bank_scope

app = typer.Typer(pretty_exceptions_enable=False)
_DAY = ["%Y-%m-%d"]


@app.command("monthly-roll")
def monthly_roll_command(
    bank: Annotated[str, typer.Option("--bank", help="Code of the bank.")],
    from_month: Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="First month.")] = None,
    to_month: Annotated[datetime | None, typer.Option("--to", formats=_DAY, help="Last month.")] = None,
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="One line a cell, for programs.")] = False,
) -> None:
    """Print the monthly roll table of the statuses that were delivered: where accounts stand one month later."""
    known = bank_by_code(bank)
    with bank_scope(known.id):
        table = monthly_roll_read(
            MonthlyRollQuery(
                bank_id=known.id,
                roots=frozenset({institution_root(known.id).id}),
                as_of=date.max,
                from_month=None if from_month is None else from_month.date().replace(day=1),
                to_month=None if to_month is None else to_month.date().replace(day=1),
            ),
            settings.HOME / "lake",
        )
    if as_csv:
        _csv(table)
    else:
        _print(table)


def _csv(table: MonthlyRollTable) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("from_status", "to_status", "accounts", "rate_ppm"))
    writer.writerows((cell.from_status, cell.to_status, cell.accounts, cell.rate_ppm) for cell in table.cells)


def _short(status: str) -> str:
    """Return a status as a narrow column can show it."""
    return {"m7_plus": "M7+", "charged_off": "off", "settled": "set"}.get(status, status.upper())


def _print(table: MonthlyRollTable) -> None:
    used = [s for s in STATUS_ORDER if any(s in (cell.from_status, cell.to_status) for cell in table.cells)]
    cells = {(cell.from_status, cell.to_status): cell for cell in table.cells}
    shown = Table(
        "%",
        *(_short(status) for status in used),
        title=f"Monthly roll {table.from_month:%Y-%m} to {table.to_month:%Y-%m}",
    )
    for start in used:
        row = (cells.get((start, end)) for end in used)
        shown.add_row(_short(start), *("·" if one is None else f"{(one.rate_ppm or 0) / 10_000:.1f}" for one in row))
    console = Console()
    console.print(shown)
    console.print(
        f"{table.account_months:,} account-months of {table.accounts:,} accounts; {table.pairs:,} with a next month."
    )
