"""Commands of the portfolio (thin: read, call, print)."""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from huikuan.portfolio.facts import FactInvalid
from huikuan.portfolio.feed_cli import app as feed_app
from huikuan.portfolio.loan_file import LoanFileError, loan_file_read
from huikuan.portfolio.loan_view import LoanReplay, loan_replay, loan_text

app = typer.Typer(pretty_exceptions_enable=False)
loan_app = typer.Typer(pretty_exceptions_enable=False, no_args_is_help=True, help="Look at one loan.")
app.add_typer(loan_app, name="loan")
app.add_typer(feed_app, name="feed")

# Where in the file a fact stands, by the first word of the code of FactInvalid.
_PLACES = {"terms": "note.", "repayment": "repayments."}


@loan_app.callback()
def _loan() -> None:
    """Look at one loan."""


@loan_app.command("replay")
def replay_command(
    file: Annotated[Path, typer.Argument(help="JSON file: note, optional instalments, repayments.", dir_okay=False)],
    as_of: Annotated[datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Close of this day.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; amounts are integers of minor units.")] = False,
) -> None:
    """Replay one loan to the close of a day: what falls due, where each repayment went, what is owed and how late."""
    try:
        answer = loan_replay(loan_file_read(file), as_of.date())
    except FactInvalid as problem:
        field = _PLACES.get(problem.code.partition(".")[0], "") + problem.field
        raise LoanFileError(file.name, field, problem.expected, problem.got) from problem
    typer.echo(_as_json(answer) if as_json else loan_text(answer))


def _as_json(answer: LoanReplay) -> str:
    def plain(value: object) -> str:
        if isinstance(value, date):
            return value.isoformat()
        raise TypeError(type(value).__name__)

    return json.dumps(asdict(answer), default=plain, ensure_ascii=False, indent=2)
