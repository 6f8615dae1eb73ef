"""Commands of the portfolio (thin: read, call, print)."""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from huikuan.portfolio.explain.answer import explanation_output
from huikuan.portfolio.explain.describe import Format, loan_page, schema_text
from huikuan.portfolio.explain.document import document_build
from huikuan.portfolio.explain.loan import field_of, loan_explain
from huikuan.portfolio.explain.plain import plain_text
from huikuan.portfolio.explain.words import Language
from huikuan.portfolio.facts import FactInvalid
from huikuan.portfolio.feed_cli import app as feed_app
from huikuan.portfolio.loan_file import LoanFileError, loan_file_read
from huikuan.portfolio.loan_view import LoanReplay, loan_replay, loan_text

app = typer.Typer(pretty_exceptions_enable=False)
loan_app = typer.Typer(pretty_exceptions_enable=False, no_args_is_help=True, help="Look at one loan.")
app.add_typer(loan_app, name="loan")
app.add_typer(feed_app, name="feed")


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
        raise LoanFileError(file.name, field_of(problem), problem.expected, problem.got) from problem
    typer.echo(_as_json(answer) if as_json else loan_text(answer))


@loan_app.command("explain")
def explain_command(
    file: Annotated[Path, typer.Argument(help="JSON file: note, optional instalments, repayments.", dir_okay=False)],
    as_of: Annotated[datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Close of this day.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; amounts are integers of minor units.")] = False,
    language: Annotated[Language, typer.Option("--lang", help="Language of the text and of the PDF.")] = Language.ZH,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write the customer's page here.", dir_okay=False)] = None,
) -> None:
    """Explain what a loan owes and why: every accrual, allocation and sum, to be read out and checked by hand.

    The text ends with a part for the bank only; it is not in the PDF.
    """
    loan = loan_file_read(file)
    answer = loan_explain(loan, as_of.date(), file=file.name)
    if pdf is not None:
        from huikuan.portfolio.explain.pdf import pdf_write

        pdf_write(pdf, loan, answer, language)
    if as_json:
        typer.echo(explanation_output(loan, answer).model_dump_json(by_alias=True, indent=2))
    elif pdf is None:
        typer.echo(plain_text(document_build(loan, answer, language), internal=True), nl=False)
    else:
        typer.echo(f"Written: {pdf}")


@loan_app.command("describe")
def describe_command(
    schema: Annotated[Format | None, typer.Option("--schema", help="Print this JSON schema instead.")] = None,
) -> None:
    """Print the reference page of loan files and explanations as Markdown, or a JSON schema."""
    typer.echo(loan_page() if schema is None else schema_text(schema), nl=False)


def _as_json(answer: LoanReplay) -> str:
    def plain(value: object) -> str:
        if isinstance(value, date):
            return value.isoformat()
        raise TypeError(type(value).__name__)

    return json.dumps(asdict(answer), default=plain, ensure_ascii=False, indent=2)
