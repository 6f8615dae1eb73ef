"""Taking differences as a file; who took what is an event."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from huikuan.evidence.services.append import event_append
from huikuan.kernel.facts import Actor
from huikuan.kernel.selectors.users import bank_by_id
from huikuan.portfolio.exports.sheet import xlsx_write
from huikuan.portfolio.selectors.book_read import book_day
from huikuan.reconciliation.errors import TooManyDifferencesError
from huikuan.reconciliation.events import DifferencesExported
from huikuan.reconciliation.selectors.differences import DifferenceFilter, differences_all, differences_count
from huikuan.reconciliation.services.publish import DAY
from huikuan.reconciliation.sheet import differences_sheet

ROWS_MAX: Final = 20_000
"""Written within the request: half a second. There are no names in it: it needs no purpose as a list of loans does."""


def differences_export(*, actor: Actor, wanted: DifferenceFilter, language: str, at: datetime) -> tuple[str, bytes]:
    """Return name and content of the workbook of a filter. Raises TooManyDifferencesError above ROWS_MAX rows."""
    bank = bank_by_id(actor.bank_id)
    day = book_day(bank_id=bank.id)
    count = differences_count(bank_id=bank.id, wanted=wanted)
    if count > ROWS_MAX:
        raise TooManyDifferencesError(count, ROWS_MAX)
    rows = differences_all(bank_id=bank.id, wanted=wanted, limit=ROWS_MAX)
    sheet = differences_sheet(
        rows=rows,
        wanted=wanted,
        language=language,
        bank_name=bank.name_zh if language == "zh" else bank.name_en,
        time_zone=bank.time_zone,
        minor_digits=bank.minor_digits,
        business_date=day.business_date,
        by=f"{actor.display_name} ({actor.username})",
        at=at,
    )
    with TemporaryDirectory(prefix="huikuan-") as folder:
        file = Path(folder) / "differences.xlsx"
        xlsx_write(sheet, file)
        content = file.read_bytes()
    event_append(
        bank_id=bank.id,
        name="reconciliation.exported",
        subject_kind=DAY,
        subject_id=day.business_date.isoformat(),
        payload=DifferencesExported(len(rows), hashlib.sha256(content).hexdigest()),
        actor=actor.who,
        at=at,
    )
    return f"{sheet.name}-{day.business_date}.xlsx", content
