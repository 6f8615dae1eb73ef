"""The rejected rows of a night as a sheet, to be sent to whoever delivered them: line, reasons, the row (masked)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from huikuan.kernel.facts import Actor
from huikuan.kernel.selectors.users import bank_by_id
from huikuan.kernel.tenancy import bank_scope
from huikuan.portfolio.exports.about import About
from huikuan.portfolio.exports.columns import Kind
from huikuan.portfolio.exports.reasons import reason_word
from huikuan.portfolio.exports.sheet import Sheet, SheetColumn, Value
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.models import Export
from huikuan.portfolio.rules.export_purposes import ExportPurpose
from huikuan.portfolio.selectors.loads import (
    REJECTS_PER_PAGE_MAX,
    RejectRow,
    loads_of_run,
    rejects_count,
    rejects_of_run,
)

Progress = Callable[[int, int], None]
_HEADINGS: Final = {
    "zh": ("文件", "行", "原因代码", "原因", "字段", "应为", "实为"),
    "en": ("File", "Line", "Reason code", "Reason", "Field", "Expected", "Got"),
}
_RAW: Final = {"zh": "原始行（已遮蔽）", "en": "Raw row (masked)"}
_REMARK: Final = {
    "zh": "一行被拒绝可能有多个原因，按次序以换行分开。个人信息已遮蔽；请按文件与行号在源系统中改正。",
    "en": "A row may have several reasons, one below the other. Personal values are masked: correct by file and line.",
}


def rejects_sheet(
    *, export: Export, actor: Actor, business_date: date | None, at: datetime, progress: Progress
) -> tuple[Sheet, str]:
    """Return the sheet, whose rows are read when they are taken, and the name of its file.

    With one feed each field of its contract has a column; with all feeds the row stands in one. Runs inside
    ``bank_scope``; the rows open their own.
    """
    bank = bank_by_id(export.bank_id)
    language = export.language
    run_id, feed = UUID(export.query["run_id"]), export.query["feed"]
    total = rejects_count(bank_id=bank.id, run_id=run_id, feed=feed)
    fields = list(contracts_shipped()[feed].columns) if feed else []
    raw = [f"{_RAW[language]} {name}" for name in fields] or [_RAW[language]]
    files = {load.feed: load.file for load in loads_of_run(bank_id=bank.id, run_id=run_id)}
    chinese = language == "zh"
    of = files.get(feed, feed) if feed else ("全部文件" if chinese else "all files")
    content = "被拒绝的行" if chinese else "Rejected rows"
    about = About(
        language=language,
        bank=bank.name_zh if chinese else bank.name_en,
        time_zone=bank.time_zone,
        content=content,
        business_date=business_date,
        filter=str(of),
        institutions="",
        rows=total,
        by=f"{actor.display_name} ({actor.username})",
        at=at,
        purpose=ExportPurpose(export.purpose),
        remark=_REMARK[language],
        export_id=str(export.id),
    )
    kinds = [Kind.TEXT, Kind.INTEGER, *[Kind.TEXT] * (5 + len(raw))]
    sheet = Sheet(
        name=content,
        about_name="说明" if chinese else "About",
        about_headings=about.headings,
        about=about.lines(),
        columns=[SheetColumn(name, kind) for name, kind in zip((*_HEADINGS[language], *raw), kinds, strict=True)],
        rows=_rows(bank.id, run_id, feed, fields, language, total, progress),
        minor_digits=bank.minor_digits,
    )
    day = "" if business_date is None else f"-{business_date}"
    return sheet, f"{content}{day}{'-' + feed if feed else ''}.{export.form}".replace(" ", "-")


def _rows(
    bank_id: int, run_id: UUID, feed: str | None, fields: list[str], language: str, total: int, progress: Progress
) -> Iterator[Sequence[Value]]:
    after: str | None = None
    written = 0
    while True:
        with bank_scope(bank_id):
            piece = rejects_of_run(bank_id=bank_id, run_id=run_id, feed=feed, after=after, limit=REJECTS_PER_PAGE_MAX)
            written += len(piece)
            progress(written, total)
        for row in piece:
            yield _line(row, fields, language)
        if len(piece) < REJECTS_PER_PAGE_MAX:
            return
        after = piece[-1].id


def _line(row: RejectRow, fields: list[str], language: str) -> list[Value]:
    def reasons(read: Callable[[dict[str, Any]], str]) -> str:
        return "\n".join(read(reason) for reason in row.reasons)

    raw = [row.raw.get(name) for name in fields] or [
        "; ".join(f"{name}={'' if value is None else value}" for name, value in row.raw.items())
    ]
    return [
        row.file,
        row.line,
        reasons(lambda reason: str(reason["code"])),
        reasons(lambda reason: reason_word(str(reason["code"]), language)),
        reasons(lambda reason: str(reason["field"])),
        reasons(lambda reason: str(reason["expected"])),
        reasons(lambda reason: str(reason["got"])),
        *raw,
    ]
