"""What the frame of every page says about the book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from huikuan.kernel.selectors.access import bank_today
from huikuan.kernel.selectors.calendar import calendar_warning
from huikuan.kernel.selectors.users import bank_by_id
from huikuan.nightly.selectors.runs import run_latest
from huikuan.portfolio.selectors.publication import published_dates

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
    """Business date and state of the night; ``stale`` when the published book is older than yesterday."""

    today: date
    business_date: date | None
    night: FrameNight
    stale: bool
    calendar_warning: bool


def frame_read(*, bank_id: int, at: datetime) -> Frame:
    """Read the frame at the moment ``at``; a constant number of queries."""
    today = bank_today(bank_by_id(bank_id), at)
    dates = published_dates(bank_id=bank_id)
    business_date = None if dates is None else dates[1]
    return Frame(
        today=today,
        business_date=business_date,
        night=_night(bank_id),
        stale=business_date is not None and business_date < today - timedelta(days=1),
        calendar_warning=calendar_warning(bank_id=bank_id, today=today),
    )


def _night(bank_id: int) -> FrameNight:
    run = run_latest(bank_id=bank_id)
    if run is None:
        return FrameNight(NEVER, None, None, None)
    current = next((stage.name for stage in run.stages if stage.state in {"running", "failed"}), None)
    return FrameNight(run.state, run.run_id, run.finished_at, current)
