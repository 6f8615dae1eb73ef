"""`huikuan user`."""

from __future__ import annotations

from typing import Annotated

import typer
from django.conf import settings
from django.utils import timezone

from huikuan.kernel.commands.common import BankOption, DayOption, bank_id_of, day_or_today, operator
from huikuan.kernel.facts import Role
from huikuan.kernel.selectors.institution import institution_by_code, institution_root
from huikuan.kernel.selectors.users import user_list
from huikuan.kernel.services.demo_users import demo_users_ensure
from huikuan.kernel.services.user import (
    password_generate,
    password_set,
    role_grant,
    role_revoke,
    totp_remove,
    user_active_set,
    user_create,
    user_unlock,
)
from huikuan.kernel.tenancy import bank_scope

app = typer.Typer(help="Users and their roles.", no_args_is_help=True)

UserOption = Annotated[str, typer.Option("--user", help="Log-in name.")]
RoleOption = Annotated[Role, typer.Option(help="Role.")]
AtOption = Annotated[str, typer.Option("--institution", help="Code of the institution; the root if left out.")]
GenerateOption = Annotated[bool, typer.Option("--generate", help="Make a random password and print it once.")]


def _institution(bank_id: int, code: str) -> int:
    with bank_scope(bank_id):
        return (institution_by_code(bank_id, code) if code else institution_root(bank_id)).id


def _password(generate: bool) -> str:
    """Return a generated password or one that was typed twice; never taken from the command line."""
    if generate:
        return password_generate()
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


@app.command("create")
def create(
    bank: BankOption,
    user: UserOption,
    name: Annotated[str, typer.Option(help="Name on screens.")],
    generate: GenerateOption = False,
) -> None:
    """Set up a user without roles."""
    bank_id, password = bank_id_of(bank), _password(generate)
    user_create(bank_id=bank_id, username=user, display_name=name, password=password, by=operator(), at=timezone.now())
    typer.echo(f"Created {user}." + (f" Password: {password}" if generate else ""))


@app.command("password")
def password_command(bank: BankOption, user: UserOption, generate: GenerateOption = False) -> None:
    """Give a user a new password; all sessions of the user end."""
    password = _password(generate)
    password_set(bank_id=bank_id_of(bank), username=user, password=password, by=operator(), at=timezone.now())
    typer.echo("Password set." + (f" Password: {password}" if generate else ""))


@app.command("grant")
def grant(
    bank: BankOption, user: UserOption, role: RoleOption, at: AtOption = "", valid_from: DayOption = None
) -> None:
    """Give a user a role at an institution and all below it."""
    bank_id = bank_id_of(bank)
    role_grant(
        bank_id=bank_id, username=user, role=role, institution_id=_institution(bank_id, at),
        valid_from=day_or_today(bank, valid_from), by=operator(), at=timezone.now(),
    )  # fmt: skip
    typer.echo(f"{user} is {role}.")


@app.command("revoke")
def revoke(bank: BankOption, user: UserOption, role: RoleOption, at: AtOption = "", valid_to: DayOption = None) -> None:
    """End a role of a user; the day given is the first without it."""
    bank_id = bank_id_of(bank)
    role_revoke(
        bank_id=bank_id, username=user, role=role, institution_id=_institution(bank_id, at),
        valid_to=day_or_today(bank, valid_to), by=operator(), at=timezone.now(),
    )  # fmt: skip
    typer.echo(f"{user} is no longer {role}.")


@app.command("disable")
def disable(bank: BankOption, user: UserOption) -> None:
    """End all sessions of a user who has left and refuse the log-in from now on."""
    user_active_set(bank_id=bank_id_of(bank), username=user, active=False, by=operator(), at=timezone.now())
    typer.echo(f"{user} can no longer sign in.")


@app.command("enable")
def enable(bank: BankOption, user: UserOption) -> None:
    """Let a disabled user sign in again."""
    user_active_set(bank_id=bank_id_of(bank), username=user, active=True, by=operator(), at=timezone.now())
    typer.echo(f"{user} can sign in again.")


@app.command("unlock")
def unlock(bank: BankOption, user: UserOption) -> None:
    """End a lock-out after failed log-ins or wrong codes."""
    attempts = user_unlock(bank_id=bank_id_of(bank), username=user, by=operator(), at=timezone.now())
    typer.echo(f"Unlocked {user}; {attempts} failed attempts forgotten.")


@app.command("totp-remove")
def totp_remove_command(bank: BankOption, user: UserOption) -> None:
    """Remove the authenticator of a user, who enrols again at the next log-in."""
    totp_remove(bank_id=bank_id_of(bank), username=user, by=operator(), at=timezone.now())
    typer.echo(f"{user} has no authenticator now.")


@app.command("list")
def show(bank: BankOption) -> None:
    """List users with their roles."""
    bank_id = bank_id_of(bank)
    with bank_scope(bank_id):
        rows = user_list(bank_id=bank_id, on=day_or_today(bank, None))
    for row in rows:
        grants = ", ".join(f"{g.role} at {g.institution_code}" for g in row.grants) or "no role"
        typer.echo(f"{row.username:<24} {row.display_name:<20} {grants}{'' if row.is_active else ' (inactive)'}")


@app.command("demo")
def demo(bank: BankOption) -> None:
    """Make one log-in per role of a demonstration bank and print them; the same at every start."""
    file = settings.HOME / "keys" / f"demo-logins-{bank}.json"
    logins = demo_users_ensure(bank_id=bank_id_of(bank), bank_code=bank, file=file, by=operator(), at=timezone.now())
    for login in logins:
        typer.echo(f"  {login.username:<22} {login.password}   {login.role_zh} {login.role}")
