"""Reads of the quality of delivered feeds: of each business date the delivery that was published last."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

from huikuan.kernel.errors import NotFoundError
from huikuan.portfolio.arrivals import Arrival, arrivals_of
from huikuan.portfolio.feed_contract import FeedContract, contracts_shipped
from huikuan.portfolio.models import QualityAlert, QualityMeasure
from huikuan.portfolio.rules.quality import FieldMeasure, bins_ordered, share_ppm
from huikuan.portfolio.rules.quality_drift import shares_usual

NIGHTS_MAX = 120
USUAL_NIGHTS = 20  # whose median shares are the usual distribution
_VOLUME_NIGHTS = 100  # among which those of the same kind, workdays or days off, are sought

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

_VOLUMES = f"""
select l.feed, l.business_date, l.rows from portfolio_load l join ({_NIGHTS}) n on n.run_id = l.run_id
where l.bank_id = %(bank)s order by l.business_date
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
    arrival: Arrival

    @property
    def expected_at(self) -> datetime | None:
        """By when the delivery of the date was expected; None where no time was set."""
        return self.arrival.expected_at

    @property
    def arrived_at(self) -> datetime | None:
        """When the first delivery of the date was complete; None where that is not known."""
        return self.arrival.arrived_at

    @property
    def late_minutes(self) -> int | None:
        """Minutes after the time by which it was expected: 0 in time, None without such a time."""
        return self.arrival.late_minutes

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
    alerts: list[Alert]

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
    """Values of one bin in the latest delivery, and their usual share in those before it, in ppm."""

    label: str
    count: int
    usual_ppm: int | None


@dataclass(frozen=True, slots=True)
class Alert:
    """A figure of a delivery that is unlike the nights before; see `rules.quality_drift.Drift`."""

    business_date: date
    run_id: UUID
    feed: str
    field: str
    measure: str
    level: str
    value: int
    usual: int
    score: int
    nights: int


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
    alerts: list[Alert]


def feeds_quality(*, bank_id: int, until: date | None, nights: int) -> list[FeedSeries]:
    """Return every feed that the bank has delivered in the last ``nights`` nights up to a date, with the alerts of its
    latest delivery; two queries.
    """
    found: dict[str, list[FeedDay]] = {}
    for day in feed_days(bank_id=bank_id, until=until, nights=nights):
        found.setdefault(day.feed, []).append(day)
    alerts = alerts_of_runs(bank_id=bank_id, runs={days[-1].run_id for days in found.values()})
    return [
        FeedSeries(
            feed,
            contract.optional,
            found[feed],
            [one for one in alerts if one.feed == feed and one.run_id == found[feed][-1].run_id],
        )
        for feed, contract in contracts_shipped().items()
        if feed in found
    ]


def feed_quality(*, bank_id: int, feed: str, until: date | None, nights: int) -> FeedQuality:
    """Return one feed with its fields and the alerts of its nights; three queries. Raises NotFoundError."""
    contract = contracts_shipped().get(feed)
    if contract is None:
        raise NotFoundError("feed", repr(feed), hint=f"Feeds are {', '.join(contracts_shipped())}.")
    days = [day for day in feed_days(bank_id=bank_id, until=until, nights=nights) if day.feed == feed]
    runs = {day.run_id for day in days}
    measures: dict[str, list[QualityMeasure]] = {}
    for measure in QualityMeasure.objects.filter(bank_id=bank_id, feed=feed, run_id__in=runs).order_by("business_date"):
        measures.setdefault(measure.field, []).append(measure)
    alerts = [one for one in alerts_of_runs(bank_id=bank_id, runs=runs) if one.feed == feed]
    return FeedQuality(feed, contract.statement, contract.optional, days, _fields(contract, measures), alerts)


def alerts_of_run(*, bank_id: int, run_id: UUID) -> list[Alert]:
    """Return what was unlike the nights before in the delivery of a run."""
    return alerts_of_runs(bank_id=bank_id, runs=[run_id])


def volumes_before(*, bank_id: int, business_date: date) -> dict[str, list[tuple[date, int]]]:
    """Return the rows of each feed in the published nights before a date, oldest first."""
    yesterday = business_date - timedelta(days=1)
    found: dict[str, list[tuple[date, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_VOLUMES, {"bank": bank_id, "until": yesterday, "nights": _VOLUME_NIGHTS})
        for feed, day, rows in cursor.fetchall():
            found.setdefault(feed, []).append((day, rows))
    return found


def measures_before(*, bank_id: int, business_date: date, nights: int) -> dict[tuple[str, str], list[FieldMeasure]]:
    """Return the measures of each field in the published nights before a date, oldest first."""
    yesterday = business_date - timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(_NIGHTS, {"bank": bank_id, "until": yesterday, "nights": nights})
        runs = [run_id for run_id, _ in cursor.fetchall()]
    found: dict[tuple[str, str], list[FieldMeasure]] = {}
    columns = ("feed", "field", "rows", "filled", "invalid", "sampled", "distinct_values", "bins")
    rows = QualityMeasure.objects.filter(bank_id=bank_id, run_id__in=runs).order_by("business_date")
    for row in rows.values_list(*columns):
        found.setdefault((row[0], row[1]), []).append(FieldMeasure(*row))
    return found


def alerts_of_runs(*, bank_id: int, runs: Collection[UUID]) -> list[Alert]:
    """Return what was unlike the nights before in runs: latest first, alerts before what is only watched."""
    found = QualityAlert.objects.filter(bank_id=bank_id, run_id__in=runs)
    names = ("business_date", "run_id", "feed", "field", "measure", "level", "value", "usual", "score", "nights")
    rows = found.order_by("-business_date", "level", "feed", "field", "measure").values_list(*names)
    return [Alert(*row) for row in rows]


def feed_days(*, bank_id: int, until: date | None, nights: int) -> list[FeedDay]:
    """Return every feed of the last nights up to a date, by feed, oldest first; one query, and when they arrived."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"bank": bank_id, "until": until, "nights": min(nights, NIGHTS_MAX)})
        rows = cursor.fetchall()
    arrivals = arrivals_of(bank_id=bank_id, dates={row[1] for row in rows})
    return [FeedDay(*(*row, arrivals[row[1]])) for row in rows]


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
    usual = shares_usual([one.bins for one in before if one.bins is not None][-USUAL_NIGHTS:])
    return [
        Bin(label, last.bins.get(label, 0), round(usual.get(label, 0.0) * 1_000_000) if usual else None)
        for label in bins_ordered({*last.bins, *usual})
        if last.bins.get(label, 0) or usual.get(label, 0.0) > 0
    ]
