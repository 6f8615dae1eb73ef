"""Commands on the tokens by which names are found."""

from typing import Annotated

import typer
from django.utils import timezone

from huikuan.kernel.commands.common import bank_id_of, operator
from huikuan.kernel.selectors.users import banks_all
from huikuan.portfolio.services.search_tokens import search_rebuild

app = typer.Typer(
    pretty_exceptions_enable=False, no_args_is_help=True, help="The keyed tokens by which customers are found."
)


@app.callback()
def _search() -> None:
    """The keyed tokens by which customers are found."""


@app.command("rebuild")
def rebuild_command(
    bank: Annotated[str, typer.Option("--bank", help="Code of the bank; all banks if left out.")] = "",
) -> None:
    """Write the search tokens of all customers anew, after an upgrade that says so. May be stopped and run again."""
    banks = [(bank, bank_id_of(bank))] if bank else [(b.code, b.id) for b in banks_all()]
    for code, bank_id in banks:

        def progress(parties: int, code: str = code) -> None:
            typer.echo(f"{code}: {parties} customers …", err=True)

        parties, tokens = search_rebuild(bank_id=bank_id, by=operator(), at=timezone.now(), progress=progress)
        typer.echo(f"{code}: {tokens} tokens of {parties} customers")
