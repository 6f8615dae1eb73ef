"""The exports of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from huikuan.portfolio.models import Export

EXPORTS_SHOWN_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export; rate and time left while it is being written, from what it has written so far."""

    id: UUID
    kind: str
    form: str
    language: str
    purpose: str
    legal_basis: str
    state: str
    rows: int
    rows_total: int
    row_limit: int
    rows_per_second: int | None
    seconds_left: int | None
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    file_name: str
    bytes: int | None
    error_code: str
    error: str


def exports_of_person(*, bank_id: int, user_id: int, at: datetime) -> list[ExportRow]:
    """Return the latest exports of a person (EXPORTS_SHOWN_MAX at most), newest first."""
    found = Export.objects.filter(bank_id=bank_id, requested_by=user_id).order_by("-created_at")[:EXPORTS_SHOWN_MAX]
    return [_row(export, at) for export in found]


def _row(export: Export, at: datetime) -> ExportRow:
    rate = left = None
    if export.state == "running" and export.started_at is not None and export.rows:
        seconds = max((at - export.started_at).total_seconds(), 0.001)
        rate = max(round(export.rows / seconds), 1)
        left = max(round((export.rows_total - export.rows) / rate), 0)
    expired = export.state == "done" and export.expires_at is not None and export.expires_at <= at
    return ExportRow(
        id=export.id,
        kind=export.kind,
        form=export.form,
        language=export.language,
        purpose=export.purpose,
        legal_basis=export.legal_basis,
        state="expired" if expired else export.state,
        rows=export.rows,
        rows_total=export.rows_total,
        row_limit=export.row_limit,
        rows_per_second=rate,
        seconds_left=left,
        created_at=export.created_at,
        finished_at=export.finished_at,
        expires_at=export.expires_at,
        file_name=export.file_name,
        bytes=export.bytes,
        error_code=export.error_code,
        error=export.error_message,
    )
