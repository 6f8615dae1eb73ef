"""Routes of the reports."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest
from ninja import Query
from pydantic import AwareDatetime, Field

from huikuan.insight.api.schemas import MonthlyRollOut, OverviewOut, RateOut, TotalsOut
from huikuan.insight.reports.overdue_rate import Rate
from huikuan.insight.selectors.monthly_roll import MonthlyRollQuery, monthly_roll_read
from huikuan.insight.selectors.overview import Overview, OverviewQuery, overview_read
from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.kernel.selectors.access import institution_roots
from huikuan.kernel.selectors.users import bank_by_id

router = SecureRouter(tags=["overview"])
PERMISSION = "overview.read"


@router.get("/overview", auth=needs(PERMISSION), response=OverviewOut)
def overview(
    request: HttpRequest,
    as_of: date | None = None,
    known_at: AwareDatetime | None = None,
    institution_id: int | None = None,
    product: Annotated[str | None, Query(), Field(max_length=32)] = None,
) -> OverviewOut:
    """Return the figures of the person's institutions: latest night, or as of a date, or as known at a moment."""
    actor = actor_of(request)
    answer = overview_read(
        OverviewQuery(
            bank_id=actor.bank_id,
            roots=institution_roots(actor, PERMISSION),
            as_of=as_of,
            known_at=known_at,
            institution_id=institution_id,
            product=product or None,
        )
    )
    bank = bank_by_id(actor.bank_id)
    return _shape(answer, bank.currency, bank.minor_digits)


@router.get("/monthly-roll", auth=needs(PERMISSION), response=MonthlyRollOut)
def monthly_roll(
    request: HttpRequest, from_month: date | None = None, to_month: date | None = None, as_of: date | None = None
) -> MonthlyRollOut:
    """Return where accounts stand one month later, over all months delivered or some (given by any day of them)."""
    actor = actor_of(request)
    table = monthly_roll_read(
        MonthlyRollQuery(
            bank_id=actor.bank_id,
            roots=institution_roots(actor, PERMISSION),
            as_of=as_of or date.max,
            from_month=None if from_month is None else from_month.replace(day=1),
            to_month=None if to_month is None else to_month.replace(day=1),
        ),
        settings.HOME / "lake",
    )
    return MonthlyRollOut.model_validate(asdict(table))


def _shape(answer: Overview, currency: str, minor_digits: int) -> OverviewOut:
    totals = answer.totals
    return OverviewOut.model_validate(
        {
            "business_date": answer.business_date,
            "known_at": answer.known_at,
            "run_id": answer.run_id,
            "currency": currency,
            "minor_digits": minor_digits,
            "totals": TotalsOut(
                notes=totals.notes,
                balance_minor=totals.balance_minor,
                overdue_notes=totals.overdue_notes,
                overdue_principal_minor=totals.overdue_principal_minor,
                overdue_interest_minor=totals.overdue_interest_minor,
                penalty_minor=totals.penalty_minor,
                stale_notes=totals.stale_notes,
                management=_rate(answer.rates.management),
                regulatory=_rate(answer.rates.regulatory),
            ),
            "buckets": answer.buckets,
            "classes": answer.classes,
            "roll": answer.roll,
            "trend": answer.trend,
            "dates": list(answer.dates),
        }
    )


def _rate(rate: Rate) -> RateOut:
    return RateOut(
        numerator_minor=rate.numerator_minor, denominator_minor=rate.denominator_minor, rate_ppm=rate.rate_ppm
    )
