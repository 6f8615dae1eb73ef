"""A replayed loan as plain text in one language: what is owed, the schedule in force, where each repayment went."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from huikuan.kernel.money import money_format
from huikuan.portfolio.explain.document import WORDS
from huikuan.portfolio.explain.plain import padded, text_width
from huikuan.portfolio.explain.words import Language
from huikuan.portfolio.facts import Allocation, AllocationKind, Bucket, Instalment, OpenInstalment
from huikuan.portfolio.loan_view import LoanReplay

_EN: Final = {
    "head": "At the close of {date}",
    "days": "days past due",
    "days_of": "{days} (principal {principal}, interest {interest})",
    "days_counted": "days past due counted",
    "bucket": "bucket",
    "class_floor": "class floor",
    "principal_outstanding_minor": "principal outstanding",
    "overdue_principal_minor": "overdue principal",
    "overdue_interest_minor": "overdue interest",
    "costs_due_minor": "costs due",
    "penalty_minor": "penalty interest",
    "compound_minor": "compound interest",
    "credit_minor": "credit held",
    "closed": "closed",
    "yes": "yes",
    "no": "no",
    "delay_minor": "delay interest",
    "waived_minor": "waived",
    "subrogated_minor": "paid by guarantors",
    "recovered_minor": "recovered",
    "flag": "flag",
    "schedule": "Schedule",
    "allocations": "Allocations",
    "none": "none",
    "credit_used": "(credit)",
    "not_due": "not due",
    "paid": "paid",
    "open": "open",
    "part_paid": "part paid",
}
_ZH: Final = {
    "head": "{date}日终",
    "days": "逾期天数",
    "days_of": "{days}（本金 {principal}，利息 {interest}）",
    "days_counted": "计为逾期天数",
    "bucket": "账龄",
    "class_floor": "五级分类下限",
    "principal_outstanding_minor": "本金余额",
    "overdue_principal_minor": "逾期本金",
    "overdue_interest_minor": "逾期利息",
    "costs_due_minor": "应还费用",
    "penalty_minor": "罚息",
    "compound_minor": "复利",
    "credit_minor": "暂存款",
    "closed": "已结束",
    "yes": "是",
    "no": "否",
    "delay_minor": "迟延履行利息",
    "waived_minor": "已减免",
    "subrogated_minor": "保证人已代偿",
    "recovered_minor": "核销后已收回",
    "flag": "提示",
    "schedule": "还款计划",
    "allocations": "还款的去向",
    "none": "无",
    "credit_used": "（暂存款）",
    "not_due": "未到期",
    "paid": "已还清",
    "open": "未还",
    "part_paid": "部分已还",
}
_FIGURES: Final = (
    "principal_outstanding_minor", "overdue_principal_minor", "overdue_interest_minor", "costs_due_minor",
    "penalty_minor", "compound_minor", "credit_minor",
)  # fmt: skip
_RARE: Final = ("delay_minor", "waived_minor", "subrogated_minor", "recovered_minor")  # most notes have none
_PARTS: Final = (
    "amount_minor", "costs_minor", "penalty_minor", "compound_minor", "interest_minor", "principal_minor",
    "delay_minor", "credit_minor",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Table:
    """Heads and names that stand in the two tables."""

    rows: tuple[str, ...]
    allocated: tuple[str, ...]
    kinds: Mapping[AllocationKind, str]
    ends: Mapping[Bucket, str]
    ref: str


_TABLES: Final = {
    Language.EN: _Table(
        rows=("no.", "due on", "principal", "interest", "costs", "standing"),
        allocated=(
            "on", "repayment", "amount", "costs", "penalty", "compound", "interest", "principal", "delay", "credit",
        ),
        kinds={
            AllocationKind.WAIVER: "waiver",
            AllocationKind.CHARGE_BACK: "charge-back",
            AllocationKind.RECOVERY: "recovery",
        },
        ends={Bucket.CHARGED_OFF: "charged off", Bucket.SETTLED: "settled"},
        ref="{ref} ({kind})",
    ),
    Language.ZH: _Table(
        rows=("期数", "应还日", "本金", "利息", "费用", "状态"),
        allocated=("日期", "还款", "金额", "费用", "罚息", "复利", "利息", "本金", "迟延履行利息", "暂存款"),
        kinds={
            AllocationKind.WAIVER: "减免",
            AllocationKind.CHARGE_BACK: "退回",
            AllocationKind.RECOVERY: "核销后收回",
        },
        ends={Bucket.CHARGED_OFF: "核销", Bucket.SETTLED: "结清"},
        ref="{ref}（{kind}）",
    ),
}  # fmt: skip
_WORDS: Final = {Language.EN: _EN, Language.ZH: _ZH}


def replay_text(answer: LoanReplay, language: Language) -> str:
    """The replayed loan in words and major units."""
    words, table = _WORDS[language], _TABLES[language]

    def money(minor: int) -> str:
        return money_format(minor, answer.minor_digits)

    facts = list(_facts(answer, language, money))
    wide = max(text_width(name) for name, _ in facts)
    return "\n".join(
        [
            words["head"].format(date=answer.state.as_of),
            *(f"  {padded(name, wide, left=True)}  {value}" for name, value in facts),
            "",
            words["schedule"],
            *_columns(table.rows, list(_schedule(answer, words, money)), words["none"]),
            "",
            words["allocations"],
            *_columns(*_allocated(answer, words, table, money), words["none"]),
        ]
    )


def _facts(answer: LoanReplay, language: Language, money: Callable[[int], str]) -> Iterable[tuple[str, str]]:
    """Name and figure, those that most notes do not have only where they are not 0."""
    state, words, known = answer.state, _WORDS[language], WORDS[language]
    days = answer.days_past_due
    yield words["days"], words["days_of"].format(days=days, principal=state.dpd_principal, interest=state.dpd_interest)
    if state.dpd_counted != state.dpd:
        yield words["days_counted"], str(state.dpd_counted)
    yield words["bucket"], _TABLES[language].ends.get(answer.bucket, answer.bucket.value)
    yield words["class_floor"], known.class_names[answer.class_floor]
    for name in _FIGURES:
        yield words[name], money(getattr(state, name))
    yield words["closed"], words["yes"] if state.closed else words["no"]
    for name in _RARE:
        if amount := getattr(state, name):
            yield words[name], money(amount)
    for flag in answer.flags:
        yield words["flag"], known.events.flags[flag]


def _schedule(answer: LoanReplay, words: Mapping[str, str], money: Callable[[int], str]) -> Iterable[tuple[str, ...]]:
    unpaid = {(row.due_on, row.seq): row for row in answer.open}
    for row in answer.schedule:
        amounts = map(money, (row.principal_minor, row.interest_minor, row.costs_minor))
        standing = _standing(row, unpaid.get((row.due_on, row.seq)), answer.state.as_of)
        yield str(row.seq), str(row.due_on), *amounts, words[standing]


def _allocated(
    answer: LoanReplay, words: Mapping[str, str], table: _Table, money: Callable[[int], str]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Head and rows; delay interest has a column where some was paid."""
    used = [name != "delay_minor" or any(row.delay_minor for row in answer.allocations) for name in _PARTS]
    names = [name for name, shown in zip(_PARTS, used, strict=True) if shown]
    head = [name for name, shown in zip(table.allocated, (True, True, *used), strict=True) if shown]
    rows = [
        (str(row.applied_on), _named(row, words, table), *(money(getattr(row, name)) for name in names))
        for row in answer.allocations
    ]
    return tuple(head), rows


def _named(row: Allocation, words: Mapping[str, str], table: _Table) -> str:
    """The booking reference, with what it was where it was no repayment."""
    if row.core_ref is None:
        return words["credit_used"]
    if row.kind not in table.kinds:
        return row.core_ref
    return table.ref.format(ref=row.core_ref, kind=table.kinds[row.kind])


def _standing(row: Instalment, unpaid: OpenInstalment | None, as_of: date) -> str:
    if row.due_on > as_of:
        return "not_due"
    if unpaid is None:
        return "paid"
    whole = (row.principal_minor, row.interest_minor, row.costs_minor)
    rest = (unpaid.principal_minor, unpaid.interest_minor, unpaid.costs_minor)
    return "open" if whole == rest else "part_paid"


def _columns(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], none: str) -> Iterable[str]:
    if not rows:
        return [f"  {none}"]
    widths = [max(text_width(line[column]) for line in (head, *rows)) for column in range(len(head))]
    return [
        "  " + "  ".join(padded(cell, width) for cell, width in zip(line, widths, strict=True))
        for line in (head, *rows)
    ]
