"""The filter of a list as a sentence, for the first sheet of a file: whoever finds it knows what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from huikuan.kernel.money import money_format
from huikuan.portfolio.exports.columns import code_word
from huikuan.portfolio.rules.loan_query import LoanFilter, LoanQuery, LoanSort

_LISTS: Final = {
    "institution": ("机构", "institution"),
    "product": ("产品", "product"),
    "bucket": ("账龄", "bucket"),
    "class_floor": ("五级分类下限", "class floor"),
    "officer": ("客户经理", "officer"),
    "department": ("部门", "department"),
    "region": ("地区", "region"),
    "party_kind": ("客户类型", "kind of customer"),
    "secured": ("担保方式", "security"),
    "core_class": ("核心五级分类", "class in the core"),
    "last_failure": ("最近扣款失败原因", "last failed deduction"),
    "tag": ("标签", "tag"),
}
_RANGES: Final = (
    ("dpd_min", "dpd_max", "逾期天数", "days past due"),
    ("overdue_min", "overdue_max", "逾期金额", "overdue amount"),
    ("balance_min", "balance_max", "本金余额", "balance"),
    ("matures_from", "matures_to", "到期日", "maturity"),
)
_FLAGS: Final = {
    "stale": (
        ("仅沿用旧数据的借据", "only notes carried forward"),
        ("不含沿用旧数据的借据", "no notes carried forward"),
    ),
    "core_differs": (
        ("仅与核心逾期天数不一致的借据", "only notes whose days differ from the core"),
        ("仅与核心逾期天数一致的借据", "only notes whose days agree with the core"),
    ),
}
_SORTS: Final = {
    LoanSort.DPD: ("逾期天数", "days past due"),
    LoanSort.ARREARS: ("逾期本息", "arrears"),
    LoanSort.BALANCE: ("本金余额", "balance"),
    LoanSort.MATURES: ("到期日", "maturity"),
    LoanSort.NOTE: ("借据号", "note"),
}


def loan_sentence(query: LoanQuery, language: str, *, names: Mapping[str, Mapping[Any, str]], minor_digits: int) -> str:
    """Return the question in words. ``names`` gives the names of institutions, products and tags by filter and key."""
    place = 0 if language == "zh" else 1
    filters = query.filter
    parts = [_list(filters, field, words[place], names, language) for field, words in _LISTS.items()]
    parts += [
        _range(getattr(filters, low), getattr(filters, high), (zh, en)[place], place, low, minor_digits)
        for low, high, zh, en in _RANGES
    ]
    parts += [
        words[0 if getattr(filters, field) else 1][place]
        for field, words in _FLAGS.items()
        if getattr(filters, field) is not None
    ]
    said = [part for part in parts if part] or [("全部逾期借据", "all notes in arrears")[place]]
    order = _SORTS[query.sort][place]
    if language == "zh":
        return f"{'；'.join(said)}。按{order}{'从大到小' if query.descending else '从小到大'}排列。"
    return f"{'; '.join(said)}. Sorted by {order}, {'largest' if query.descending else 'smallest'} first."


def _list(filters: LoanFilter, field: str, label: str, names: Mapping[str, Mapping[Any, str]], language: str) -> str:
    values = getattr(filters, field)
    if not values:
        return ""
    empty = "未提供" if language == "zh" else "not delivered"
    known = names.get(field, {})
    said = [known.get(value) or code_word(str(value), language) or empty for value in values]
    return f"{label}：{'、'.join(said)}" if language == "zh" else f"{label}: {', '.join(said)}"


def _range(low: Any, high: Any, label: str, place: int, field: str, minor_digits: int) -> str:
    def show(value: Any) -> str:
        money = field.startswith(("overdue", "balance"))
        return money_format(value, minor_digits, grouping=True) if money else str(value)

    if low is None and high is None:
        return ""
    if low is not None and high is not None:
        return f"{label} {show(low)} {('至', 'to')[place]} {show(high)}"
    if low is not None:
        return f"{label} {('不低于', 'at least')[place]} {show(low)}"
    return f"{label} {('不超过', 'at most')[place]} {show(high)}"
