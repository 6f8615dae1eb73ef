"""What the API of the night answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Schema

RunState = Literal["running", "done", "failed"]


class FrameNightOut(Schema):
    """The latest night; ``stage`` is the one that runs or failed."""

    state: Literal["done", "running", "failed", "never"]
    run_id: UUID | None
    finished_at: datetime | None
    stage: str | None


class FrameOut(Schema):
    """What the frame of every page shows; ``stale`` when the book is older than yesterday."""

    today: date
    business_date: date | None
    night: FrameNightOut
    stale: bool
    calendar_warning: bool


class StageOut(Schema):
    """A stage of a night; figures once it has finished."""

    name: str
    state: Literal["running", "done", "failed", "pending"]
    seconds: float | None
    rows_in: int | None
    rows_out: int | None
    content_hash: str | None


class NightOut(Schema):
    """A night with its stages."""

    run_id: UUID
    business_date: date
    kind: str
    state: RunState
    started_at: datetime
    finished_at: datetime | None
    seconds: float | None
    notes: int | None
    accepted: int
    rejected: int
    stages: list[StageOut]


class NightsOut(Schema):
    """A page of nights, latest first; ``next`` goes into ``before`` for the page after it."""

    items: list[NightOut]
    next: date | None


class ControlOut(Schema):
    """A control total as the sender stated it and as it was counted, exact decimal text."""

    name: str
    stated: str
    counted: str
    ok: bool


class LoadOut(Schema):
    """A delivered file."""

    feed: str
    file: str
    rows: int
    accepted: int
    rejected: int
    sha256: str
    control: list[ControlOut]


class NightDetailOut(NightOut):
    """A night with its files and the error that stopped it."""

    loads: list[LoadOut]
    error: str | None


class ReasonOut(Schema):
    """Why a row was refused."""

    code: str
    field: str
    expected: str
    got: str


class RejectOut(Schema):
    """A refused row; personal values in ``raw`` are masked. ``id`` is the feed and the line."""

    id: str
    feed: str
    file: str
    line: int
    reasons: list[ReasonOut]
    raw: dict[str, str | None]


class RejectsOut(Schema):
    """A page of rejects; ``next`` goes into ``after`` for the page after it."""

    items: list[RejectOut]
    next: str | None
