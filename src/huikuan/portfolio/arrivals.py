"""When the deliveries of business dates came, as the pages and reports on data quality show it.

The inbox and its windows are the night's, which stands above this package: `nightly` plugs in what knows them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """When the first delivery of a business date was complete, and by when it was expected.

    ``late_minutes`` after that time: 0 in time. ``arrived_at`` is None where that was never seen and the inbox was
    cleared since; the other two where no time was set.
    """

    business_date: date
    expected_at: datetime | None
    arrived_at: datetime | None
    late_minutes: int | None


ArrivalsRead = Callable[[int, Collection[date]], Mapping[date, Arrival]]
_arrivals: list[ArrivalsRead] = []  # one


def arrivals_register(read: ArrivalsRead) -> None:
    """Plug in what knows when the deliveries of a bank, by its id, came; called by the night's AppConfig."""
    _arrivals[:] = [read]


def arrivals_of(*, bank_id: int, dates: Collection[date]) -> Mapping[date, Arrival]:
    """Return when the deliveries of these dates came, inside ``bank_scope``."""
    if not _arrivals:
        raise RuntimeError("Nobody knows the inbox: huikuan.nightly must be in INSTALLED_APPS.")
    return _arrivals[0](bank_id, dates)
