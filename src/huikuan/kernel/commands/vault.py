"""`huikuan vault`."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils import timezone

from huikuan.kernel.commands.common import bank_id_of, operator
from huikuan.kernel.selectors.users import banks_all
from huikuan.kernel.services.vault import vault_key_add, vault_key_retire, vault_rotate
from huikuan.kernel.vault import VaultColumn, key_ring_ensure

app = typer.Typer(help="Keys and ciphertexts of personal data.", no_args_is_help=True)


@app.command("new-key")
def new_key(
    if_missing: Annotated[bool, typer.Option("--if-missing", help="Only make the ring of a new installation.")] = False,
) -> None:
    """Add a key that all new ciphertexts use; makes the key ring when there is none."""
    if if_missing:
        typer.echo("Made a key ring." if key_ring_ensure() else "There is a key ring already.")
        return
    key_id = vault_key_add(by=operator(), at=timezone.now())
    typer.echo(f"New ciphertexts use the key {key_id}. Back up the key ring now, then run `huikuan vault rotate`.")


@app.command("rotate")
def rotate(
    bank: Annotated[str, typer.Option("--bank", help="Code of the bank; all banks if left out.")] = "",
) -> None:
    """Seal all personal data anew with the newest key and suite. May be stopped and started again."""
    banks = [(bank, bank_id_of(bank))] if bank else [(b.code, b.id) for b in banks_all()]
    for code, bank_id in banks:

        def progress(column: VaultColumn, rows: int, code: str = code) -> None:
            typer.echo(f"{code}: {column.table}.{column.column}: {rows} rows …", err=True)

        for done in vault_rotate(bank_id=bank_id, by=operator(), at=timezone.now(), progress=progress):
            typer.echo(f"{code}: {done.column.table}.{done.column.column}: {done.rows} rows sealed anew")


@app.command("retire-key")
def retire_key(key: Annotated[str, typer.Option("--key", help="Id of the key, for example k1.")]) -> None:
    """Take an old key out of the key ring when nothing is sealed with it any more. Not while a night runs."""
    vault_key_retire(key_id=key, by=operator(), at=timezone.now())
    typer.echo(f"The key {key} is retired. Keep a copy of the old ring as long as backups from before the rotation.")
