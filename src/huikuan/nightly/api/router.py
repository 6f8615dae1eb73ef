"""Routes of the night."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query
from pydantic import Field

from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.nightly.api.schemas import FrameOut, NightDetailOut, NightOut, NightsOut, RejectsOut
from huikuan.nightly.selectors.frame import Frame, frame_read
from huikuan.nightly.selectors.runs import RUNS_PER_PAGE_MAX, RunView, run_view, run_views
from huikuan.portfolio.selectors.loads import REJECTS_PER_PAGE_MAX, loads_of_run, rejects_of_run

router = SecureRouter(tags=["nights"])


@router.get("/frame", auth=needs("session.read"), response=FrameOut)
def frame(request: HttpRequest) -> Frame:
    """Return business date and state of the night for the frame of every page."""
    return frame_read(bank_id=actor_of(request).bank_id, at=timezone.now())


@router.get("/nights", auth=needs("nights.read"), response=NightsOut)
def nights(
    request: HttpRequest,
    before: date | None = None,
    limit: Annotated[int, Query(), Field(ge=1, le=RUNS_PER_PAGE_MAX)] = 30,
) -> dict[str, Any]:
    """Return nights by business date, latest first."""
    found = run_views(bank_id=actor_of(request).bank_id, before=before, limit=limit)
    full = len(found) == limit
    return {"items": [_night(run) for run in found], "next": found[-1].business_date if full else None}


@router.get("/nights/{run_id}", auth=needs("nights.read"), response=NightDetailOut)
def night(request: HttpRequest, run_id: UUID) -> dict[str, Any]:
    """Return one night with its stages, delivered files and control totals."""
    bank_id = actor_of(request).bank_id
    run = run_view(bank_id=bank_id, run_id=run_id)
    loads = loads_of_run(bank_id=bank_id, run_id=run_id)
    return {**_night(run).model_dump(), "loads": loads, "error": run.error_message or None}


@router.get("/nights/{run_id}/rejects", auth=needs("rejects.read"), response=RejectsOut)
def rejects(
    request: HttpRequest,
    run_id: UUID,
    feed: Annotated[str | None, Query(), Field(max_length=32)] = None,
    after: Annotated[str | None, Query(), Field(max_length=64)] = None,
    limit: Annotated[int, Query(), Field(ge=1, le=REJECTS_PER_PAGE_MAX)] = 50,
) -> dict[str, Any]:
    """Return refused rows of a night by feed and line, with their reasons."""
    bank_id = actor_of(request).bank_id
    run_view(bank_id=bank_id, run_id=run_id)
    found = rejects_of_run(bank_id=bank_id, run_id=run_id, feed=feed or None, after=after or None, limit=limit)
    return {"items": found, "next": found[-1].id if len(found) == limit else None}


def _night(run: RunView) -> NightOut:
    return NightOut.model_validate(
        {
            "run_id": run.run_id,
            "business_date": run.business_date,
            "kind": run.kind,
            "state": run.state,
            "started_at": run.started_at,
            "finished_at": run.finished_at,
            "seconds": run.seconds,
            "notes": run.notes,
            "accepted": run.accepted or 0,
            "rejected": run.rejected or 0,
            "stages": run.stages,
        }
    )
