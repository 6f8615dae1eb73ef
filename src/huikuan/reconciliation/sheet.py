"""Differences as a workbook: what it is on the first sheet, one difference a row on the second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from huikuan.portfolio.exports.columns import Kind, code_word
from huikuan.portfolio.exports.sheet import Sheet, SheetColumn, Value, amount
from huikuan.reconciliation.facts import Component
from huikuan.reconciliation.selectors.differences import DifferenceFilter, DifferenceRow

COMPONENT_WORDS: Final[dict[Component, tuple[str, str]]] = {
    Component.PRINCIPAL: ("本金余额", "Principal"),
    Component.OVERDUE_PRINCIPAL: ("逾期本金", "Overdue principal"),
    Component.OVERDUE_INTEREST: ("欠息", "Overdue interest"),
    Component.PENALTY: ("罚息", "Penalty interest"),
    Component.COMPOUND: ("复利", "Compound interest"),
    Component.COSTS_DUE: ("应付费用", "Costs due"),
    Component.DAYS_PRINCIPAL: ("本金逾期天数", "Days, principal"),
    Component.DAYS_INTEREST: ("利息逾期天数", "Days, interest"),
    Component.CLASS: ("五级分类", "Class"),
    Component.NEXT_DUE_ON: ("下期到期日", "Next due date"),
    Component.NEXT_DUE_AMOUNT: ("下期金额", "Next amount"),
}
_VERDICTS: Final = {"different": ("差异", "different"), "declared": ("已声明", "declared")}
_HEADINGS: Final = {
    "zh": (
        "借据号", "客户号", "机构", "产品", "项目", "本系统", "核心", "差额", "容差", "结论", "存疑", "首次发现",
        "最近核对", "天数", "声明理由",
    ),
    "en": (
        "Note", "Customer", "Institution", "Product", "Component", "Ours", "Core", "Difference", "Tolerance", "Finding",
        "In question", "First seen", "Last compared", "Days", "Reason declared",
    ),
}  # fmt: skip
_KINDS: Final = (*[Kind.TEXT] * 11, Kind.DATE, Kind.DATE, Kind.INTEGER, Kind.TEXT)


def differences_sheet(
    *,
    rows: Sequence[DifferenceRow],
    wanted: DifferenceFilter,
    language: str,
    bank_name: str,
    time_zone: str,
    minor_digits: int,
    business_date: date,
    by: str,
    at: datetime,
) -> Sheet:
    """Return the sheet. Figures of several units stand in one column, so they are written as exact text."""
    chinese = language == "zh"
    words = ("项目", "值") if chinese else ("Item", "Value")
    names = (
        ("银行", "内容", "账务日", "筛选", "行数", "导出人", "导出时间", "说明")
        if chinese
        else ("Bank", "Content", "Business date", "Filter", "Rows", "Exported by", "Exported at", "Remark")
    )
    content = "与核心对账差异" if chinese else "Differences to the core system"
    remark = (
        "差额 = 核心 − 本系统。对客户催收以核心系统金额为准；存疑的借据在差异消除或声明前不据此催收。"
        if chinese
        else "Difference = core less ours. The core's figure is demanded; while it is in question, nothing is."
    )
    values = (
        bank_name, content, business_date.isoformat(), filter_sentence(wanted, language), str(len(rows)), by,
        at.astimezone(ZoneInfo(time_zone)).strftime("%Y-%m-%d %H:%M:%S %Z"), remark,
    )  # fmt: skip
    return Sheet(
        name="差异" if chinese else "Differences",
        about_name="说明" if chinese else "About",
        about_headings=words,
        about=list(zip(names, values, strict=True)),
        columns=[SheetColumn(name, kind) for name, kind in zip(_HEADINGS[language], _KINDS, strict=True)],
        rows=_lines(rows, language, minor_digits),
        minor_digits=minor_digits,
    )


def filter_sentence(wanted: DifferenceFilter, language: str) -> str:
    """Say a filter in words."""
    zh = language == "zh"
    parts = [
        ("未结差异" if zh else "open")
        if wanted.state == "open"
        else ("最近一日消除" if zh else "closed by the last night")
    ]
    if wanted.component is not None:
        parts.append(component_word(wanted.component, language))
    if wanted.product_code:
        parts.append(("产品 " if zh else "product ") + wanted.product_code)
    if wanted.verdict is not None and wanted.verdict in _VERDICTS:
        parts.append(_VERDICTS[wanted.verdict][0 if zh else 1])
    if wanted.held is not None:
        parts.append(("存疑" if zh else "in question") if wanted.held else ("不存疑" if zh else "not in question"))
    if wanted.age_min:
        parts.append(f"≥ {wanted.age_min} " + ("天" if zh else "days"))
    if wanted.note_id:
        parts.append(("借据 " if zh else "note ") + wanted.note_id)
    return ("，" if zh else ", ").join(parts)


def component_word(component: Component, language: str) -> str:
    """Return the name of a component."""
    return COMPONENT_WORDS[component][0 if language == "zh" else 1]


def figure_text(unit: str, value: int | str, minor_digits: int, language: str) -> str:
    """Return a figure as exact text: an amount in major units, days, a class by its word, a date."""
    if unit == "minor":
        return f"{amount(int(value), minor_digits):,f}"
    return code_word(str(value), language) if unit == "class" else str(value)


def _lines(rows: Sequence[DifferenceRow], language: str, digits: int) -> Iterator[Sequence[Value]]:
    place = 0 if language == "zh" else 1
    for row in rows:
        plain = "minor" if row.unit == "minor" else "days"
        yield (
            row.note_id,
            row.party_id,
            row.institution_code,
            row.product_code,
            component_word(row.component, language),
            figure_text(row.unit, row.ours, digits, language),
            figure_text(row.unit, row.core, digits, language),
            figure_text(plain, row.difference, digits, language),
            figure_text(plain, row.tolerance, digits, language),
            _VERDICTS[row.verdict][place],
            (("是", "yes") if row.held else ("否", "no"))[place],
            row.first_seen_on,
            row.last_seen_on,
            row.age_days,
            row.reason,
        )
