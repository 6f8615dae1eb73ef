"""The exports of a person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from huikuan.portfolio.models import Export
from huikuan.portfolio.rules.export_purposes import ExportPurpose, LegalBasis

EXPORTS_SHOWN_MAX: Final = 100
_COPIED: Final = (
    "id", "kind", "form", "language", "state", "rows", "rows_total", "row_limit", "created_at", "finished_at",
    "expires_at", "file_name", "bytes", "error_code",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export; ``rows_per_second`` and ``seconds_left`` while it is being written, from what is written so far."""

    id: UUID
    kind: Literal["loans", "rejects"]
    form: Literal["xlsx", "csv"]
    language: Literal["zh", "en"]
    purpose: ExportPurpose
    legal_basis: LegalBasis
    state: Literal["queued", "running", "done", "failed", "expired"]
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
    copied = {name: getattr(export, name) for name in _COPIED}
    if export.state == "done" and export.expires_at is not None and export.expires_at <= at:
        copied["state"] = "expired"
    return ExportRow(
        **copied,
        purpose=ExportPurpose(export.purpose),
        legal_basis=LegalBasis(export.legal_basis),
        rows_per_second=rate,
        seconds_left=left,
        error=export.error_message,
    )


@dataclass(frozen=True, slots=True)
class LoanExport:
    """A list of loans that somebody took: who, and what for."""

    id: UUID
    requested_by: int
    purpose: str


def loan_exports(*, bank_id: int, ids: Collection[str]) -> list[LoanExport]:
    """Return those of these exports that are lists of loans."""
    found = Export.objects.filter(bank_id=bank_id, kind="loans", id__in=list(ids))
    return [LoanExport(*row) for row in found.values_list("id", "requested_by", "purpose")]
