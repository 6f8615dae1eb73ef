"""Commands of the reconciliation (thin: read, call, print)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from huikuan.kernel.selectors.users import bank_by_code
from huikuan.kernel.tenancy import bank_scope
from huikuan.reconciliation.selectors.day import CellRow, ReconciledDay, reconciled_day
from huikuan.reconciliation.selectors.differences import DifferenceFilter, DifferenceRow, differences_all
from huikuan.reconciliation.sheet import component_word, figure_text

app = typer.Typer(pretty_exceptions_enable=False)


@app.command("reconcile")
def reconcile_command(
    bank: Annotated[str, typer.Option("--bank", help="Code of the bank.")],
    day: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Business date; the latest if left out.")
    ] = None,
    rows: Annotated[int, typer.Option("--rows", min=0, max=1000, help="Open differences to show at most.")] = 30,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="End with 3 while a figure is in question.")] = False,
) -> None:
    """Print how the core's figures of a day compare with ours, and what is open on the latest night."""
    known = bank_by_code(bank)
    with bank_scope(known.id):
        found = reconciled_day(bank_id=known.id, as_of=None if day is None else day.date())
        opened = differences_all(bank_id=known.id, wanted=DifferenceFilter(), limit=rows) if found.latest else []
    console = Console()
    console.print(_cells(found))
    if found.latest and opened:
        console.print(_differences(opened, found.minor_digits))
    console.print(_told(found))
    if strict and any(cell.held for cell in found.cells):
        raise typer.Exit(3)


def _told(found: ReconciledDay) -> str:
    signed = next((row for row in found.sign_offs if row.current), None)
    sign = (
        "Not signed." if signed is None else f"Signed by {signed.signed_by} at {signed.signed_at:%Y-%m-%d %H:%M} UTC."
    )
    if not found.latest:
        return f"{sign} Open differences are listed for the latest night, {found.last_on}."
    return f"{found.notes_held} notes in question; {found.opened} differences new, {found.closed} gone. {sign}"


def _cells(found: ReconciledDay) -> Table:
    table = Table(title=f"Reconciliation with the core at the close of {found.business_date}")
    for name in ("product", "component"):
        table.add_column(name)
    for name in ("notes", "compared", "equal", "tolerated", "declared", "different", "in question", "core − ours"):
        table.add_column(name, justify="right")
    for cell in found.cells:
        if cell.compared or cell.different or cell.declared:
            table.add_row(cell.product_code, component_word(cell.component, "en"), *_counts(cell, found.minor_digits))
    return table


def _counts(cell: CellRow, digits: int) -> list[str]:
    counts = (cell.notes, cell.compared, cell.equal, cell.tolerated, cell.declared, cell.different, cell.held)
    unit = "minor" if cell.unit == "minor" else "days"
    return [*(f"{count:,}" for count in counts), figure_text(unit, cell.difference, digits, "en")]


def _differences(rows: list[DifferenceRow], digits: int) -> Table:
    table = Table(title="Open, the oldest first")
    for name in ("note", "component", "since"):
        table.add_column(name)
    for name in ("days", "ours", "core", "core − ours"):
        table.add_column(name, justify="right")
    table.add_column("finding")
    for row in rows:
        plain = "minor" if row.unit == "minor" else "days"
        table.add_row(
            row.note_id,
            component_word(row.component, "en"),
            row.first_seen_on.isoformat(),
            str(row.age_days),
            figure_text(row.unit, row.ours, digits, "en"),
            figure_text(row.unit, row.core, digits, "en"),
            figure_text(plain, row.difference, digits, "en"),
            f"declared: {row.reason}" if row.verdict == "declared" else "in question" if row.held else "different",
        )
    return table
