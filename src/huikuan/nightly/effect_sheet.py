"""The effect of a correction as a workbook: what it is, the notes that differ, and what was decided before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from huikuan.nightly.effect import NoteEffect, NotesEffect
from huikuan.nightly.selectors.corrections import RequestRow
from huikuan.nightly.selectors.decisions import DecisionKind, Decisions
from huikuan.portfolio.exports.columns import Kind, code_word
from huikuan.portfolio.exports.sheet import Sheet, SheetColumn, Value, amount

_FIGURES: Final = {
    "bucket": ("账龄", "Bucket", Kind.TEXT),
    "class": ("五级分类下限", "Class floor", Kind.TEXT),
    "dpd": ("逾期天数", "Days past due", Kind.INTEGER),
    "balance": ("本金余额", "Balance", Kind.AMOUNT),
    "overdue_principal": ("逾期本金", "Overdue principal", Kind.AMOUNT),
    "overdue_interest": ("欠息", "Overdue interest", Kind.AMOUNT),
    "penalty": ("罚息、复利与迟延利息", "Penalty, compound and delay interest", Kind.AMOUNT),
    "costs_due": ("应付费用", "Costs due", Kind.AMOUNT),
}
_DECISIONS: Final = {
    DecisionKind.EXPORT: ("导出借据清单", "list of loans taken"),
    DecisionKind.REVEAL: ("查看个人信息", "personal data seen"),
    DecisionKind.TAG: ("修改标签", "tags changed"),
    DecisionKind.SIGN_OFF: ("对账签认", "reconciliation signed"),
    DecisionKind.DECLARATION: ("声明差异", "difference declared"),
    DecisionKind.DIFFERENCES: ("导出对账差异", "differences taken"),
    DecisionKind.APPROVAL: ("审批", "approval"),
}
_WORDS: Final = {
    "zh": {
        "notes": "变动借据", "about": "说明", "decisions": "此前的决定", "item": ("项目", "值"),
        "heads": ("借据号", "客户号", "机构", "产品"), "before": "（更正前）", "after": "（更正后）",
        "decided": ("时间", "事项", "对象", "经办", "内容", "行数"),
        "lines": (
            "银行", "内容", "更正范围", "理由", "提出人", "本表账务日", "变动借据", "此前的决定", "导出人", "导出时间",
            "说明",
        ),
        "content": "更正的影响",
        "remark": "更正前后数字不同的借据；空白表示该次夜批没有这笔借据。"
        "“此前的决定”是原数字发布后、更正发布前依原数字作出的。",
    },
    "en": {
        "notes": "Notes", "about": "About", "decisions": "Decided before", "item": ("Item", "Value"),
        "heads": ("Note", "Customer", "Institution", "Product"), "before": " (before)", "after": " (after)",
        "decided": ("When", "What", "Of", "By", "Detail", "Rows"),
        "lines": (
            "Bank", "Content", "Corrected", "Reason", "Proposed by", "Business date", "Notes that differ",
            "Decided before", "Taken by", "Taken at", "Remark",
        ),
        "content": "Effect of a correction",
        "remark": "Notes whose figures differ; an empty figure: that run does not have the note. “Decided before” is "
        "what was done on the former figures, from their publication until the correction's.",
    },
}  # fmt: skip


def effect_sheets(
    *,
    effect: NotesEffect,
    decisions: Decisions,
    request: RequestRow,
    language: str,
    bank_name: str,
    time_zone: str,
    minor_digits: int,
    by: str,
    at: datetime,
) -> tuple[Sheet, Sheet]:
    """Return the table of notes with its lines of explanation, and that of decisions."""
    words = _WORDS[language]
    place = 0 if language == "zh" else 1
    zone = ZoneInfo(time_zone)
    values = (
        bank_name, words["content"], f"{request.business_date} – {request.until}", request.reason, request.by,
        effect.business_date.isoformat(), str(effect.count), str(len(decisions.items)), by,
        at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z"), words["remark"],
    )  # fmt: skip
    columns = [SheetColumn(head, Kind.TEXT) for head in words["heads"]]
    for figure in _FIGURES.values():
        columns += [SheetColumn(figure[place] + str(words[side]), figure[2]) for side in ("before", "after")]
    notes = Sheet(
        name=str(words["notes"]),
        about_name=str(words["about"]),
        about_headings=(words["item"][0], words["item"][1]),
        about=[(name, str(value)) for name, value in zip(words["lines"], values, strict=True)],
        columns=columns,
        rows=_note_lines(effect.notes, language, minor_digits),
        minor_digits=minor_digits,
    )
    decided = Sheet(
        name=str(words["decisions"]),
        about_name=notes.about_name,
        about_headings=notes.about_headings,
        about=(),
        columns=[
            SheetColumn(name, Kind.INTEGER if number == 5 else Kind.TEXT)
            for number, name in enumerate(words["decided"])
        ],
        rows=(
            (
                row.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"), _DECISIONS[row.kind][place], row.subject, row.by,
                row.detail, row.rows,
            )
            for row in decisions.items
        ),
        minor_digits=minor_digits,
    )  # fmt: skip
    return notes, decided


def _note_lines(notes: tuple[NoteEffect, ...], language: str, digits: int) -> Iterator[list[Value]]:
    for note in notes:
        line: list[Value] = [note.note_id, note.party_id, note.institution_code, note.product_code]
        for name, (_, _, kind) in _FIGURES.items():
            unit = "_minor" if kind is Kind.AMOUNT else ""
            for side in ("before", "after"):
                value = getattr(note, f"{name}_{side}{unit}")
                if kind is Kind.AMOUNT:
                    value = amount(value, digits)
                elif kind is Kind.TEXT and value is not None:
                    value = code_word(value, language)
                line.append(value)
        yield line
