"""Facts of the night: what the stages see and answer. No Django, no clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from huikuan.portfolio.lake import WrittenFile


class RunState(StrEnum):
    """State of a night in the ledger."""

    RUNNING = "running"  # a process works on it, or was killed: the bank's lock tells which
    DONE = "done"  # published
    FAILED = "failed"  # stopped with an error; finished stages stay and are not run again


class StageName(StrEnum):
    """The stages in order."""

    INGEST = "ingest"  # delivered files → accepted rows and rejects
    SNAPSHOT = "snapshot"  # the book of the day, missing notes carried forward
    AGE = "age"  # every note to the close of the day
    CLASSIFY = "classify"  # bucket, class floor, parts in the overdue rates
    RECONCILE = "reconcile"  # the core's figures of the day beside ours
    MIGRATE = "migrate"  # moves between buckets since the last month-end
    PUBLISH = "publish"  # figures and delinquent notes to the desk


STAGE_ORDER = tuple(StageName)
DESK_STAGE = "desk"
"""The desk brought to a published night at the end of a catch-up; a night that brings its own has no such stage."""
DESK_LATER = "desk_later"
"""Total of the stage *publish* of a night of a catch-up: its desk comes with a later night."""


@dataclass(frozen=True, slots=True)
class BankFact:
    """What the night needs to know of its bank."""

    id: int
    code: str
    time_zone: str
    minor_digits: int

    def today(self, at: datetime) -> date:
        """Return the calendar day of the bank at the moment ``at`` (aware)."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()


@dataclass(frozen=True, slots=True)
class StageDone:
    """A finished stage as the ledger has it."""

    stage: str
    started_at: datetime
    finished_at: datetime
    rows_in: int
    rows_out: int
    content_hash: str
    totals: dict[str, int]

    @property
    def seconds(self) -> float:
        """Time from start until the last row of the atomic step is written."""
        return (self.finished_at - self.started_at).total_seconds()


class RunKind(StrEnum):
    """Why a run was made."""

    NIGHTLY = "nightly"  # the regular night of a date
    CORRECTION = "correction"  # takes the place of a published run; the former one stays


@dataclass(frozen=True, slots=True)
class RunFact:
    """A run as the ledger has it."""

    run_id: UUID
    business_date: date
    state: str
    attempt: int
    delivery_hash: str
    stages_done: tuple[str, ...]


def _no_rows(known_at: datetime) -> None:
    """A stage that writes files only."""


@dataclass(frozen=True, slots=True)
class StageOutput:
    """What a stage has made: files that no row names yet, and the rows that become visible together with them.

    ``publish`` writes rows to PostgreSQL; it runs inside the transaction of the atomic step and gets its time.
    ``published`` holds the content hash of each table that it writes to.
    """

    rows_in: int
    rows_out: int
    files: tuple[WrittenFile, ...] = ()
    totals: dict[str, int] = field(default_factory=dict)
    publish: Callable[[datetime], None] = _no_rows
    published: dict[str, str] = field(default_factory=dict)
