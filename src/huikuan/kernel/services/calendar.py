"""Writers of the business calendar: whole years from files, single days by approval."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml

from huikuan.kernel.errors import ConflictError, InputInvalidError
from huikuan.kernel.events import CalendarChanged, CalendarSeeded
from huikuan.kernel.facts import DayKind, Who
from huikuan.kernel.models import CalendarDay
from huikuan.kernel.ports import approval_desk
from huikuan.kernel.rules.calendar import CalendarYearMissingError, days_in_year, year_of_days
from huikuan.kernel.services.record import record
from huikuan.kernel.tenancy import bank_scope

CALENDAR_CHANGE: Final = "kernel.calendar_change"
NAME_CHARACTERS_MAX: Final = 100


class CalendarYearPresentError(ConflictError):
    """The year is loaded already; single days change by approval."""

    code = "kernel.calendar_year_present"

    def __init__(self, year: int) -> None:
        super().__init__(
            f"The calendar of {year} is loaded already. Change single days by a proposal and its approval."
        )


def holidays_load(country: str, file: Path | None = None) -> Mapping[int, Mapping[str, Any]]:
    """Return the years of a holiday file: the packaged one of ``country`` (cn, us) or ``file``."""
    if file is None and country not in {"cn", "us"}:
        raise InputInvalidError("country", country, "cn or us, or a file of your own with --file")
    source = file if file is not None else files("huikuan.kernel") / "data" / f"holidays_{country}.yaml"
    document = yaml.safe_load(source.read_text(encoding="utf-8"))
    years = document.get("years") if isinstance(document, dict) else None
    if not isinstance(years, dict):
        raise InputInvalidError("file", str(source), "a YAML document with the key 'years'")
    return years


def year_days(year: int, entry: Mapping[str, Any]) -> dict[date, tuple[DayKind, str]]:
    """Turn a year of a holiday file into its days; raises InputInvalidError for a day of another year."""
    named: dict[date, str] = {}
    for holiday in entry["holidays"]:
        first, last = holiday["first"], holiday["last"]
        if not isinstance(first, date) or not isinstance(last, date) or first > last:
            raise InputInvalidError("holidays", f"{first}–{last}", "two dates, the first not after the last")
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            named[date.fromordinal(ordinal)] = f"{holiday['zh']} / {holiday['en']}"
    off, worked = frozenset(entry["off_in_exchange"]), frozenset(entry["worked"])
    strangers = sorted(str(day) for day in {*named, *off, *worked} if day.year != year)
    if strangers:
        raise InputInvalidError(f"year {year}", ", ".join(strangers), f"days of {year} only")
    days = year_of_days(year, {d: n for d, n in named.items() if d not in off}, off, worked)
    return {day: (kind, named.get(day, name)) for day, (kind, name) in days.items()}


def calendar_seed(*, bank_id: int, country: str, year: int, by: Who, at: datetime, file: Path | None = None) -> int:
    """Load a whole year of the packaged calendar of ``country`` (cn, us) or of a file; return the number of days.

    Raises CalendarYearMissingError when the file lacks the year and CalendarYearPresentError when the bank has it.
    """
    years = holidays_load(country, file)
    if year not in years:
        raise CalendarYearMissingError(year)
    entry = years[year]
    days = year_days(year, entry)
    source = str(entry["source"])[:300]
    with bank_scope(bank_id):
        if CalendarDay.objects.filter(bank_id=bank_id, day__year=year).count() == days_in_year(year):
            raise CalendarYearPresentError(year)
        CalendarDay.objects.bulk_create(
            [
                CalendarDay(bank_id=bank_id, day=day, kind=kind, name=name[:NAME_CHARACTERS_MAX], source=source)
                for day, (kind, name) in days.items()
            ],
            ignore_conflicts=True,
        )
        record(
            bank_id=bank_id, subject_kind="calendar", subject_id=year, by=by, at=at,
            payload=CalendarSeeded(year, len(days), source),
        )  # fmt: skip
    return len(days)


def calendar_change_propose(
    *, bank_id: int, day: date, kind: DayKind, name: str, reason: str, by: Who, at: datetime
) -> int:
    """Ask for the approval of another kind of day; return the id of the request."""
    name, reason = name.strip(), reason.strip()
    if len(name) > NAME_CHARACTERS_MAX:
        raise InputInvalidError("name", f"{len(name)} characters", f"at most {NAME_CHARACTERS_MAX} characters")
    if not 1 <= len(reason) <= 500:
        raise InputInvalidError("reason", f"{len(reason)} characters", "1 to 500 characters; say where it is announced")
    with bank_scope(bank_id):
        present = CalendarDay.objects.filter(bank_id=bank_id, day=day).first()
        if present is not None and present.kind == kind and present.name == name:
            raise ConflictError(f"{day} is already a {kind} with this name; there is nothing to change.")
        return approval_desk()(
            bank_id=bank_id, kind=CALENDAR_CHANGE, subject_id=day.isoformat(), by=by, at=at,
            request={"day": day.isoformat(), "kind": str(kind), "name": name, "reason": reason},
        )  # fmt: skip


def calendar_change_apply(
    *, bank_id: int, request: Mapping[str, object], approval_id: int, by: Who, at: datetime
) -> None:
    """Carry out an approved change; called by the approvals in their transaction."""
    day, kind = date.fromisoformat(str(request["day"])), DayKind(str(request["kind"]))
    with bank_scope(bank_id):
        present = CalendarDay.objects.select_for_update().filter(bank_id=bank_id, day=day).first()
        values = {
            "kind": kind,
            "name": str(request["name"]),
            "source": f"approval {approval_id}: {request['reason']}"[:300],
        }
        CalendarDay.objects.update_or_create(bank_id=bank_id, day=day, defaults=values)
        record(
            bank_id=bank_id, subject_kind="calendar", subject_id=day.year, by=by, at=at,
            payload=CalendarChanged(day, present.kind if present else None, kind, approval_id),
        )  # fmt: skip
