"""`huikuan bank`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from django.utils import timezone

from huikuan.kernel.commands.common import BankOption, bank_id_of, operator
from huikuan.kernel.selectors.users import bank_by_code, banks_all
from huikuan.kernel.services.bank import bank_create, bank_set

app = typer.Typer(help="Banks: the legal persons that are kept apart.", no_args_is_help=True)


@app.command("create")
def create(
    *,
    code: Annotated[str, typer.Option(help="Short key, for example rcb-anji.")],
    name_zh: Annotated[str, typer.Option(help="Chinese name.")],
    name_en: Annotated[str, typer.Option(help="English name.")],
    valid_from: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day of the head office.")],
    currency: Annotated[str, typer.Option(help="ISO 4217 code.")] = "CNY",
    minor_digits: Annotated[int, typer.Option(help="Digits of the minor unit.")] = 2,
    time_zone: Annotated[str, typer.Option(help="IANA name; ends the bank's day.")] = "Asia/Shanghai",
    totp: Annotated[bool, typer.Option(help="Log-in needs an authenticator.")] = True,
    simulated: Annotated[bool, typer.Option("--simulated", help="An invented bank, for ever; see lab.")] = False,
) -> None:
    """Set up a bank and the root of its tree of institutions."""
    bank_id = bank_create(
        code=code, name_zh=name_zh, name_en=name_en, currency=currency, minor_digits=minor_digits, time_zone=time_zone,
        totp_required=totp, valid_from=valid_from.date(), by=operator(), at=timezone.now(), simulated=simulated,
    )  # fmt: skip
    typer.echo(f"Bank {code} has the id {bank_id}. Next: huikuan calendar seed --bank {code} --year …")


@app.command("set")
def change(
    bank: BankOption,
    totp: Annotated[bool | None, typer.Option("--totp/--no-totp", help="Log-in needs an authenticator.")] = None,
    notice_zh: Annotated[str | None, typer.Option(help="Chinese notice on every screen; '' for none.")] = None,
    notice_en: Annotated[str | None, typer.Option(help="English notice on every screen; '' for none.")] = None,
) -> None:
    """Change whether log-in needs an authenticator (from the next log-in on) and the notice on every screen."""
    changed = bank_set(
        bank_id=bank_id_of(bank), totp_required=totp, notice_zh=notice_zh, notice_en=notice_en, by=operator(),
        at=timezone.now(),
    )  # fmt: skip
    typer.echo(f"Changed {', '.join(changed)} of {bank}." if changed else "There is nothing to change.")


@app.command("list")
def list_all() -> None:
    """List the banks."""
    for bank in banks_all():
        kind = "  SIMULATED" if bank.simulated else ""
        typer.echo(f"{bank.code:<20} {bank.currency} {bank.time_zone:<20} {bank.name_zh} / {bank.name_en}{kind}")


@app.command("show")
def show(bank: BankOption) -> None:
    """Show one bank, and whether it is simulated."""
    shown = bank_by_code(bank)
    simulated = "yes: nobody in it exists, and it is bound to no line or gateway" if shown.simulated else "no"
    rows = {
        "name": f"{shown.name_zh} / {shown.name_en}", "currency": shown.currency, "time zone": shown.time_zone,
        "simulated": simulated, "authenticator": "needed" if shown.totp_required else "not needed",
        "notice": f"{shown.notice_zh} / {shown.notice_en}" if shown.notice_zh or shown.notice_en else "none",
    }  # fmt: skip
    for name, value in rows.items():
        typer.echo(f"{name:<14} {value}")
