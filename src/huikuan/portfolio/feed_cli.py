"""Commands on feeds: check a delivery, look at it through its mapping, propose a mapping, describe the contracts."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
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
from huikuan.portfolio.intake.manifest import MANIFEST
from huikuan.portfolio.lake import Lake
from huikuan.portfolio.mapping.dates import day_of_name
from huikuan.portfolio.mapping.describe import mapping_page
from huikuan.portfolio.mapping.errors import FeedUnknownError, MappingFileNoneError
from huikuan.portfolio.mapping.file_check import file_check
from huikuan.portfolio.mapping.learn.propose import feed_likely, mapping_propose
from huikuan.portfolio.mapping.learn.sniff import file_sniff
from huikuan.portfolio.mapping.preview import Preview, file_preview, parts_of_file
from huikuan.portfolio.mapping.read import BankMapping, mapping_read
from huikuan.portfolio.mapping.run import delivery_map
from huikuan.portfolio.selectors.feed_check import REASONS_MAX, FeedFinding, feed_check

app = typer.Typer(pretty_exceptions_enable=False, no_args_is_help=True, help="Deliveries of the core system.")
_DAY = ["%Y-%m-%d"]
_MappingOption = Annotated[
    Path | None,
    typer.Option(
        "--mapping", help="Folder of the mapping; that of the bank if left out.", exists=True, file_okay=False
    ),
]
_DateOption = Annotated[
    datetime | None,
    typer.Option("--date", formats=_DAY, help="Business date; from the name of the folder or file if left out."),
]
_FileArgument = Annotated[Path, typer.Argument(help="A file of the bank.", exists=True, dir_okay=False)]


@app.command("check")
def check_command(
    place: Annotated[
        Path, typer.Argument(help="The delivery: a folder, or one file of a bank with a mapping.", exists=True)
    ],
    bank: Annotated[str, typer.Option("--bank", help="Code of the bank.")],
    day: _DateOption = None,
    mapping: _MappingOption = None,
) -> None:
    """Check a delivery without loading it. Exit code 1 if the night would refuse it, 2 if rows would be rejected."""
    known = bank_by_code(bank)
    if place.is_file():
        said = None if day is None else day.date()
        _check_file(place, _mapping(mapping, bank), said, minor_digits=known.minor_digits)
        return
    if (place / MANIFEST).is_file() or (mapping is None and not _folder(bank).is_dir()):
        business_date = day.date() if day is not None else _date_of(place, "")
        _check(known.id, Delivery(place, known.code, business_date, known.minor_digits))
        return
    rules = _mapping(mapping, bank)
    business_date = day.date() if day is not None else _date_of(place, rules.delivery.folder)
    with TemporaryDirectory(prefix="huikuan-check-") as folder:
        out = Path(folder)
        delivery_map(rules, contracts_shipped(), place, out, bank_code=known.code, business_date=business_date)
        _check(known.id, Delivery(out, known.code, business_date, known.minor_digits, mapped=True))


@app.command("preview")
def preview_command(
    file: _FileArgument,
    bank: Annotated[str, typer.Option("--bank", help="Code of the bank, if its mapping is installed.")] = "",
    mapping: _MappingOption = None,
    day: _DateOption = None,
    rows: Annotated[int, typer.Option("--rows", min=1, max=50, help="How many rows.")] = 3,
) -> None:
    """Show the first rows of a file through its mapping: source beside result, personal values masked."""
    rules = _mapping(mapping, bank)
    parts, said = parts_of_file(rules, file, None if day is None else day.date())
    if not parts:
        raise MappingFileNoneError(file.name, str(rules.folder))
    business_date = said or _date_of(file.absolute().parent, rules.delivery.folder)
    for part in parts:
        contract = contracts_shipped()[part.mapping.feed]
        _print_preview(file_preview(rules, part, contract, file.absolute(), business_date, rows))


@app.command("learn")
def learn_command(
    file: _FileArgument,
    feed: Annotated[str, typer.Option("--feed", help="The feed that the file is for; guessed if left out.")] = "",
    member: Annotated[str, typer.Option("--member", help="The file to look at in an archive with several.")] = "",
) -> None:
    """Propose a mapping for a file from its header and first rows, as YAML with remarks. Nothing is installed."""
    contracts = contracts_shipped()
    facts = file_sniff(file.absolute(), member)
    wanted = feed or feed_likely(facts, contracts)
    if wanted not in contracts:
        raise FeedUnknownError(feed, list(contracts))
    proposal = mapping_propose(facts, contracts[wanted])
    typer.echo(proposal.text, nl=False)
    if not feed:
        typer.echo(f"The feed {wanted} was guessed from the names of the columns; --feed decides.", err=True)
    if proposal.missing:
        typer.echo(f"Required and not found: {', '.join(proposal.missing)}.", err=True)
        raise typer.Exit(2)


@app.command("describe")
def describe_command() -> None:
    """Print the reference page of all feeds, field by field, as Markdown."""
    typer.echo(feeds_page(contracts_shipped()), nl=False)


@app.command("describe-mapping")
def describe_mapping_command() -> None:
    """Print the reference page of mapping files, key by key, as Markdown."""
    typer.echo(mapping_page(), nl=False)


def _folder(bank: str) -> Path:
    home: Path = settings.HOME
    return home / "mappings" / bank


def _mapping(folder: Path | None, bank: str) -> BankMapping:
    return mapping_read(folder or _folder(bank), contracts_shipped())


def _date_of(folder: Path, pattern: str) -> date:
    """Return the business date of a folder from its name: YYYY-MM-DD, or as the mapping names folders."""
    try:
        return date.fromisoformat(folder.name) if len(folder.name) == 10 else _of_pattern(folder, pattern)
    except ValueError as error:
        raise DeliveryDateError(folder) from error


def _of_pattern(folder: Path, pattern: str) -> date:
    found = day_of_name(pattern, folder.name)
    if found is None:
        raise DeliveryDateError(folder)
    return found


def _check(bank_id: int, delivery: Delivery) -> None:
    found = feed_check(bank_id=bank_id, lake=Lake(settings.HOME / "lake", delivery.bank_code), delivery=delivery)
    _print(found, delivery.business_date)
    if any(finding.refused for finding in found):
        raise typer.Exit(1)
    if any(finding.feed.rejected for finding in found):
        raise typer.Exit(2)


def _check_file(file: Path, rules: BankMapping, day: date | None, *, minor_digits: int) -> None:
    """Check one file by itself and print what would be rejected; exit code 2 if anything."""
    parts, said = parts_of_file(rules, file, day)
    if not parts:
        raise MappingFileNoneError(file.name, str(rules.folder))
    business_date = said or _date_of(file.absolute().parent, rules.delivery.folder)
    rejected = 0
    for feed in dict.fromkeys(part.mapping.feed for part in parts):
        own = [part for part in parts if part.mapping.feed == feed]
        contract = contracts_shipped()[feed]
        found = file_check(
            replace(rules, parts=parts),
            own,
            contract,
            file.absolute(),
            business_date,
            minor_digits=minor_digits,
            limit=REASONS_MAX,
        )
        rejected += found.rejected
        typer.echo(f"{file.name} → {contract.file}: {found.rows:,} rows, {found.rejected:,} would be rejected.")
        for line, code, field, expected, got in found.reasons:
            typer.echo(f"{file.name}, line {line}: {field or 'row'}: expected {expected}, got {got} ({code})")
    typer.echo("References between files and control totals are checked with the whole folder.")
    if rejected:
        raise typer.Exit(2)


def _left_out(found: list[FeedFinding]) -> list[str]:
    """Files of the feeds that the manifest does not name."""
    delivered = {finding.feed.feed for finding in found}
    return [contract.file for feed, contract in contracts_shipped().items() if feed not in delivered]


def _totals(finding: FeedFinding) -> str:
    """What the control totals of a file say, in a few words."""
    controls = finding.feed.controls
    if all(control.stated == "" for control in controls):
        return "none stated"
    wrong = [f"{c.name}: stated {c.stated}, counted {c.counted}" for c in controls if not c.ok]
    return "; ".join(wrong) or "right"


def _print(found: list[FeedFinding], business_date: date) -> None:
    table = Table(
        "feed", "file", "rows", "accepted", "rejected", "control totals", title=f"Delivery of {business_date}"
    )
    for finding in found:
        feed = finding.feed
        counts = (f"{feed.rows:,}", f"{feed.accepted:,}", f"{feed.rejected:,}")
        table.add_row(contracts_shipped()[feed.feed].file, feed.file_name, *counts, _totals(finding))
    console = Console()
    console.print(table)
    if left_out := _left_out(found):
        console.print(f"Not delivered, so what was delivered last stays in force: {', '.join(left_out)}.")
    for finding in found:
        for file, line, code, field, expected, got in finding.reasons:
            where = f"{file}, line {line}"
            console.print(f"{where}: {field or 'row'}: expected {expected}, got {got} ({code})", markup=False)
        if finding.feed.rejected > len(finding.reasons):
            console.print(f"{finding.feed.file_name}: {finding.feed.rejected - len(finding.reasons):,} more.")
    if any(finding.refused for finding in found):
        console.print("The night would refuse this delivery.")


def _print_preview(preview: Preview) -> None:
    console = Console()
    for row in preview.rows:
        table = Table("field", "rule", "source", "canonical", title=f"{preview.part} → {preview.feed}, line {row.line}")
        for one in row.values:
            table.add_row(one.field, one.rule, one.said or "", one.reason or (one.value or ""))
        if row.broken:
            console.print(f"{preview.part}, line {row.line}: expected {row.broken}.", markup=False)
        else:
            console.print(table, markup=False)
    if preview.unused:
        console.print(f"Columns not used: {', '.join(preview.unused)}.", markup=False)
