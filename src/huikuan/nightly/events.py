"""Events of the night. Subject of all of them: the run (``nightly_run``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from huikuan.kernel.event_types import event_type


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
