"""What the API of the night answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema

from huikuan.portfolio.api.quality import AlertOut

RunState = Literal["running", "done", "failed"]


class FrameNightOut(Schema):
    """The latest night; ``stage`` is the one that runs or failed."""

    state: Literal["done", "running", "failed", "never"]
    run_id: UUID | None
    finished_at: datetime | None
    stage: str | None


class FrameOut(Schema):
    """What the frame of every page shows; ``stale`` when the book is older than yesterday.

    ``age_days`` is the age of the book, ``age_workdays`` the working days among them (null: the calendar lacks a year).
    ``contact_allowed``: not older than ``contact_age_days_max``, so that contact may be planned from it.
    ``contact_rule_broken``: the bank's own limit cannot be read, so that nothing is planned.
    """

    today: date
    business_date: date | None
    night: FrameNightOut
    stale: bool
    age_days: int | None
    age_workdays: int | None
    contact_allowed: bool
    contact_age_days_max: int
    contact_rule_broken: bool
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
    kind: Literal["nightly", "correction"]
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


class ReasonCountOut(Schema):
    """A reason with the number of rows of a feed that were refused for it, and the first line of them."""

    feed: str
    code: str
    field: str
    rows: int
    first_line: int


class CarriedOut(Schema):
    """Rows of a feed that were refused and are carried forward from the former delivery."""

    feed: str
    rows: int


class NotesCountOut(Schema):
    """How many notes for one reason."""

    reason: str
    notes: int


class EnginesOut(Schema):
    """How notes were computed: ``folded`` from yesterday's close, ``replayed`` by the exact engine and why, ``held``
    as they were because of what the rules refused.
    """

    folded: int
    replayed: list[NotesCountOut]
    held: list[NotesCountOut]


class NightDetailOut(NightOut):
    """A night with its files and the error that stopped it.

    ``reasons`` only for those who may see rejects. ``absent`` are feeds that were not delivered on the day: what was
    delivered last stays in force. ``stale_notes`` are notes carried forward. ``alerts`` say what is unlike the nights
    before. ``rejects_kept`` of a refused delivery that had more rejected rows than are kept.
    ``in_force`` is false for a run that a correction has taken the place of.
    """

    loads: list[LoadOut]
    reasons: list[ReasonCountOut] | None
    absent: list[str]
    carried: list[CarriedOut]
    stale_notes: int | None
    rejects_kept: int | None
    alerts: list[AlertOut]
    engines: EnginesOut | None
    error: str | None
    error_code: str | None
    in_force: bool
    request_id: UUID | None
    cause_run_id: UUID | None


class CorrectIn(Schema):
    """Why a night is to be corrected; without personal data."""

    reason: str = Field(min_length=4, max_length=500)


class RequestPutOut(Schema):
    """What was asked for."""

    id: UUID


class ApprovalPutOut(Schema):
    """The approval that somebody else has to give."""

    approval_id: int


class RequestOut(Schema):
    """A night that was asked to run again, or a correction. ``until`` is the last date that it corrects."""

    id: UUID
    kind: Literal["rerun", "correction"]
    business_date: date
    until: date | None
    reason: str
    by: str
    approval_id: int | None
    state: Literal["queued", "running", "done", "failed"]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error_code: str
    error: str


class BucketEffectOut(Schema):
    """A bucket of a date before and after a correction."""

    bucket: str
    notes_before: int
    notes_after: int
    balance_before_minor: int
    balance_after_minor: int


class DateEffectOut(Schema):
    """The figures of a date before and after a correction; ``buckets`` are those that changed."""

    business_date: date
    changed: bool
    notes_before: int
    notes_after: int
    balance_before_minor: int
    balance_after_minor: int
    overdue_notes_before: int
    overdue_notes_after: int
    overdue_before_minor: int
    overdue_after_minor: int
    buckets: list[BucketEffectOut]


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
