"""What the frame of every page says about the book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huikuan.kernel.selectors.access import bank_today
from huikuan.kernel.selectors.calendar import calendar_warning
from huikuan.kernel.selectors.users import bank_by_id
from huikuan.nightly.selectors.runs import run_latest
from huikuan.portfolio.selectors.freshness import book_freshness

NEVER = "never"


@dataclass(frozen=True, slots=True)
class FrameNight:
    """The latest night; ``stage`` is the one that runs or failed."""

    state: str  # done | running | failed | never
    run_id: UUID | None
    finished_at: datetime | None
    stage: str | None


@dataclass(frozen=True, slots=True)
class Frame:
    """Business date, age of the book and state of the night; ``stale`` when the book is older than yesterday."""

    today: date
    business_date: date | None
    night: FrameNight
    stale: bool
    age_days: int | None
    age_workdays: int | None
    contact_allowed: bool
    contact_age_days_max: int
    contact_rule_broken: bool
    calendar_warning: bool


def frame_read(*, bank_id: int, at: datetime) -> Frame:
    """Read the frame at the moment ``at``; a constant number of queries."""
    today = bank_today(bank_by_id(bank_id), at)
    book = book_freshness(bank_id=bank_id, today=today)
    return Frame(
        today=today,
        business_date=book.business_date,
        night=_night(bank_id),
        stale=book.age_days is not None and book.age_days > 1,
        age_days=book.age_days,
        age_workdays=book.age_workdays,
        contact_allowed=book.contact_allowed,
        contact_age_days_max=book.contact_age_days_max,
        contact_rule_broken=book.problem != "",
        calendar_warning=calendar_warning(bank_id=bank_id, today=today),
    )


def _night(bank_id: int) -> FrameNight:
    run = run_latest(bank_id=bank_id)
    if run is None:
        return FrameNight(NEVER, None, None, None)
    current = next((stage.name for stage in run.stages if stage.state in {"running", "failed"}), None)
    return FrameNight(run.state, run.run_id, run.finished_at, current)
