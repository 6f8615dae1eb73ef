"""Quality of the delivered feeds over the nights."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Schema
from pydantic import Field

from huikuan.kernel.api.files import workbook_answer
from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.portfolio.selectors.quality import (
    NIGHTS_MAX,
    FeedQuality,
    FeedSeries,
    feed_quality,
    feeds_quality,
)
from huikuan.portfolio.services.quality_report import quality_report

router = SecureRouter(tags=["data quality"])
Nights = Annotated[int, Query(), Field(ge=1, le=NIGHTS_MAX)]


class FeedDayOut(Schema):
    """A feed in one night; shares in parts per million, null where nothing was measured.

    ``arrived_at`` is when the delivery of the date was complete, null where that is not known; ``late_minutes`` after
    ``expected_at``: 0 in time, null without a time.
    """

    business_date: date
    run_id: UUID
    rows: int
    accepted: int
    rejected: int
    expected_at: datetime | None
    arrived_at: datetime | None
    late_minutes: int | None
    loaded_at: datetime
    completeness_ppm: int | None
    validity_ppm: int | None


class AlertOut(Schema):
    """A figure of a delivery that is unlike the nights before; ``field`` is empty for the feed as a whole.

    ``value`` and ``usual`` are rows, parts per million, or the stability index and its threshold × 10⁶; ``score`` is
    the robust z × 1000, the index × 10⁶ or the fall in parts per million.
    """

    business_date: date
    run_id: UUID
    feed: str
    field: str
    measure: Literal["volume", "distribution", "completeness", "validity"]
    level: Literal["watch", "alert"]
    value: int
    usual: int
    score: int
    nights: int


class FeedSeriesOut(Schema):
    """A feed over the nights in which it was delivered, oldest first, and the alerts of the latest."""

    feed: str
    optional: bool
    series: list[FeedDayOut]
    alerts: list[AlertOut]


class FieldDayOut(Schema):
    """A field in one night."""

    business_date: date
    completeness_ppm: int | None
    validity_ppm: int | None
    distinct: int


class BinOut(Schema):
    """Values of one bin in the latest delivery, and the usual share in those before it, in parts per million.

    ``label`` is the upper bound, the year (Y2018) or the word.
    """

    label: str
    count: int
    usual_ppm: int | None


class FieldQualityOut(Schema):
    """A field in the latest delivery of its feed, and over the nights. ``bins`` is null for personal or free text."""

    field: str
    type: str
    required: bool
    personal: bool
    key: bool
    description: str
    rows: int
    filled: int
    invalid: int
    sampled: int
    distinct: int
    completeness_ppm: int | None
    validity_ppm: int | None
    series: list[FieldDayOut]
    bins: list[BinOut] | None


class FeedQualityOut(Schema):
    """A feed with its fields and the alerts of its nights, latest first."""

    feed: str
    statement: str
    optional: bool
    series: list[FeedDayOut]
    fields: list[FieldQualityOut]
    alerts: list[AlertOut]


@router.get("/data-quality", auth=needs("nights.read"), response=list[FeedSeriesOut])
def quality(request: HttpRequest, until: date | None = None, nights: Nights = 30) -> list[FeedSeries]:
    """Return the delivered feeds over the last nights up to a business date."""
    return feeds_quality(bank_id=actor_of(request).bank_id, until=until, nights=nights)


@router.get("/data-quality.xlsx", auth=needs("nights.read"), response={200: None})
def quality_file(
    request: HttpRequest,
    month: Annotated[str, Query(), Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")],
    lang: Literal["zh", "en"] = "zh",
) -> HttpResponse:
    """Return the report of a month (2018-06) as a workbook; that it was taken is entered in the evidence log."""
    actor = actor_of(request)
    name, content = quality_report(
        bank_id=actor.bank_id,
        month=date.fromisoformat(f"{month}-01"),
        language=lang,
        by=actor.who,
        by_name=f"{actor.display_name} ({actor.username})",
        at=timezone.now(),
    )
    return workbook_answer(name, "data-quality.xlsx", content)


@router.get("/data-quality/{feed}", auth=needs("nights.read"), response=FeedQualityOut)
def quality_of_feed(
    request: HttpRequest, feed: Annotated[str, Path(max_length=32)], until: date | None = None, nights: Nights = 30
) -> FeedQuality:
    """Return one feed with its fields over the last nights up to a business date."""
    return feed_quality(bank_id=actor_of(request).bank_id, feed=feed, until=until, nights=nights)
