"""Exports: asked for by a person, written by a job, fetched by the same person, swept when they expire.

Files lie below ``<home>/exports/<bank>/`` with mode 0600, named by the id of the export.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings

from huikuan.evidence.services.append import event_append
from huikuan.kernel.errors import DomainError, InputInvalidError, NotFoundError, PermissionMissingError
from huikuan.kernel.facts import Actor, Who
from huikuan.kernel.jobs import Job, jobs_unfinished
from huikuan.kernel.selectors.access import actor_today, institution_roots
from huikuan.portfolio.errors import ExportBusyError, ExportLimitError, ExportLostError, ExportNotReadyError
from huikuan.portfolio.events import ExportDownloaded, ExportMade, ExportRequested
from huikuan.portfolio.exports.columns import columns_chosen
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.models import Export
from huikuan.portfolio.rules.export_limits import REJECT_ROWS_MAX, loan_rows_max
from huikuan.portfolio.rules.export_purposes import LEGAL_BASES, ExportPurpose
from huikuan.portfolio.rules.loan_query import loan_query_document, loan_query_parse
from huikuan.portfolio.selectors.loads import rejects_count
from huikuan.portfolio.selectors.loan_list import loan_scope, loan_summary

SUBJECT: Final = "export"
KEPT: Final = timedelta(hours=24)
UNDER_WAY_MAX: Final = 3
"""Exports of one person that wait or run at once."""
LOST_AFTER: Final = timedelta(minutes=2)
MESSAGE_LENGTH_MAX: Final = 2000


def export_folder(bank_code: str) -> Path:
    """Return the folder of a bank's exports."""
    folder: Path = settings.HOME / "exports" / bank_code
    return folder


def export_file(bank_code: str, export_id: UUID, form: str) -> Path:
    """Return where the file of an export lies."""
    return export_folder(bank_code) / f"{export_id}.{form}"


def export_request_loans(
    *,
    actor: Actor,
    query: Mapping[str, object],
    purpose: ExportPurpose,
    language: str,
    columns: Sequence[str],
    job: Job,
    at: datetime,
) -> UUID:
    """Ask for the list of loans as a workbook; return the id. Put in together with its job.

    ``purpose`` and its legal basis are entered with the request: no file without them.

    Raises ExportLimitError, with count and limit, before anything is started.
    """
    asked = loan_query_parse(query)
    chosen = [column.key for column in columns_chosen(columns)]
    roots = institution_roots(actor, "loan.export")
    codes = loan_scope(bank_id=actor.bank_id, roots=roots, wanted=asked.filter, on=actor_today(actor, at))
    rows = loan_summary(bank_id=actor.bank_id, institution_codes=codes, wanted=asked.filter).notes
    limit = loan_rows_max(actor.grants)
    document = loan_query_document(asked)
    return _request(actor, "loans", "xlsx", language, purpose, document, chosen, rows, limit, job, at)


def export_request_rejects(
    *, actor: Actor, run_id: UUID, feed: str | None, form: str, language: str, job: Job, at: datetime
) -> UUID:
    """Ask for the rejected rows of a night, of one feed or of all; return the id. Put in together with its job.

    They are taken for one purpose, to be corrected where they come from.
    """
    if form not in {"xlsx", "csv"}:
        raise InputInvalidError("form", form, "xlsx or csv")
    if feed is not None and feed not in contracts_shipped():
        raise InputInvalidError("feed", feed, ", ".join(contracts_shipped()))
    rows = rejects_count(bank_id=actor.bank_id, run_id=run_id, feed=feed)
    query = {"run_id": str(run_id), "feed": feed}
    purpose = ExportPurpose.DATA_QUALITY
    return _request(actor, "rejects", form, language, purpose, query, [], rows, REJECT_ROWS_MAX, job, at)


