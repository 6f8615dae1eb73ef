"""Writers of the quality of delivered feeds. They run inside the transaction of the stage *ingest*."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from huikuan.kernel.tenancy import bank_required
from huikuan.portfolio.models import QualityMeasure
from huikuan.portfolio.rules.quality import FieldMeasure


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
    """Enter for a run of a correction the measures of the delivery whose accepted rows it has handed on."""
    measures = list(QualityMeasure.objects.filter(bank_id=bank_id, run_id=former_run_id))
    for measure in measures:
        measure.run_id = run_id
    QualityMeasure.objects.bulk_create(measures)
