"""At which night the desk stands."""

from __future__ import annotations

from datetime import date

from django.db.models import Max, Q

from huikuan.nightly.facts import DESK_LATER, DESK_STAGE, RunState, StageName
from huikuan.nightly.models import Run, StageRun


def desk_date(*, bank_id: int) -> date | None:
    """Return the business date of the last night that was brought to the desk; None if none was. One query.

    It is behind the last published night while a catch-up runs, and after one that was killed, until the next run.
    """
    brought = StageRun.objects.filter(bank_id=bank_id).filter(
        Q(stage=DESK_STAGE) | (Q(stage=StageName.PUBLISH) & ~Q(totals__has_key=DESK_LATER))
    )
    runs = Run.objects.filter(bank_id=bank_id, state=RunState.DONE, run_id__in=brought.values("run_id"))
    found: date | None = runs.aggregate(last=Max("business_date"))["last"]
    return found
