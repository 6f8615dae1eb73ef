"""Writers of the quality of delivered feeds. They run inside the transaction of the stage *ingest*."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from huikuan.evidence.services.append import event_append
from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_required
from huikuan.portfolio.events import QualityDrifted
from huikuan.portfolio.facts import FactInvalid
from huikuan.portfolio.models import QualityAlert, QualityMeasure
from huikuan.portfolio.rules.quality import FieldMeasure
from huikuan.portfolio.rules.quality_drift import Drift, DriftPolicy, field_drifts, volume_drift
from huikuan.portfolio.selectors.quality import measures_before, volumes_before


def measures_write(*, bank_id: int, run_id: UUID, business_date: date, measures: Sequence[FieldMeasure]) -> None:
    """Enter the measures of a delivery; the event of the delivery is that of its loads."""
    bank_required(bank_id, "Measures of a delivery")
    QualityMeasure.objects.bulk_create(
        QualityMeasure(
            bank_id=bank_id,
            run_id=run_id,
            feed=one.feed,
            field=one.field,
            business_date=business_date,
            rows=one.rows,
            filled=one.filled,
            invalid=one.invalid,
            sampled=one.sampled,
            distinct_values=one.distinct,
            bins=one.bins,
        )
        for one in measures
    )


def measures_repeat(*, bank_id: int, former_run_id: UUID, run_id: UUID) -> None:
    """Enter for a run of a correction the measures and alerts of the delivery whose accepted rows it has handed on."""
    measures = list(QualityMeasure.objects.filter(bank_id=bank_id, run_id=former_run_id))
    alerts = list(QualityAlert.objects.filter(bank_id=bank_id, run_id=former_run_id))
    for measure in measures:
        measure.run_id = run_id
    for alert in alerts:
        alert.run_id = run_id
    QualityMeasure.objects.bulk_create(measures)
    QualityAlert.objects.bulk_create(alerts)


def drift_judge(
    *,
    bank_id: int,
    run_id: UUID,
    business_date: date,
    rows: Mapping[str, int],
    measures: Sequence[FieldMeasure],
    policy: DriftPolicy,
    is_workday: Callable[[date], bool],
    at: datetime,
    by: Who,
) -> list[Drift]:
    """Hold a delivery against the published nights before it; enter what is unlike them, with one event a feed.

    ``rows`` are those of the delivered feeds. Volumes are held against days of the same kind, workdays or days off.
    """
    bank_required(bank_id, "Drift of a delivery")
    volumes = volumes_before(bank_id=bank_id, business_date=business_date)
    known = measures_before(bank_id=bank_id, business_date=business_date, nights=policy.nights_usual)
    kind = _kind(is_workday, business_date)
    found = []
    for feed, number in rows.items():
        usual = [then for day, then in volumes.get(feed, []) if _kind(is_workday, day) == kind]
        found += [one for one in [volume_drift(feed, number, usual, policy)] if one is not None]
    for measure in measures:
        found += field_drifts(measure, known.get((measure.feed, measure.field), []), policy)
    QualityAlert.objects.bulk_create(
        QualityAlert(
            bank_id=bank_id,
            run_id=run_id,
            feed=one.feed,
            field=one.field,
            measure=one.measure,
            business_date=business_date,
            level=one.level,
            value=one.value,
            usual=one.usual,
            score=one.score,
            nights=one.nights,
        )
        for one in found
    )
    for feed in dict.fromkeys(one.feed for one in found):
        drifts = tuple(f"{one.level} {one.measure} {one.field}".strip() for one in found if one.feed == feed)
        event_append(
            bank_id=bank_id,
            name="portfolio.quality_drifted",
            subject_kind="feed",
            subject_id=feed,
            payload=QualityDrifted(business_date, run_id, drifts),
            actor=by,
            at=at,
        )
    return found


def _kind(is_workday: Callable[[date], bool], day: date) -> bool | None:
    """Whether the bank works on a day; None for a year that its calendar has not."""
    try:
        return is_workday(day)
    except FactInvalid:
        return None
