"""Commands over all notes of one debtor: where a payment would go (thin: read, call, print)."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter

from huikuan.kernel.errors import InputInvalidError
from huikuan.kernel.money import money_parse
from huikuan.portfolio.explain.words import Language
from huikuan.portfolio.exposure_out import NotePaidOut, note_paid_output
from huikuan.portfolio.facts import FactInvalid
from huikuan.portfolio.loan_file import LoanFileError, loan_file_read, refusal, said_of
from huikuan.portfolio.loan_view import loan_schedule
from huikuan.portfolio.pay_preview import NoteToPay, pay_preview
from huikuan.portfolio.pay_text import pay_text
from huikuan.portfolio.product_cli import bundles_named
from huikuan.portfolio.rules.products import ProductBundle

app = typer.Typer(pretty_exceptions_enable=False, no_args_is_help=True, help="Look at one borrower.")
AmountText = Annotated[str, typer.Option("--amount", help="Amount in major units, such as 1000.00.")]
NoteKey = Annotated[str, typer.Option("--note", help="The note that the customer designates; else the order of law.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON; amounts are integers of minor units.")]
InLanguage = Annotated[Language, typer.Option("--lang", help="Language of the text.")]


@app.callback()
def _borrower() -> None:
    """Look at one borrower."""


@app.command("allocate")
def borrower_allocate(
    party: Annotated[str, typer.Option("--party", help="Key of the debtor.")],
    amount: AmountText,
    note: NoteKey = "",
    bank: Annotated[str, typer.Option("--bank", help="Code of the bank; may be left out if only one.")] = "",
    as_json: AsJson = False,
    language: InLanguage = Language.ZH,
) -> None:
    """Preview where a payment of a debtor would go at the close of the latest night. Nothing is booked."""
    from django.utils import timezone

    from huikuan.kernel.selectors.institution import institution_root
    from huikuan.kernel.selectors.users import bank_by_code, bank_only
    from huikuan.kernel.tenancy import bank_scope
    from huikuan.portfolio.selectors.allocation import allocation_preview

    known = bank_by_code(bank) if bank else bank_only()
    with bank_scope(known.id):
        answer = allocation_preview(
            bank_id=known.id,
            party_id=party,
            roots=[institution_root(known.id).id],
            on=timezone.now().date(),
            amount_minor=money_parse(amount, known.minor_digits),
            note_id=note or None,
        )
    if as_json:
        typer.echo(answer.model_dump_json(indent=2))
    else:
        typer.echo(pay_text(answer.notes, answer.rest_minor, answer.as_of, answer.minor_digits, language))


def loan_allocate(
    files: Annotated[list[Path], typer.Argument(help="Loan files of one debtor.", dir_okay=False)],
    amount: AmountText,
    as_of: Annotated[datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Close of this day.")],
    note: NoteKey = "",
    secured: Annotated[
        list[str] | None, typer.Option("--secured", help="NOTE=AMOUNT: what secures a note; may be repeated.")
    ] = None,
    bank: Annotated[str, typer.Option("--bank", help="Code of a bank: its own product bundles are known too.")] = "",
    as_json: AsJson = False,
    language: InLanguage = Language.ZH,
) -> None:
    """Preview where one payment goes over several loan files: by Civil Code 560, inside each by its own conventions.

    A file is named by its note_id, or by its name without ending.
    """
    notes = _files_read(files, as_of.date(), secured or [], bundles_named(bank))
    digits = notes[0].loan.minor_digits
    try:
        answer = pay_preview(notes, money_parse(amount, digits), as_of.date(), designated=note or None)
    except FactInvalid as problem:
        expected, got = said_of(problem, digits)
        raise InputInvalidError(problem.field, got, expected) from problem
    rows = tuple(note_paid_output(row) for row in answer.notes)
    if as_json:
        typer.echo(TypeAdapter(tuple[NotePaidOut, ...]).dump_json(rows, indent=2).decode())
    else:
        typer.echo(pay_text(rows, answer.rest_minor, answer.as_of, digits, language))


def _files_read(
    files: list[Path], as_of: date, secured: list[str], products: Mapping[str, ProductBundle]
) -> list[NoteToPay]:
    loans = [(file, loan_file_read(file, products)) for file in files]
    if len(kinds := {(loan.currency, loan.minor_digits) for _, loan in loans}) > 1:
        raise InputInvalidError("currency", sorted(kinds), "one currency in all files")
    security = dict(map(_secured_read, secured))
    if len(security) < len(secured):
        raise InputInvalidError("--secured", ", ".join(secured), "every note once")
    notes = []
    for file, loan in loans:
        key = loan.note_id or file.stem
        amount = money_parse(security.pop(key, "0"), loan.minor_digits)
        try:
            notes.append(NoteToPay(key, key, loan, loan_schedule(loan), amount))
        except FactInvalid as problem:
            raise refusal(file.name, problem, loan.minor_digits) from problem
        if as_of < loan.terms.disbursed_on:
            raise LoanFileError(file.name, "note.disbursed_on", f"{as_of} or earlier", loan.terms.disbursed_on)
    if security:
        raise InputInvalidError("--secured", ", ".join(security), "keys of the notes in the files")
    return notes


def _secured_read(text: str) -> tuple[str, str]:
    key, equals, amount = text.rpartition("=")
    if not equals or not key:
        raise InputInvalidError("--secured", text, "NOTE=AMOUNT, such as N1=5000.00")
    return key, amount
