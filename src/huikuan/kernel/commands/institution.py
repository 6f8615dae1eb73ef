"""`huikuan institution`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from django.utils import timezone

from huikuan.kernel.commands.common import BankOption, DayOption, bank_id_of, day_or_today, operator
from huikuan.kernel.facts import InstitutionKind
from huikuan.kernel.selectors.institution import (
    InstitutionRow,
    institution_by_code,
    institution_root,
    institution_subtree,
)
from huikuan.kernel.services.institution import institution_add, institution_close, institution_move
from huikuan.kernel.tenancy import bank_scope

app = typer.Typer(help="The tree of institutions of a bank.", no_args_is_help=True)


def _id(bank_id: int, code: str) -> int:
    with bank_scope(bank_id):
        return institution_by_code(bank_id, code).id


@app.command("add")
def add(
    *,
    bank: BankOption,
    code: Annotated[str, typer.Option(help="Code of the institution, as in the core system.")],
    kind: Annotated[InstitutionKind, typer.Option(help="What it is.")],
    parent: Annotated[str, typer.Option(help="Code of the institution above.")],
    name_zh: Annotated[str, typer.Option(help="Chinese name.")],
    name_en: Annotated[str, typer.Option(help="English name.")],
    valid_from: DayOption = None,
) -> None:
    """Add an institution."""
    bank_id = bank_id_of(bank)
    institution_add(
        bank_id=bank_id, code=code, kind=kind, parent_id=_id(bank_id, parent), name_zh=name_zh, name_en=name_en,
        valid_from=day_or_today(bank, valid_from), by=operator(), at=timezone.now(),
    )  # fmt: skip
    typer.echo(f"Added {code} under {parent}.")


@app.command("move")
def move(
    bank: BankOption,
    code: Annotated[str, typer.Option(help="Institution to move.")],
    parent: Annotated[str, typer.Option(help="Code of the new institution above.")],
    moved_on: DayOption = None,
) -> None:
    """Put an institution under another one; questions about earlier days still see the old place."""
    bank_id, today = bank_id_of(bank), day_or_today(bank, None)
    institution_move(
        bank_id=bank_id, institution_id=_id(bank_id, code), parent_id=_id(bank_id, parent), today=today,
        moved_on=day_or_today(bank, moved_on), by=operator(), at=timezone.now(),
    )  # fmt: skip
    typer.echo(f"Moved {code} under {parent}.")


@app.command("close")
def close(
    bank: BankOption,
    code: Annotated[str, typer.Option(help="Institution to close.")],
    valid_to: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day without it.")],
) -> None:
    """Close an institution; what stands under it is moved or closed first."""
    bank_id = bank_id_of(bank)
    institution_close(
        bank_id=bank_id, institution_id=_id(bank_id, code), valid_to=valid_to.date(), by=operator(), at=timezone.now()
    )
    typer.echo(f"{code} ends before {valid_to.date()}.")


@app.command("list")
def show(
    bank: BankOption, on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As on this day.")] = None
) -> None:
    """Print the tree, also as it was on an earlier day."""
    bank_id = bank_id_of(bank)
    with bank_scope(bank_id):
        root = institution_root(bank_id)
        rows = institution_subtree(bank_id=bank_id, roots=[root.id], on=day_or_today(bank, on))
    _print(rows, root.id, 0)


def _print(rows: list[InstitutionRow], node_id: int, depth: int) -> None:
    for row in rows:
        if row.id == node_id:
            typer.echo(f"{'  ' * depth}{row.code}  {row.kind}  {row.name_zh} / {row.name_en}")
    for row in rows:
        if row.parent_id == node_id:
            _print(rows, row.id, depth + 1)
