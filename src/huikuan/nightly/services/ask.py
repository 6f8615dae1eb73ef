"""What a person asks of the night over HTTP: to run it again, or to correct it with the approval of somebody else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings

from huikuan.evidence.services.approval import Approved, approval_request
from huikuan.kernel.errors import InputInvalidError
from huikuan.kernel.facts import Actor, Who
from huikuan.nightly.correction import correction_plan
from huikuan.nightly.cycle import nights_due
from huikuan.nightly.jobs import night_correct, night_lock_name, night_rerun
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.selectors.bank import bank_fact
from huikuan.nightly.services.request import CORRECTION, RERUN, reason_checked, request_put

CORRECT: Final = "nightly.correct"
"""Kind of the approval."""


def night_rerun_ask(*, actor: Actor, business_date: date, at: datetime) -> UUID:
    """Have the nights up to a date run by a job; return the id of the request.

    What can be refused at once is refused here: a date in the future, before the book or without a delivery.
    """
    bank = bank_fact(actor.bank_id)
    nights_due(bank, business_date, NightPlaces.of(settings.HOME).inbox, today=bank.today(at))
    request_id = uuid4()
    number = night_rerun.put(bank_id=bank.id, lock=night_lock_name(bank.id), request_id=str(request_id))
    return request_put(
        bank_id=bank.id,
        kind=RERUN,
        business_date=business_date,
        by=actor.who,
        at=at,
        request_id=request_id,
        job_id=number,
    )


def night_correct_ask(*, actor: Actor, business_date: date, reason: str, at: datetime) -> int:
    """Propose a correction; return the id of the approval that somebody else has to give."""
    bank = bank_fact(actor.bank_id)
    text = reason_checked(reason)
    correction_plan(bank, business_date, NightPlaces.of(settings.HOME), today=bank.today(at))
    request = {"business_date": business_date.isoformat(), "reason": text, "proposed_by": actor.user_id}
    return approval_request(
        bank_id=bank.id,
        kind=CORRECT,
        subject_id=business_date.isoformat(),
        request=request,
        by=actor.who,
        at=at,
    )


def night_correct_approved(approved: Approved) -> None:
    """Carry an approved correction out: put its job in, in the transaction of the decision."""
    proposed_by = approved.request["proposed_by"]
    if not isinstance(proposed_by, int):
        raise InputInvalidError("proposed_by", proposed_by, "the id of a user")
    request_id = uuid4()
    number = night_correct.put(
        bank_id=approved.bank_id, lock=night_lock_name(approved.bank_id), request_id=str(request_id)
    )
    request_put(
        bank_id=approved.bank_id,
        kind=CORRECTION,
        business_date=date.fromisoformat(str(approved.request["business_date"])),
        reason=str(approved.request["reason"]),
        by=Who.user(proposed_by),
        at=approved.at,
        approval_id=approved.approval_id,
        request_id=request_id,
        job_id=number,
    )
