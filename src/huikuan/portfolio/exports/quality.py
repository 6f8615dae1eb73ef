"""The monthly report of data quality as a workbook: what it is on the first sheet, feeds and fields on the second."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from huikuan.portfolio.exports.columns import Kind
from huikuan.portfolio.exports.sheet import Sheet, SheetColumn, Value
from huikuan.portfolio.selectors.quality_month import MonthRow

_HEADINGS: Final = {
    "zh": (
        "文件类别", "字段", "账务日数", "每日行数（中位数）", "拒绝行 / 无效值", "完整率 %", "完整率最低 %",
        "完整率最低日", "有效率 %", "有效率最低 %", "有效率最低日", "警示", "关注", "晚到次数", "最晚迟到（分钟）",
    ),
    "en": (
        "Feed", "Field", "Nights", "Rows a night (median)", "Rejected rows / invalid values", "Complete %",
        "Complete, lowest %", "Complete, lowest on", "Valid %", "Valid, lowest %", "Valid, lowest on", "Alerts",
        "Watched", "Late", "Latest by (minutes)",
    ),
}  # fmt: skip
_KINDS: Final = (
    Kind.TEXT, Kind.TEXT, Kind.INTEGER, Kind.INTEGER, Kind.INTEGER, Kind.AMOUNT, Kind.AMOUNT, Kind.DATE,
    Kind.AMOUNT, Kind.AMOUNT, Kind.DATE, Kind.INTEGER, Kind.INTEGER, Kind.INTEGER, Kind.INTEGER,
)  # fmt: skip
_PERCENT_DIGITS: Final = 2
_PPM_A_HUNDREDTH: Final = 100  # of a percent
_REMARK: Final = {
    "zh": (
        "每个账务日取最后发布的一次下发。完整率：有值的比例，选填字段本来可能没有值；有效率：有值者中未因该字段被拒绝的比例。"
        "警示与关注：与此前账务日明显不同，仅提示。晚到：晚于约定时间送达的账务日数，未约定时间的为空。不含任何客户的数据。"
    ),
    "en": (
        "Of each business date the delivery that was published last. Complete: share with a value, optional fields may "
        "well be empty. Valid: of these, not refused for the field. Alerts and watched: unlike the dates before, said "
        "only. Late: dates after the time agreed on, empty where none is. No value of a customer is in this file."
    ),
}


def quality_sheet(
    *,
    rows: Sequence[MonthRow],
    month: date,
    language: str,
    bank_name: str,
    time_zone: str,
    by: str,
    at: datetime,
) -> Sheet:
    """Return the sheet of a month."""
    chinese = language == "zh"
    content = "数据质量月报" if chinese else "Data quality by month"
    names = (
        ("银行", "内容", "月份", "行数", "制表人", "制表时间", "说明")
        if chinese
        else ("Bank", "Content", "Month", "Rows", "Made by", "Made at", "Remark")
    )
    made_at = at.astimezone(ZoneInfo(time_zone)).strftime("%Y-%m-%d %H:%M:%S %Z")
    values = (bank_name, content, month.strftime("%Y-%m"), str(len(rows)), by, made_at, _REMARK[language])
    return Sheet(
        name=content,
        about_name="说明" if chinese else "About",
        about_headings=("项目", "值") if chinese else ("Item", "Value"),
        about=list(zip(names, values, strict=True)),
        columns=[SheetColumn(name, kind) for name, kind in zip(_HEADINGS[language], _KINDS, strict=True)],
        rows=[_line(row) for row in rows],
        minor_digits=_PERCENT_DIGITS,
    )


def _line(row: MonthRow) -> list[Value]:
    return [
        row.feed,
        row.field,
        row.nights,
        row.rows_median,
        row.refused,
        _percent(row.complete_ppm),
        _percent(row.complete_low_ppm),
        row.complete_low_on,
        _percent(row.valid_ppm),
        _percent(row.valid_low_ppm),
        row.valid_low_on,
        row.alerts,
        row.watched,
        row.late,
        row.late_most_minutes,
    ]


def _percent(ppm: int | None) -> Decimal | None:
    """Percent with two decimals, rounded down: 99.999 % is not whole."""
    return None if ppm is None else Decimal(ppm // _PPM_A_HUNDREDTH).scaleb(-_PERCENT_DIGITS)
