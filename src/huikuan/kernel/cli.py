"""Commands of the kernel: banks, institutions, users, calendar, vault, worker (thin: read, call, print)."""

from __future__ import annotations

import typer

from huikuan.kernel.commands import bank, calendar, institution, user, vault, worker

app = typer.Typer(pretty_exceptions_enable=False)
for name, commands in (
    ("bank", bank.app), ("institution", institution.app), ("user", user.app), ("calendar", calendar.app),
    ("vault", vault.app),
):  # fmt: skip
    app.add_typer(commands, name=name)
app.add_typer(worker.app)
