"""The business calendar and proposals to change it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Schema, Status
from pydantic import Field

from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.kernel.facts import DayKind
from huikuan.kernel.rules.calendar import days_in_year
from huikuan.kernel.selectors.calendar import calendar_days
from huikuan.kernel.services.calendar import calendar_change_propose

router = SecureRouter(tags=["calendar"])


class DayOut(Schema):
    """One day of the calendar."""

    day: date
    kind: Literal["workday", "rest", "holiday"]
    name: str
    source: str


class YearOut(Schema):
    """The stored days of a year; ``complete`` when none is missing."""

    year: int
    complete: bool
    days: list[DayOut]


class ChangeIn(Schema):
    """A proposal for one day."""

    day: date
    kind: Literal["workday", "rest", "holiday"]
    name: Annotated[str, Field(max_length=100)] = ""
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class ChangeOut(Schema):
    """The request that another person decides."""

    approval_id: int


@router.get("/calendar/{int:year}", auth=needs("calendar.read"), response=YearOut)
def year_days(request: HttpRequest, year: Annotated[int, Path(ge=1990, le=2100)]) -> YearOut:
    """Return the days of a year as stored; an unknown year has none."""
    rows = calendar_days(bank_id=actor_of(request).bank_id, year=year)
    days = [DayOut(day=row.day, kind=row.kind.value, name=row.name, source=row.source) for row in rows]
    return YearOut(year=year, complete=len(days) == days_in_year(year), days=days)


@router.post("/calendar/changes", auth=needs("calendar.propose"), response={202: ChangeOut})
def change(request: HttpRequest, data: ChangeIn) -> Status[ChangeOut]:
    """Propose another kind of day; it changes when another person approves."""
    actor = actor_of(request)
    approval_id = calendar_change_propose(
        bank_id=actor.bank_id, day=data.day, kind=DayKind(data.kind), name=data.name, reason=data.reason, by=actor.who,
        at=timezone.now(),
    )  # fmt: skip
    return Status(202, ChangeOut(approval_id=approval_id))
