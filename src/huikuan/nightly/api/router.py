"""Routes of the night."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Status
from pydantic import Field

from huikuan.kernel.api.files import workbook_answer
from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.kernel.selectors.users import bank_by_id
from huikuan.nightly.api.schemas import (
    ApprovalPutOut,
    CorrectIn,
    DateEffectOut,
    FrameOut,
    NightDetailOut,
    NightOut,
    NightsOut,
    RejectsOut,
    RequestOut,
    RequestPutOut,
)
from huikuan.nightly.arrival import Arrivals, arrivals_read
from huikuan.nightly.effect import NOTES_SHOWN_MAX, EffectOf, NotesEffect, effect_notes
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.selectors.bank import bank_fact
from huikuan.nightly.selectors.corrections import DateEffect, RequestRow, correction_effect, request_rows
from huikuan.nightly.selectors.decisions import Decisions, correction_decisions
from huikuan.nightly.selectors.frame import Frame, frame_read
from huikuan.nightly.selectors.report import night_report
from huikuan.nightly.selectors.runs import RUNS_PER_PAGE_MAX, RunView, run_view, run_views
from huikuan.nightly.services.ask import night_correct_ask, night_rerun_ask
from huikuan.nightly.services.effect_file import effect_export
from huikuan.portfolio.selectors.loads import REJECTS_PER_PAGE_MAX, rejects_of_run

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
    full = len(found) >= limit
    return {"items": [_night(run) for run in found], "next": found[-1].business_date if full else None}


@router.get("/nights/{run_id}", auth=needs("nights.read"), response=NightDetailOut)
def night(request: HttpRequest, run_id: UUID) -> dict[str, Any]:
    """Return one night with its stages, delivered files and control totals."""
    actor = actor_of(request)
    run = run_view(bank_id=actor.bank_id, run_id=run_id)
    report = night_report(run=run, bank_id=actor.bank_id, with_reasons="rejects.read" in actor.permissions)
    return {**_night(run).model_dump(), **report}


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


@router.post("/nights/{business_date}/rerun", auth=needs("night.run"), response={202: RequestPutOut})
def rerun(request: HttpRequest, business_date: date) -> Status[dict[str, UUID]]:
    """Have the nights up to a date run; the page of the night shows how far they are."""
    return Status(202, {"id": night_rerun_ask(actor=actor_of(request), business_date=business_date, at=timezone.now())})


@router.post("/nights/{business_date}/correct", auth=needs("night.correct"), response={202: ApprovalPutOut})
def correct(request: HttpRequest, business_date: date, body: CorrectIn) -> Status[dict[str, int]]:
    """Propose to correct a date and all later ones from the deliveries in the inbox; somebody else approves it."""
    approval_id = night_correct_ask(
        actor=actor_of(request), business_date=business_date, reason=body.reason, at=timezone.now()
    )
    return Status(202, {"approval_id": approval_id})


@router.get("/deliveries", auth=needs("nights.read"), response=Arrivals)
def deliveries(request: HttpRequest) -> Arrivals:
    """Return which deliveries have come, are expected, late or missing, and which of a date its night was made from."""
    bank_id = actor_of(request).bank_id
    return arrivals_read(bank_fact(bank_id), NightPlaces.of(settings.HOME).inbox, timezone.now())


@router.get("/night-requests", auth=needs("nights.read"), response=list[RequestOut])
def night_requests(request: HttpRequest) -> list[RequestRow]:
    """Return nights that were asked to run again and corrections, newest first."""
    return request_rows(bank_id=actor_of(request).bank_id)


@router.get("/night-requests/{request_id}/effect", auth=needs("nights.read"), response=list[DateEffectOut])
def effect(request: HttpRequest, request_id: UUID) -> list[DateEffect]:
    """Return what a correction has changed, by date; empty before it is published."""
    return correction_effect(bank_id=actor_of(request).bank_id, request_id=request_id)


@router.get("/night-requests/{request_id}/effect/notes", auth=needs("correction.read"), response=NotesEffect)
def effect_of_notes(
    request: HttpRequest,
    request_id: UUID,
    on: date | None = None,
    limit: Annotated[int, Query(), Field(ge=1, le=NOTES_SHOWN_MAX)] = 100,
) -> NotesEffect:
    """Return the notes whose figures differ on a date (default: the last), the largest change of arrears first."""
    return effect_notes(**_effect_of(request, request_id), on=on, limit=limit)


@router.get("/night-requests/{request_id}/effect/decisions", auth=needs("correction.read"), response=Decisions)
def effect_on_decisions(request: HttpRequest, request_id: UUID) -> Decisions:
    """Return what was decided or taken out on the figures that a correction has replaced, oldest first."""
    return correction_decisions(**_effect_of(request, request_id))


@router.get("/night-requests/{request_id}/effect.xlsx", auth=needs("correction.read"), response={200: None})
def effect_file(
    request: HttpRequest, request_id: UUID, on: date | None = None, lang: Literal["zh", "en"] = "zh"
) -> HttpResponse:
    """Return the effect on a date as a workbook; that it was taken is entered in the evidence log."""
    name, content = effect_export(
        actor=actor_of(request), request_id=request_id, on=on, language=lang, at=timezone.now()
    )
    return workbook_answer(name, "effect.xlsx", content)


def _effect_of(request: HttpRequest, request_id: UUID) -> EffectOf:
    bank = bank_by_id(actor_of(request).bank_id)
    return {"bank_id": bank.id, "bank_code": bank.code, "lake_root": settings.HOME / "lake", "request_id": request_id}


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
