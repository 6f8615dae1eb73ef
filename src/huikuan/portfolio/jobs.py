"""Jobs of the portfolio: writing exports, and sweeping those that have expired."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from huikuan.kernel.errors import DomainError
from huikuan.kernel.jobs import job, periodic

if TYPE_CHECKING:
    from huikuan.portfolio.models import Export

BOOK_CHANGES_MAX: Final = 3
"""So often a file is begun anew because a night was published meanwhile."""


@job("portfolio.export_write", in_pieces=True)
def export_write(*, bank_id: int, export_id: str) -> None:
    """Write the file of an export. It appears under its name when it is whole; run again, it is written anew."""
    from django.utils import timezone

    from huikuan.kernel.tenancy import bank_scope
    from huikuan.portfolio.services.export import export_begin, export_fail

    key = UUID(export_id)
    with bank_scope(bank_id):
        export = export_begin(bank_id=bank_id, export_id=key, at=timezone.now())
    if export is None:
        return
    try:
        _write(export)
    except DomainError as error:  # a person has to act; anything else is tried again, then swept as lost
        with bank_scope(bank_id):
            export_fail(bank_id=bank_id, export_id=key, error=error, at=timezone.now())
        raise


def _write(export: Export) -> None:
    from django.utils import timezone

    from huikuan.kernel.selectors.users import bank_by_id
    from huikuan.kernel.tenancy import bank_scope
    from huikuan.portfolio.errors import ExportBookChangedError
    from huikuan.portfolio.services.export import export_file, export_finish

    with bank_scope(export.bank_id):
        code = bank_by_id(export.bank_id).code
    target = export_file(code, export.id, export.form)
    part = target.with_suffix(f".{uuid4().hex}.part")  # another worker may be at the same export, taken for dead
    try:
        for left in range(BOOK_CHANGES_MAX - 1, -1, -1):
            try:
                rows, file_name = _fill(export, part)
                break
            except ExportBookChangedError:
                if not left:
                    raise
        with part.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = part.stat().st_size
        with bank_scope(export.bank_id):
            first = export_finish(
                bank_id=export.bank_id, export_id=export.id, rows=rows, size=size, sha256=digest, file_name=file_name,
                at=timezone.now(),
            )  # fmt: skip
            if first:
                part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _fill(export: Export, part: Path) -> tuple[int, str]:
    """Write the rows to ``part``; return how many and the name that the file is offered under."""
    from django.utils import timezone

    from huikuan.kernel.selectors.access import actor_by_id, bank_today
    from huikuan.kernel.selectors.users import bank_by_id
    from huikuan.kernel.tenancy import bank_scope
    from huikuan.portfolio.exports.loans import loans_sheet
    from huikuan.portfolio.exports.rejects import rejects_sheet
    from huikuan.portfolio.exports.sheet import csv_write, xlsx_write
    from huikuan.portfolio.selectors.loads import load_date
    from huikuan.portfolio.services.export import export_allowed, export_progress

    written = 0

    def progress(rows: int, rows_total: int) -> None:
        nonlocal written
        written = rows
        export_progress(bank_id=export.bank_id, export_id=export.id, rows=rows, rows_total=rows_total)

    at = timezone.now()
    with bank_scope(export.bank_id):
        on = bank_today(bank_by_id(export.bank_id), at)
        actor = actor_by_id(bank_id=export.bank_id, user_id=export.requested_by, on=on)
        export_allowed(actor, export.kind)
        if export.kind == "loans":
            sheet, name = loans_sheet(export=export, actor=actor, on=on, at=at, progress=progress)
        else:
            day = load_date(bank_id=export.bank_id, run_id=UUID(export.query["run_id"]))
            sheet, name = rejects_sheet(export=export, actor=actor, business_date=day, at=at, progress=progress)
    (csv_write if export.form == "csv" else xlsx_write)(sheet, part)
    return written, name


@periodic("portfolio.exports_sweep", "*/10 * * * *")
def exports_sweep_all() -> None:
    """Every ten minutes: sweep the exports of every bank."""
    from django.utils import timezone

    from huikuan.kernel.selectors.users import banks_all
    from huikuan.kernel.tenancy import bank_scope
    from huikuan.portfolio.services.export import exports_sweep

    for bank in banks_all():
        with bank_scope(bank.id):
            exports_sweep(bank_id=bank.id, bank_code=bank.code, at=timezone.now())
