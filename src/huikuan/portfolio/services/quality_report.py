"""Taking the monthly report of data quality; who took it is an event."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from huikuan.evidence.services.append import event_append
from huikuan.kernel.errors import NotFoundError
from huikuan.kernel.facts import Who
from huikuan.kernel.selectors.users import bank_by_id
from huikuan.portfolio.events import QualityReported
from huikuan.portfolio.exports.quality import quality_sheet
from huikuan.portfolio.exports.sheet import xlsx_write
from huikuan.portfolio.selectors.quality_month import quality_month


def quality_report(
    *, bank_id: int, month: date, language: str, by: Who, by_name: str, at: datetime
) -> tuple[str, bytes]:
    """Return name and content of the report of a month. Raises NotFoundError for one without a published night."""
    bank = bank_by_id(bank_id)
    rows = quality_month(bank_id=bank.id, month=month)
    if not rows:
        hint = "No night of it is published; choose a month with business dates."
        raise NotFoundError("data quality of month", month.strftime("%Y-%m"), hint=hint)
    sheet = quality_sheet(
        rows=rows,
        month=month,
        language=language,
        bank_name=bank.name_zh if language == "zh" else bank.name_en,
        time_zone=bank.time_zone,
        by=by_name,
        at=at,
    )
    with TemporaryDirectory(prefix="huikuan-") as folder:
        file = Path(folder) / "quality.xlsx"
        xlsx_write(sheet, file)
        content = file.read_bytes()
    event_append(
        bank_id=bank.id,
        name="portfolio.quality_reported",
        subject_kind="month",
        subject_id=month.strftime("%Y-%m"),
        payload=QualityReported(len(rows), hashlib.sha256(content).hexdigest()),
        actor=by,
        at=at,
    )
    return f"{sheet.name}-{month.strftime('%Y-%m')}.xlsx".replace(" ", "-"), content