def _request(
    actor: Actor,
    kind: str,
    form: str,
    language: str,
    purpose: ExportPurpose,
    query: dict[str, Any],
    columns: list[str],
    rows: int,
    limit: int,
    job: Job,
    at: datetime,
) -> UUID:
    if language not in {"zh", "en"}:
        raise InputInvalidError("language", language, "zh or en")
    if rows > limit:
        raise ExportLimitError(rows, limit)
    own = Export.objects.filter(bank_id=actor.bank_id, requested_by=actor.user_id)
    if own.filter(state__in=["queued", "running"]).count() >= UNDER_WAY_MAX:
        raise ExportBusyError(UNDER_WAY_MAX)
    export_id, basis = uuid4(), LEGAL_BASES[purpose]
    number = job.put(bank_id=actor.bank_id, export_id=str(export_id))
    Export.objects.create(
        bank_id=actor.bank_id, id=export_id, kind=kind, form=form, language=language, purpose=purpose,
        legal_basis=basis, query=query, columns=columns, requested_by=actor.user_id, row_limit=limit,
        state="queued", rows_total=rows, created_at=at, job_id=number,
    )  # fmt: skip
    digest = hashlib.sha256(json.dumps(query, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    _append(
        actor.bank_id,
        export_id,
        "portfolio.export_requested",
        ExportRequested(kind, form, digest, tuple(columns), rows, limit, purpose, basis),
        actor.who,
        at,
    )
    return export_id


def export_allowed(actor: Actor, kind: str) -> None:
    """Raise PermissionMissingError unless a person may have a file of this kind now."""
    wanted = "loan.export" if kind == "loans" else "rejects.export.read"
    if wanted not in actor.permissions:
        raise PermissionMissingError(wanted)


def export_begin(*, bank_id: int, export_id: UUID, at: datetime) -> Export | None:
    """Enter that a job writes the file; None when there is nothing left to do (it was done before, or given up)."""
    export = Export.objects.select_for_update().filter(bank_id=bank_id, id=export_id).first()
    if export is None or export.state not in {"queued", "running"}:
        return None
    _update(bank_id, export_id, state="running", started_at=at, rows=0)
    return export


def export_progress(*, bank_id: int, export_id: UUID, rows: int, rows_total: int) -> None:
    """Enter how many rows are written."""
    _update(bank_id, export_id, rows=rows, rows_total=rows_total)


def export_finish(
    *, bank_id: int, export_id: UUID, rows: int, size: int, sha256: str, file_name: str, at: datetime
) -> bool:
    """Enter that the file is there; ``size`` in bytes. False where it was entered before, by another worker.

    Until the transaction ends nobody else can enter it: the caller puts the file in its place meanwhile.
    """
    found = Export.objects.select_for_update().filter(bank_id=bank_id, id=export_id, state="running")
    if found.first() is None:
        return False
    _update(
        bank_id, export_id, state="done", rows=rows, rows_total=rows, finished_at=at, expires_at=at + KEPT, bytes=size,
        sha256=sha256, file_name=file_name,
    )  # fmt: skip
    _append(bank_id, export_id, "portfolio.export_made", ExportMade(rows, size, sha256), Who.program("export"), at)
    return True


def export_fail(*, bank_id: int, export_id: UUID, error: Exception, at: datetime) -> None:
    """Enter that there will be no file, and why."""
    known = isinstance(error, DomainError)
    _update(
        bank_id, export_id, state="failed", finished_at=at,
        error_code=error.code if isinstance(error, DomainError) else "kernel.unexpected",
        error_message=str(error)[:MESSAGE_LENGTH_MAX] if known else "The file could not be written; see the log.",
    )  # fmt: skip


def export_fetch(*, actor: Actor, bank_code: str, export_id: UUID, at: datetime) -> tuple[Export, Path]:
    """Return a finished export and its file to the person who asked for it, and enter that it was fetched.

    Raises NotFoundError for an export of somebody else, PermissionMissingError when the person may no longer ask for
    such a file, ExportNotReadyError without a file.
    """
    export = Export.objects.filter(bank_id=actor.bank_id, id=export_id, requested_by=actor.user_id).first()
    if export is None:
        raise NotFoundError("export of yours", export_id)
    export_allowed(actor, export.kind)
    if export.state == "done" and export.expires_at is not None and export.expires_at <= at:
        raise ExportNotReadyError("expired")
    file = export_file(bank_code, export_id, export.form)
    if export.state != "done" or not file.is_file():
        raise ExportNotReadyError(export.state if export.state != "done" else "expired")
    fetched = ExportDownloaded(export.rows, export.sha256)
    _append(actor.bank_id, export_id, "portfolio.export_downloaded", fetched, actor.who, at)
    return export, file


def exports_sweep(*, bank_id: int, bank_code: str, at: datetime) -> int:
    """Remove files that have expired or belong to nothing, and give up exports whose job has ended; return removals.

    Runs inside ``bank_scope(bank_id)``.
    """
    found = Export.objects.filter(bank_id=bank_id)
    found.filter(state="done", expires_at__lte=at).update(state="expired")
    waiting = list(
        found.filter(state__in=["queued", "running"], created_at__lte=at - LOST_AFTER).values_list("id", "job_id")
    )
    alive = jobs_unfinished([job_id for _, job_id in waiting if job_id is not None])
    for export_id, job_id in waiting:
        if job_id not in alive:
            export_fail(bank_id=bank_id, export_id=export_id, error=ExportLostError(), at=at)
    states = dict(found.filter(state__in=["queued", "running", "done"]).values_list("id", "state"))
    folder = export_folder(bank_code)
    gone = [file for file in folder.iterdir() if not _file_kept(file, states)] if folder.is_dir() else []
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)


def _file_kept(file: Path, states: Mapping[UUID, str]) -> bool:
    """Tell whether a file is still of use: of an export that is done only the whole file is, not a part of it."""
    try:
        state = states.get(UUID(file.name.partition(".")[0]))
    except ValueError:
        return False
    return state is not None and not (state == "done" and file.suffix == ".part")


def _update(bank_id: int, export_id: UUID, **values: Any) -> None:
    Export.objects.filter(bank_id=bank_id, id=export_id).update(**values)


def _append(bank_id: int, export_id: UUID, name: str, payload: object, by: Who, at: datetime) -> None:
    event_append(
        bank_id=bank_id, name=name, subject_kind=SUBJECT, subject_id=str(export_id), payload=payload, actor=by, at=at
    )
