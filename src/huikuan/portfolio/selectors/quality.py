"""Reads of the quality of delivered feeds: of each business date the delivery that was published last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from huikuan.kernel.errors import NotFoundError
from huikuan.portfolio.feed_contract import FeedContract, contracts_shipped
from huikuan.portfolio.models import QualityMeasure
from huikuan.portfolio.rules.quality import bins_ordered, bins_sum, share_ppm

NIGHTS_MAX = 120
USUAL_NIGHTS = 20  # whose values, taken together, are the usual distribution

_NIGHTS = """
select run_id, business_date from (
    select distinct on (business_date) run_id, business_date from portfolio_publication
    where bank_id = %(bank)s and (%(until)s::date is null or business_date <= %(until)s)
    order by business_date desc, known_at desc
) night order by business_date desc limit %(nights)s
"""
_DAYS = f"""
with night as ({_NIGHTS}), filled as (
    select run_id, feed, sum(rows) as cells, sum(filled) as filled, sum(invalid) as invalid
    from portfolio_quality_measure
    where bank_id = %(bank)s and run_id in (select run_id from night) group by run_id, feed
)
select l.feed, l.business_date, l.run_id, l.rows, l.accepted, l.rejected, l.known_at,
       coalesce(f.cells, 0)::bigint, coalesce(f.filled, 0)::bigint, coalesce(f.invalid, 0)::bigint
from portfolio_load l join night n on n.run_id = l.run_id
left join filled f on f.run_id = l.run_id and f.feed = l.feed
where l.bank_id = %(bank)s order by l.feed, l.business_date
"""  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class FeedDay:
    """A feed in one night. A delivery from before measures were taken has no cells, so no shares."""

    feed: str
    business_date: date
    run_id: UUID
    rows: int
    accepted: int
    rejected: int
    loaded_at: datetime
    cells: int
    filled: int
    invalid: int

    @property
    def completeness_ppm(self) -> int | None:
        """Share of the fields of all rows that have a value."""
        return share_ppm(self.filled, self.cells)

    @property
    def validity_ppm(self) -> int | None:
        """Share of the values that were not refused."""
        return share_ppm(self.filled - self.invalid, self.filled)


@dataclass(frozen=True, slots=True)
class FeedSeries:
    """A feed over the nights, oldest first; nights without it are left out."""

    feed: str
    optional: bool
    series: list[FeedDay]

    @property
    def last(self) -> FeedDay | None:
        """Its latest delivery."""
        return self.series[-1] if self.series else None


@dataclass(frozen=True, slots=True)
class FieldDay:
    """A field in one night; shares in ppm, None where there is nothing to share."""

    business_date: date
    completeness_ppm: int | None
    validity_ppm: int | None
    distinct: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Values of one bin: in the latest delivery and, together, in those before it (the usual)."""

    label: str
    count: int
    usual: int


@dataclass(frozen=True, slots=True)
class FieldQuality:
    """A field in the latest delivery of its feed, and over the nights, oldest first."""

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
    series: list[FieldDay]
    bins: list[Bin] | None


@dataclass(frozen=True, slots=True)
class FeedQuality:
    """A feed with its fields."""

    feed: str
    statement: str
    optional: bool
    series: list[FeedDay]
    fields: list[FieldQuality]


def feeds_quality(*, bank_id: int, until: date | None, nights: int) -> list[FeedSeries]:
    """Return every feed that the bank has delivered in the last ``nights`` nights up to a date; one query."""
    found: dict[str, list[FeedDay]] = {}
    for day in _days(bank_id, until, nights):
        found.setdefault(day.feed, []).append(day)
    return [
        FeedSeries(feed, contract.optional, found[feed])
        for feed, contract in contracts_shipped().items()
        if feed in found
    ]


def feed_quality(*, bank_id: int, feed: str, until: date | None, nights: int) -> FeedQuality:
    """Return one feed with its fields; two queries. Raises NotFoundError."""
    contract = contracts_shipped().get(feed)
    if contract is None:
        raise NotFoundError("feed", repr(feed), hint=f"Feeds are {', '.join(contracts_shipped())}.")
    days = [day for day in _days(bank_id, until, nights) if day.feed == feed]
    runs = [day.run_id for day in days]
    measures: dict[str, list[QualityMeasure]] = {}
    for measure in QualityMeasure.objects.filter(bank_id=bank_id, feed=feed, run_id__in=runs).order_by("business_date"):
        measures.setdefault(measure.field, []).append(measure)
    fields = _fields(contract, measures)
    return FeedQuality(feed, contract.statement, contract.optional, days, fields)


def _days(bank_id: int, until: date | None, nights: int) -> list[FeedDay]:
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"bank": bank_id, "until": until, "nights": min(nights, NIGHTS_MAX)})
        return [FeedDay(*row) for row in cursor.fetchall()]


def _fields(contract: FeedContract, measures: dict[str, list[QualityMeasure]]) -> list[FieldQuality]:
    found = []
    for field in contract.fields:
        series = measures.get(field.name)
        if not series:
            continue
        last = series[-1]
        found.append(
            FieldQuality(
                field=field.name,
                type=field.type,
                required=field.required,
                personal=field.personal,
                key=field.name in contract.key,
                description=field.description,
                rows=last.rows,
                filled=last.filled,
                invalid=last.invalid,
                sampled=last.sampled,
                distinct=last.distinct_values,
                completeness_ppm=share_ppm(last.filled, last.rows),
                validity_ppm=share_ppm(last.filled - last.invalid, last.filled),
                series=[
                    FieldDay(
                        one.business_date,
                        share_ppm(one.filled, one.rows),
                        share_ppm(one.filled - one.invalid, one.filled),
                        one.distinct_values,
                    )
                    for one in series
                ],
                bins=_bins(last, series[:-1]),
            )
        )
    return found


def _bins(last: QualityMeasure, before: Iterable[QualityMeasure]) -> list[Bin] | None:
    if last.bins is None:
        return None
    usual = bins_sum([one.bins for one in before if one.bins is not None][-USUAL_NIGHTS:])
    return [Bin(label, last.bins.get(label, 0), usual.get(label, 0)) for label in bins_ordered({*last.bins, *usual})]
