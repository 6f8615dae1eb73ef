"""Events of the night.

Subject: the run (``nightly_run``), what a person asked for (``nightly_request``), or the business date of a delivery
(``nightly_delivery``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from huikuan.kernel.event_types import event_type

DELIVERY: Final = "nightly_delivery"


@event_type("nightly.run_started")
@dataclass(frozen=True, slots=True)
class RunStarted:
    """A night began, or went on after it had been interrupted (``attempt`` 2 and above)."""

    business_date: date
    attempt: int


@event_type("nightly.stage_finished")
@dataclass(frozen=True, slots=True)
class StageFinished:
    """A stage was made visible; ``content`` is the SHA-256 over the content hashes of its tables."""

    business_date: date
    stage: str
    rows_in: int
    rows_out: int
    content: str


@event_type("nightly.run_finished")
@dataclass(frozen=True, slots=True)
class RunFinished:
    """A night was published."""

    business_date: date
    notes: int
    accepted: int
    rejected: int


@event_type("nightly.run_failed")
@dataclass(frozen=True, slots=True)
class RunFailed:
    """A night stopped with an error; ``code`` is the error's code. What was finished before it stays."""

    business_date: date
    stage: str
    code: str


@event_type("nightly.rerun_requested")
@dataclass(frozen=True, slots=True)
class RerunRequested:
    """A person had a night run again."""

    business_date: date


@event_type("nightly.correction_begun")
@dataclass(frozen=True, slots=True)
class CorrectionBegun:
    """A correction began; its reason stands in the request. ``approval_id`` is None for one by the command."""

    business_date: date
    until: date
    approval_id: int | None


@event_type("nightly.correction_published")
@dataclass(frozen=True, slots=True)
class CorrectionPublished:
    """All nights of a correction became visible together. ``runs`` took the place of ``former_runs``, by date."""

    business_date: date
    until: date
    runs: tuple[UUID, ...]
    former_runs: tuple[UUID, ...]


@event_type("nightly.request_failed")
@dataclass(frozen=True, slots=True)
class RequestFailed:
    """What a person asked of the night ended with an error; ``code`` is the error's code."""

    business_date: date
    code: str


@event_type("nightly.effect_exported")
@dataclass(frozen=True, slots=True)
class EffectExported:
    """A person took the effect of a correction on the notes of a date as a file; ``sha256`` is of its bytes."""

    business_date: date
    notes: int
    sha256: str


@event_type("nightly.delivery_arrived")
@dataclass(frozen=True, slots=True)
class DeliveryArrived:
    """A delivery of a business date is complete; ``sequence`` counts those of the date from 1.

    ``late_minutes`` after the time by which it was expected: 0 in time, None without such a time.
    """

    sequence: int
    complete_at: str
    late_minutes: int | None


@event_type("nightly.delivery_late")
@dataclass(frozen=True, slots=True)
class DeliveryLate:
    """The time by which the delivery of a business date was expected has passed without it."""

    expected_at: str


@event_type("nightly.delivery_missing")
@dataclass(frozen=True, slots=True)
class DeliveryMissing:
    """A day later the delivery of a business date still has not come."""

    expected_at: str
