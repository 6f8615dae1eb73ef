"""Commands on what is odd about customers (thin: read, call, print)."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from huikuan.kernel.selectors.users import bank_by_code
from huikuan.kernel.tenancy import bank_scope
from huikuan.portfolio.selectors.conflicts import CONFLICTS_PER_PAGE_MAX, ConflictValue, conflict_page
from huikuan.portfolio.selectors.findings import FINDINGS_PER_PAGE_MAX, finding_counts, finding_page
from huikuan.portfolio.selectors.merges import MERGES_PER_PAGE_MAX, MergeSide, State, merge_page

app = typer.Typer(pretty_exceptions_enable=False, no_args_is_help=True, help="What sources say oddly or differently.")


@app.callback()
def _conflicts() -> None:
    """What sources say oddly or differently of customers."""


@app.command("findings")
def findings_command(
    bank: Annotated[str, typer.Option("--bank", help="Code of the bank.")],
    rows: Annotated[int, typer.Option("--rows", min=1, max=FINDINGS_PER_PAGE_MAX, help="How many at most.")] = 30,
) -> None:
    """List open findings on identity numbers and shared telephones, the oldest first; values masked."""
    known = bank_by_code(bank)
    with bank_scope(known.id):
        counts = finding_counts(bank_id=known.id)
        page = finding_page(bank_id=known.id, limit=rows)
    table = Table(title="Open findings")
    for name in ("id", "finding", "value", "customers", "since", "first seen in"):
        table.add_column(name)
    for row in page.items:
        names = ", ".join(one.party_id for one in row.shown)
        more = row.customers - len(row.shown)
        place = "" if row.source_line is None else f"{row.source_file}:{row.source_line}"
        customers = f"{names} +{more}" if more > 0 else names
        table.add_row(str(row.id), row.code, row.value, customers, row.first_seen_on.isoformat(), place)
    Console().print(table)
    typer.echo("; ".join(f"{count.code} {count.count:,}" for count in counts) or "Nothing is open.")


@app.command("list")
def list_command(
    bank: Annotated[str, typer.Option("--bank", help="Code of the bank.")],
    rows: Annotated[int, typer.Option("--rows", min=1, max=CONFLICTS_PER_PAGE_MAX, help="How many at most.")] = 30,
) -> None:
    """List customers whose sources contradict each other and nobody has decided, the oldest first; values masked."""
    known = bank_by_code(bank)
    with bank_scope(known.id):
        page = conflict_page(bank_id=known.id, limit=rows)
    table = Table(title="Open conflicts")
    for name in ("id", "customer", "field", "since", "values and who says them"):
        table.add_column(name)
    for row in page.items:
        values = "\n".join(_value_text(value) for value in row.values)
        table.add_row(str(row.id), row.customer.party_id, row.field, row.first_seen_on.isoformat(), values)
    Console().print(table)
    typer.echo(f"{page.total:,} open.")


@app.command("merges")
def merges_command(
    bank: Annotated[str, typer.Option("--bank", help="Code of the bank.")],
    state: Annotated[State, typer.Option("--state", help="Which of them.")] = "open",
    rows: Annotated[int, typer.Option("--rows", min=1, max=MERGES_PER_PAGE_MAX, help="How many at most.")] = 30,
) -> None:
    """List pairs of keys that may be one person, the oldest first, with the evidence; personal data masked."""
    known = bank_by_code(bank)
    with bank_scope(known.id):
        page = merge_page(bank_id=known.id, state=state, limit=rows)
    table = Table(title=f"Keys that may be one person: {state}")
    for name in ("id", "one key", "other key", "evidence", "since", "one person now"):
        table.add_column(name, overflow="fold")
    for row in page.items:
        first, second = (_side_text(side) for side in row.sides)
        evidence = "\n".join(row.evidence)
        table.add_row(str(row.id), first, second, evidence, row.first_seen_on.isoformat(), ", ".join(row.keys))
    Console().print(table)
    typer.echo(f"{page.total:,} {state}.")


def _side_text(side: MergeSide) -> str:
    return f"{side.party_id}\n{side.name} {side.identity_number}\n{side.notes:,} notes"


def _value_text(value: ConflictValue) -> str:
    said = []
    for source in value.sources:
        place = source.file if source.line is None else f"{source.file}:{source.line}"
        said.append(f"{source.system or source.feed} ({place}, {source.day})")
    return f"{value.shown}: {', '.join(said)}"
