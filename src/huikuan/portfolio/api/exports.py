"""Exports: ask for a file, see how far it is, fetch it."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote
from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.kernel.selectors.users import bank_by_id
from huikuan.portfolio.jobs import export_write
from huikuan.portfolio.rules.export_purposes import ExportPurpose
from huikuan.portfolio.selectors.export import ExportRow, exports_of_person
from huikuan.portfolio.services.export import export_fetch, export_request_loans, export_request_rejects

router = SecureRouter(tags=["exports"])

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class LoansExportIn(Schema):
    """The list of loans: ``query`` as the list takes it, ``columns`` in order (all of them if empty).

    ``purpose`` is recorded with its legal basis; without one nothing is exported.
    """

    purpose: ExportPurpose
    query: Annotated[dict[str, Any], Field(default_factory=dict)]
    language: Literal["zh", "en"] = "zh"
    columns: Annotated[list[Annotated[str, Field(max_length=64)]], Field(default_factory=list, max_length=64)]


class RejectsExportIn(Schema):
    """Rejected rows of a night, of one feed or of all."""

    run_id: UUID
    feed: Annotated[str | None, Field(max_length=32)] = None
    form: Literal["xlsx", "csv"] = "xlsx"
    language: Literal["zh", "en"] = "zh"


class ExportPutOut(Schema):
    """The export that was put in."""

    id: UUID


@router.post("/exports", auth=needs("loan.export"), response={202: ExportPutOut})
def loans_export(request: HttpRequest, body: LoansExportIn) -> Status[dict[str, UUID]]:
    """Ask for the list of loans as a workbook; refused with count and limit if it has more rows than the role may."""
    export_id = export_request_loans(
        actor=actor_of(request),
        query=body.query,
        purpose=body.purpose,
        language=body.language,
        columns=body.columns,
        job=export_write,
        at=timezone.now(),
    )
    return Status(202, {"id": export_id})


@router.post("/exports/rejects", auth=needs("rejects.export.read"), response={202: ExportPutOut})
def rejects_export(request: HttpRequest, body: RejectsExportIn) -> Status[dict[str, UUID]]:
    """Ask for the rejected rows of a night as a file."""
    export_id = export_request_rejects(
        actor=actor_of(request),
        run_id=body.run_id,
        feed=body.feed,
        form=body.form,
        language=body.language,
        job=export_write,
        at=timezone.now(),
    )
    return Status(202, {"id": export_id})


@router.get("/exports", auth=needs("export.read"), response=list[ExportRow])
def exports(request: HttpRequest) -> list[ExportRow]:
    """Return the own exports, newest first."""
    actor = actor_of(request)
    return exports_of_person(bank_id=actor.bank_id, user_id=actor.user_id, at=timezone.now())


@router.get("/exports/{export_id}/file", auth=needs("export.read"))
def export_download(request: HttpRequest, export_id: UUID) -> FileResponse:
    """Return the file to the person who asked for it; the download is entered in the evidence log."""
    actor = actor_of(request)
    export, file = export_fetch(
        actor=actor, bank_code=bank_by_id(actor.bank_id).code, export_id=export_id, at=timezone.now()
    )
    answer = FileResponse(file.open("rb"), content_type=_TYPES[export.form])
    name = quote(export.file_name, safe="")
    answer["Content-Disposition"] = f"attachment; filename=\"export.{export.form}\"; filename*=UTF-8''{name}"
    return answer
