"""What the commands share."""

from __future__ import annotations

import getpass
from datetime import date, datetime
from typing import Annotated

import typer
from django.utils import timezone

from huikuan.kernel.facts import Who
from huikuan.kernel.selectors.access import bank_today
from huikuan.kernel.selectors.users import bank_by_code

BankOption = Annotated[str, typer.Option("--bank", help="Code of the bank.")]
DayOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day; today if left out.")]


def operator() -> Who:
    """Return who runs the command: the account of the operating system, as it stands in events."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "unknown"
    return Who.program(f"command:{name}"[:64])


def bank_id_of(code: str) -> int:
    """Return the id of a bank; the error names the known codes."""
    return bank_by_code(code).id


def day_or_today(code: str, day: datetime | None) -> date:
    """Return the day that was given or the present day of the bank."""
    return day.date() if day is not None else bank_today(bank_by_code(code), timezone.now())
