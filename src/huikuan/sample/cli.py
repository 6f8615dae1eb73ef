"""Commands of the sample bank."""

from datetime import datetime, time
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.utils import timezone

from huikuan.kernel.commands.common import operator
from huikuan.sample.comparison import sample_agreement
from huikuan.sample.deliver import sample_deliver, sample_notes
from huikuan.sample.facts import FIRST_DELIVERY_ON, SNAPSHOT_ON
from huikuan.sample.report import agreement_text
from huikuan.sample.services.bank import sample_bank_ensure

app = typer.Typer(pretty_exceptions_enable=False)
sample_app = typer.Typer(pretty_exceptions_enable=False, no_args_is_help=True, help="The sample bank: real loans.")
app.add_typer(sample_app, name="sample")

_DAY = ["%Y-%m-%d"]
_FIRST = datetime.combine(FIRST_DELIVERY_ON, time())
_LAST = datetime.combine(SNAPSHOT_ON, time())


@sample_app.command("load")
def load_command(
    from_on: Annotated[datetime, typer.Option("--from", formats=_DAY, help="First delivery.")] = _FIRST,
    to_on: Annotated[datetime, typer.Option("--to", formats=_DAY, help="Last delivery.")] = _LAST,
    inbox: Annotated[Path | None, typer.Option(help="Inbox; that of the installation if left out.")] = None,
) -> None:
    """Set up the sample bank and write its deliveries into the inbox; what is there stays as it is."""
    sample_bank_ensure(by=operator(), at=timezone.now())
    folders = sample_deliver(inbox or settings.HOME / "inbox", from_on.date(), to_on.date())
    typer.echo(f"Bank sample: {len(folders)} deliveries from {folders[0].name} to {folders[-1].name}.")
    typer.echo("Next: huikuan nightly --bank sample --date " + folders[-1].name)


@sample_app.command("deliver")
def deliver_command(
    inbox: Annotated[Path, typer.Argument(help="Folder for the deliveries.")],
    from_on: Annotated[datetime, typer.Option("--from", formats=_DAY)] = _FIRST,
    to_on: Annotated[datetime, typer.Option("--to", formats=_DAY)] = _LAST,
) -> None:
    """Only write the files of a range of days."""
    folders = sample_deliver(inbox, from_on.date(), to_on.date())
    typer.echo(f"{len(folders)} deliveries in {inbox}.")


@sample_app.command("agreement")
def agreement_command() -> None:
    """Compare our days past due at the snapshot with the status that the lender reported."""
    typer.echo(agreement_text(sample_agreement(sample_notes())))
