"""Signing the reconciliation of a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from huikuan.evidence.services.append import event_append
from huikuan.kernel.errors import InputInvalidError, NotFoundError
from huikuan.kernel.facts import Who
from huikuan.kernel.masking import personal_in_text
from huikuan.kernel.tenancy import bank_required
from huikuan.portfolio.selectors.publication import published_runs
from huikuan.reconciliation.errors import SignOffRefusedError
from huikuan.reconciliation.events import DaySignedOff
from huikuan.reconciliation.models import SignOff
from huikuan.reconciliation.rules.sign_off import Refusal, sign_off_refusal
from huikuan.reconciliation.selectors.day import day_counts, day_state
from huikuan.reconciliation.services.publish import DAY

REMARK_LENGTH_MAX: Final = 500


def day_sign_off(
    *, bank_id: int, business_date: date, run_id: UUID, remark: str, user_id: int, by: Who, at: datetime
) -> None:
    """Sign one run of a business date. Raises SignOffRefusedError with the reason, NotFoundError for an unknown run."""
    bank_required(bank_id, "Signing a reconciliation")
    text = " ".join(remark.split())
    if len(text) > REMARK_LENGTH_MAX or personal_in_text(text):
        expected = f"at most {REMARK_LENGTH_MAX} characters without numbers of persons"
        raise InputInvalidError("remark", f"{len(text)} characters", expected)
    if run_id not in published_runs(bank_id=bank_id, run_ids=[run_id]):
        raise NotFoundError("published run", run_id)
    state = day_state(bank_id=bank_id, business_date=business_date, run_id=run_id)
    refusal = sign_off_refusal(state, user_id=user_id, remark=text)
    if refusal is not None:
        raise SignOffRefusedError(business_date, refusal)
    counts = day_counts(bank_id=bank_id, business_date=business_date, run_id=run_id)
    try:
        with transaction.atomic():
            SignOff.objects.create(
                bank_id=bank_id, run_id=run_id, business_date=business_date, compared=counts.compared,
                different=counts.different, declared=counts.declared, held=counts.held, remark=text, signed_by=user_id,
                signed_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise SignOffRefusedError(business_date, Refusal.SIGNED) from None
    event_append(
        bank_id=bank_id,
        name="reconciliation.day_signed_off",
        subject_kind=DAY,
        subject_id=business_date.isoformat(),
        payload=DaySignedOff(run_id, counts.compared, counts.different, counts.declared, counts.held),
        actor=by,
        at=at,
    )
