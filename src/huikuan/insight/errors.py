"""Errors of the reports."""

from __future__ import annotations

from datetime import date, datetime

from huikuan.kernel.errors import DomainError


class OverviewNoNightError(DomainError):
    """Nothing is published for the date and moment asked for."""

    code = "overview.no_night"
    status = 404

    def __init__(self, as_of: date | None, known_at: datetime | None) -> None:
        when = "yet" if as_of is None else f"for {as_of}"
        known = "" if known_at is None else f" as known at {known_at.isoformat()}"
        super().__init__(
            f"No night is published {when}{known}. Choose a date for which there is one, or run the night: "
            "`huikuan nightly --bank CODE --date DATE`."
        )


class MonthlyStatusNoneError(DomainError):
    """No status of a past month was delivered that the person may see."""

    code = "monthly_roll.no_status"
    status = 404

    def __init__(self) -> None:
        super().__init__(
            "No monthly statuses are known for these months and your institutions. They come with the feed "
            "monthly_statuses (docs/reference/feeds.md); ask whoever runs the deliveries."
        )
