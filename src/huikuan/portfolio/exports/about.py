"""The lines that say what a file is: scope, filter, date, who, when, why. They go with the file wherever it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from huikuan.portfolio.rules.export_purposes import LEGAL_BASES, ExportPurpose, LegalBasis

_WORDS = {
    "zh": (
        "银行", "内容", "账务日", "范围与筛选", "机构范围", "行数", "导出人", "导出时间", "用途与依据", "说明", "编号",
        "项目", "值",
    ),
    "en": (
        "Bank", "Content", "Business date", "Filter", "Institutions", "Rows", "Exported by", "Exported at",
        "Purpose and basis", "Remark", "Export", "Item", "Value",
    ),
}  # fmt: skip
PURPOSE_WORDS: Final[dict[ExportPurpose, tuple[str, str]]] = {
    ExportPurpose.COLLECTION: ("本人催收作业", "work on the own cases"),
    ExportPurpose.LEGAL_ACTION: ("诉讼与执行", "suit or enforcement"),
    ExportPurpose.SUPERVISION: ("监管报送与检查", "report to or inspection by the supervisor"),
    ExportPurpose.INTERNAL_REVIEW: ("内部审计与合规检查", "audit or compliance review"),
    ExportPurpose.DATA_QUALITY: ("数据更正与核对", "correction of data"),
}
_BASIS_WORDS: Final[dict[LegalBasis, tuple[str, str]]] = {
    LegalBasis.CONTRACT: ("履行合同", "performance of the contract"),
    LegalBasis.LEGAL_DUTY: ("履行法定职责或义务", "duty under law or supervision"),
}


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
    purpose: ExportPurpose
    remark: str
    export_id: str

    @property
    def headings(self) -> tuple[str, str]:
        """Headings of the two columns."""
        words = _WORDS[self.language]
        return words[11], words[12]

    def lines(self) -> list[tuple[str, str]]:
        """Name and value of each line."""
        moment = self.at.astimezone(ZoneInfo(self.time_zone))
        values = (
            self.bank, self.content, "" if self.business_date is None else self.business_date.isoformat(), self.filter,
            self.institutions, f"{self.rows:,}", self.by, f"{moment:%Y-%m-%d %H:%M:%S} ({self.time_zone})",
            self._purpose(), self.remark, self.export_id,
        )  # fmt: skip
        names = _WORDS[self.language][: len(values)]
        return [(name, value) for name, value in zip(names, values, strict=True) if value]

    def _purpose(self) -> str:
        place = 0 if self.language == "zh" else 1
        purpose, basis = PURPOSE_WORDS[self.purpose][place], _BASIS_WORDS[LEGAL_BASES[self.purpose]][place]
        return f"{purpose}（{basis}）" if self.language == "zh" else f"{purpose} ({basis})"
