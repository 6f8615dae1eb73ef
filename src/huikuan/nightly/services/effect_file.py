"""Taking the effect of a correction as a file; who took what is an event."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from django.conf import settings

from huikuan.evidence.services.append import event_append
from huikuan.kernel.facts import Actor
from huikuan.kernel.selectors.users import bank_by_id
from huikuan.nightly.effect import EffectOf, effect_notes
from huikuan.nightly.effect_sheet import effect_sheets
from huikuan.nightly.errors import EffectTooLargeError
from huikuan.nightly.events import EffectExported
from huikuan.nightly.selectors.corrections import request_row
from huikuan.nightly.selectors.decisions import correction_decisions
from huikuan.nightly.services.request import SUBJECT
from huikuan.portfolio.exports.sheet import xlsx_write

ROWS_MAX: Final = 20_000
"""Written within the request; there are no names in it."""


def effect_export(*, actor: Actor, request_id: UUID, on: date | None, language: str, at: datetime) -> tuple[str, bytes]:
    """Return name and content of the workbook of a date. Raises EffectTooLargeError above ROWS_MAX notes."""
    bank = bank_by_id(actor.bank_id)
    of = EffectOf(bank_id=bank.id, bank_code=bank.code, lake_root=settings.HOME / "lake", request_id=request_id)
    effect = effect_notes(**of, on=on, limit=ROWS_MAX)
    if effect.count > ROWS_MAX:
        raise EffectTooLargeError(effect.count, ROWS_MAX)
    notes, decided = effect_sheets(
        effect=effect,
        decisions=correction_decisions(**of),
        request=request_row(bank_id=bank.id, request_id=request_id),
        language=language,
        bank_name=bank.name_zh if language == "zh" else bank.name_en,
        time_zone=bank.time_zone,
        minor_digits=bank.minor_digits,
        by=f"{actor.display_name} ({actor.username})",
        at=at,
    )
    with TemporaryDirectory(prefix="huikuan-") as folder:
        file = Path(folder) / "effect.xlsx"
        xlsx_write(notes, file, decided)
        content = file.read_bytes()
    event_append(
        bank_id=bank.id,
        name="nightly.effect_exported",
        subject_kind=SUBJECT,
        subject_id=str(request_id),
        payload=EffectExported(effect.business_date, effect.count, hashlib.sha256(content).hexdigest()),
        actor=actor.who,
        at=at,
    )
    return f"{notes.name}-{effect.business_date}.xlsx", content
