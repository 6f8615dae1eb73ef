"""Reading the business calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import ExtractYear

from huikuan.kernel.facts import DayKind
from huikuan.kernel.models import CalendarDay
from huikuan.kernel.rules.calendar import BusinessCalendar, days_in_year, warning_due


@dataclass(frozen=True, slots=True)
class CalendarDayRow:
    """One day as stored."""

    day: date
    kind: DayKind
    name: str
    source: str


def calendar_load(*, bank_id: int, years: Iterable[int]) -> BusinessCalendar:
    """Return the calendar with the days of ``years``; missing years answer with an error when asked."""
    rows = CalendarDay.objects.filter(bank_id=bank_id, day__year__in=list(years)).values_list("day", "kind")
    return BusinessCalendar({day: DayKind(kind) for day, kind in rows})


def calendar_days(*, bank_id: int, year: int) -> list[CalendarDayRow]:
    """Return the stored days of a year in order."""
    rows = CalendarDay.objects.filter(bank_id=bank_id, day__year=year).order_by("day")
    return [CalendarDayRow(r.day, DayKind(r.kind), r.name, r.source) for r in rows]


def calendar_years(bank_id: int) -> frozenset[int]:
    """Return the complete years of a bank."""
    counted = (
        CalendarDay.objects.filter(bank_id=bank_id)
        .annotate(year=ExtractYear("day"))
        .values("year")
        .annotate(days=Count("day"))
        .values_list("year", "days")
    )
    return frozenset(year for year, days in counted if days == days_in_year(year))


def calendar_warning(*, bank_id: int, today: date) -> bool:
    """True when this year is missing, or next year is missing from 1 November on."""
    return warning_due(calendar_years(bank_id), today)
