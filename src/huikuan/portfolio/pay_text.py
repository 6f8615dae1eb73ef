"""A previewed payment as plain text in one language: one line a note, in the order of payment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from huikuan.kernel.money import money_format
from huikuan.portfolio.explain.document import WORDS
from huikuan.portfolio.explain.words import Language
from huikuan.portfolio.exposure_out import NotePaidOut
from huikuan.portfolio.rules.across_notes import Step


@dataclass(frozen=True, slots=True)
class _PayWords:
    head: str
    note: str
    portion: str
    due: Mapping[bool, str]
    because: Mapping[Step, str]
    credit: str
    days: str
    days_change: str
    listed: str
    left_over: str


_ZH: Final = _PayWords(
    head="{date}日终试算；只有核心系统才能入账。",
    note="{note}：{amount}；{portions}；{days}",
    portion="{due} {owed} 中的 {amount}（{because}）",
    due={True: "已到期", False: "未到期"},
    because={
        Step.DESIGNATED: "客户指定",
        Step.DUE: "已到期在先",
        Step.LEAST_SECURED: "担保较少",
        Step.HEAVIEST: "负担较重",
        Step.EARLIEST: "到期较早",
        Step.PRO_RATA: "按比例",
    },
    credit="暂存款",
    days="逾期 {before} 天",
    days_change="逾期 {before} 天 → {after} 天",
    listed="、",
    left_over="余款：{amount}",
)
_EN: Final = _PayWords(
    head="Preview at the close of {date}; only the core system books.",
    note="{note}: {amount}; {portions}; {days}",
    portion="{amount} of {owed} {due} ({because})",
    due={True: "due", False: "to come"},
    because={
        Step.DESIGNATED: "designated",
        Step.DUE: "what is due comes first",
        Step.LEAST_SECURED: "least secured",
        Step.HEAVIEST: "heaviest burden",
        Step.EARLIEST: "due earliest",
        Step.PRO_RATA: "pro rata",
    },
    credit="held",
    days="days past due {before}",
    days_change="days past due {before} -> {after}",
    listed=", ",
    left_over="left over: {amount}",
)
_WORDS: Final = {Language.ZH: _ZH, Language.EN: _EN}


def pay_text(notes: Sequence[NotePaidOut], rest_minor: int, as_of: date, digits: int, language: Language) -> str:
    """The preview in words and major units."""
    words, components = _WORDS[language], WORDS[language].conventions.components
    parts = [(f"{each}_minor", name) for each, name in components.items()] + [("credit_minor", words.credit)]

    def money(minor: int) -> str:
        return money_format(minor, digits, grouping=True)

    lines = [words.head.format(date=as_of)]
    for row in notes:
        portions = (
            words.portion.format(
                due=words.due[part.due],
                owed=money(part.owed_minor),
                amount=money(part.amount_minor),
                because=words.because[part.because],
            )
            for part in row.portions
        )
        days = words.days if row.dpd_after == row.dpd else words.days_change
        lines.append(
            words.note.format(
                note=row.note_id,
                amount=money(row.amount_minor),
                portions=" / ".join(portions),
                days=days.format(before=row.dpd, after=row.dpd_after),
            )
        )
        if row.parts is not None:
            amounts = [(name, getattr(row.parts, field)) for field, name in parts]
            lines.append("  " + words.listed.join(f"{name} {money(minor)}" for name, minor in amounts if minor))
    lines.append(words.left_over.format(amount=money(rest_minor)))
    return "\n".join(lines)
