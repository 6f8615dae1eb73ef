"""The lines that say what a file is: scope, filter, date, who, when. They go with the file wherever it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

_WORDS = {
    "zh": (
        "银行", "内容", "账务日", "范围与筛选", "机构范围", "行数", "导出人", "导出时间", "说明", "编号",
        "项目", "值",
    ),
    "en": (
        "Bank", "Content", "Business date", "Filter", "Institutions", "Rows", "Exported by", "Exported at", "Remark",
        "Export", "Item", "Value",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class About:
    """What stands on the first sheet, in the language of the file."""

    language: str
    bank: str
    time_zone: str
    content: str
    business_date: date | None
    filter: str
    institutions: str
    rows: int
    by: str
    at: datetime
    remark: str
    export_id: str

    @property
    def headings(self) -> tuple[str, str]:
        """Headings of the two columns."""
        words = _WORDS[self.language]
        return words[10], words[11]

    def lines(self) -> list[tuple[str, str]]:
        """Name and value of each line."""
        moment = self.at.astimezone(ZoneInfo(self.time_zone))
        values = (
            self.bank, self.content, "" if self.business_date is None else self.business_date.isoformat(), self.filter,
            self.institutions, f"{self.rows:,}", self.by, f"{moment:%Y-%m-%d %H:%M:%S} ({self.time_zone})", self.remark,
            self.export_id,
        )  # fmt: skip
        names = _WORDS[self.language][: len(values)]
        return [(name, value) for name, value in zip(names, values, strict=True) if value]
