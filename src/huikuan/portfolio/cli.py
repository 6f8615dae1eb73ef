"""Commands of the portfolio (thin: read, call, print)."""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from huikuan.kernel.errors import InputInvalidError
from huikuan.portfolio.borrower_cli import app as borrower_app
from huikuan.portfolio.borrower_cli import loan_allocate
from huikuan.portfolio.conflict_cli import app as conflict_app
from huikuan.portfolio.explain.answer import explanation_output
from huikuan.portfolio.explain.describe import Format, loan_page, schema_text
from huikuan.portfolio.explain.document import document_build
from huikuan.portfolio.explain.loan import loan_explain
from huikuan.portfolio.explain.plain import plain_text
from huikuan.portfolio.explain.words import Language
from huikuan.portfolio.facts import FactInvalid
from huikuan.portfolio.feed_cli import app as feed_app
from huikuan.portfolio.loan_file import Loan, loan_file_read, refusal
from huikuan.portfolio.loan_view import LoanReplay, loan_replay
from huikuan.portfolio.product_cli import app as product_app
from huikuan.portfolio.product_cli import bundles_named
from huikuan.portfolio.quality_cli import quality_command
from huikuan.portfolio.renumbering_cli import renumberings_command
from huikuan.portfolio.replay_text import replay_text
from huikuan.portfolio.rules.explain.facts import Explanation
from huikuan.portfolio.search_cli import app as search_app

app = typer.Typer(pretty_exceptions_enable=False)
loan_app = typer.Typer(pretty_exceptions_enable=False, no_args_is_help=True, help="Look at one loan.")
loan_app.command("allocate")(loan_allocate)
feed_app.command("quality")(quality_command)
feed_app.command("renumberings")(renumberings_command)
app.add_typer(loan_app, name="loan")
app.add_typer(borrower_app, name="borrower")
app.add_typer(conflict_app, name="conflicts")
app.add_typer(feed_app, name="feed")
app.add_typer(product_app, name="product")
app.add_typer(search_app, name="search")


@loan_app.callback()
def _loan() -> None:
    """Look at one loan."""


@loan_app.command("replay")
def replay_command(
    file: Annotated[Path, typer.Argument(help="JSON file: note, optional instalments, repayments.", dir_okay=False)],
    as_of: Annotated[datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Close of this day.")],
    bank: Annotated[str, typer.Option("--bank", help="Code of a bank: its own product bundles are known too.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; amounts are integers of minor units.")] = False,
    language: Annotated[Language, typer.Option("--lang", help="Language of the text.")] = Language.ZH,
) -> None:
    """Replay one loan to the close of a day: what falls due, where each repayment went, what is owed and how late."""
    loan = loan_file_read(file, bundles_named(bank))
    try:
        answer = loan_replay(loan, as_of.date())
    except FactInvalid as problem:
        raise refusal(file.name, problem, loan.minor_digits) from problem
    typer.echo(_as_json(answer) if as_json else replay_text(answer, language))


@loan_app.command("explain")
def explain_command(
    file: Annotated[
        Path | None,
        typer.Argument(help="JSON file: note, optional instalments, repayments. Or --note.", dir_okay=False),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="Close of this day; of a note default the latest night."),
    ] = None,
    bank: Annotated[
        str, typer.Option("--bank", help="Code of the bank of --note, or whose product bundles a file may name.")
    ] = "",
    note: Annotated[str, typer.Option("--note", help="A note of the book instead of a file.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; amounts are integers of minor units.")] = False,
    language: Annotated[Language, typer.Option("--lang", help="Language of the text and of the PDF.")] = Language.ZH,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write the customer's page here.", dir_okay=False)] = None,
) -> None:
    """Explain what a loan owes and why: every accrual, allocation and sum, to be read out and checked by hand.

    Takes a file, or a note of the book by its key. The text ends with a part for the bank only; it is not in the PDF.
    """
    loan, answer = _explained(file, None if as_of is None else as_of.date(), bank, note)
    if pdf is not None:
        from huikuan.portfolio.explain.pdf import pdf_write

        pdf_write(pdf, loan, answer, language)
    if as_json:
        typer.echo(explanation_output(loan, answer).model_dump_json(by_alias=True, indent=2))
    elif pdf is None:
        typer.echo(plain_text(document_build(loan, answer, language), internal=True), nl=False)
    else:
        typer.echo(f"Written: {pdf}")


def _explained(file: Path | None, as_of: date | None, bank: str, note: str) -> tuple[Loan, Explanation]:
    if (file is None) == (not note):
        raise InputInvalidError("FILE or --note", "both" if note else "neither", "one of the two")
    if file is not None:
        loan = loan_file_read(file, bundles_named(bank))
        if as_of is None:
            raise InputInvalidError("--as-of", None, "the day of the explanation, such as --as-of 2024-05-31")
        return loan, loan_explain(loan, as_of, file=file.name)
    from huikuan.kernel.selectors.users import bank_by_code, bank_only
    from huikuan.kernel.tenancy import bank_scope
    from huikuan.portfolio.selectors.note import note_explain

    known = bank_by_code(bank) if bank else bank_only()
    with bank_scope(known.id):
        return note_explain(bank_id=known.id, note_id=note, as_of=as_of)


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
