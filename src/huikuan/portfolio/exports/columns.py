"""The columns of an export of loans, with their headings in both languages, and the words for coded values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from huikuan.kernel.errors import InputInvalidError
from huikuan.portfolio.selectors.loan_list import LoanRow


class Kind(StrEnum):
    """How a column is shown in a sheet."""

    TEXT = "text"  # also every number that is a name: a note, a contract
    AMOUNT = "amount"  # minor units
    INTEGER = "integer"
    DATE = "date"


CODES: Final[dict[str, tuple[str, str]]] = {
    "settled": ("已结清", "settled"),
    "charged_off": ("已核销", "charged off"),
    "pass": ("正常", "pass"),
    "special_mention": ("关注", "special mention"),
    "substandard": ("次级", "substandard"),
    "doubtful": ("可疑", "doubtful"),
    "loss": ("损失", "loss"),
    "person": ("个人", "person"),
    "enterprise": ("企业", "enterprise"),
    "none": ("无", "none"),
    "guarantee": ("保证", "guarantee"),
    "collateral": ("抵质押", "collateral"),
    "both": ("保证和抵质押", "guarantee and collateral"),
    "insufficient": ("余额不足", "balance too low"),
    "frozen": ("账户冻结", "account frozen"),
    "closed": ("账户销户", "account closed"),
    "other": ("其他", "other"),
}


def code_word(code: str, language: str) -> str:
    """Return the word for a coded value; a value without one (a bucket, a code of the bank) stays as it is."""
    return CODES[code][0 if language == "zh" else 1] if code in CODES else code


@dataclass(frozen=True, slots=True)
class LoanColumn:
    """A column: its key, which is that of the API, its headings, and where its value comes from."""

    key: str
    zh: str
    en: str
    kind: Kind
    read: Callable[[LoanRow], object]
    coded: bool = False

    def heading(self, language: str) -> str:
        """Return the heading in a language."""
        return self.zh if language == "zh" else self.en


def _plain(key: str, zh: str, en: str, kind: Kind = Kind.TEXT, *, coded: bool = False) -> LoanColumn:
    return LoanColumn(key, zh, en, kind, lambda row: getattr(row, key), coded)


LOAN_COLUMNS: Final[dict[str, LoanColumn]] = {
    column.key: column
    for column in (
        _plain("note_id", "借据号", "Note"),
        _plain("contract_id", "合同号", "Contract"),
        _plain("party_id", "客户号", "Customer"),
        _plain("name", "客户名称（个人已遮蔽）", "Name (persons masked)"),
        _plain("party_kind", "客户类型", "Kind of customer", coded=True),
        _plain("institution_code", "机构", "Institution"),
        _plain("product_code", "产品", "Product"),
        _plain("officer_code", "客户经理编号", "Officer code"),
        _plain("officer_name", "客户经理", "Officer"),
        _plain("department_code", "部门", "Department"),
        _plain("dpd", "逾期天数", "Days past due", Kind.INTEGER),
        _plain("dpd_principal", "本金逾期天数", "Days past due, principal", Kind.INTEGER),
        _plain("dpd_interest", "利息逾期天数", "Days past due, interest", Kind.INTEGER),
        _plain("bucket", "账龄", "Bucket", coded=True),
        _plain("class_floor", "五级分类下限", "Class floor", coded=True),
        _plain("core_class", "核心五级分类", "Class in the core", coded=True),
        _plain("core_dpd", "核心逾期天数", "Days past due in the core", Kind.INTEGER),
        _plain("balance_minor", "本金余额", "Balance", Kind.AMOUNT),
        _plain("principal_minor", "借据金额", "Principal paid out", Kind.AMOUNT),
        _plain("arrears_minor", "逾期本息", "Arrears", Kind.AMOUNT),
        _plain("overdue_minor", "逾期金额合计", "Overdue, total", Kind.AMOUNT),
        _plain("overdue_principal_minor", "逾期本金", "Overdue principal", Kind.AMOUNT),
        _plain("overdue_interest_minor", "逾期利息", "Overdue interest", Kind.AMOUNT),
        _plain("penalty_minor", "罚息", "Penalty interest", Kind.AMOUNT),
        _plain("compound_minor", "复利", "Compound interest", Kind.AMOUNT),
        _plain("delay_minor", "迟延履行利息", "Delay interest", Kind.AMOUNT),
        _plain("costs_due_minor", "应收费用", "Costs due", Kind.AMOUNT),
        _plain("matures_on", "到期日", "Matures on", Kind.DATE),
        _plain("region", "地区", "Region"),
        _plain("secured", "担保方式", "Security", coded=True),
        _plain("account_balance_minor", "还款账户余额", "Repayment account balance", Kind.AMOUNT),
        _plain("last_failure", "最近扣款失败原因", "Last failed deduction", coded=True),
        _plain("stale_since", "沿用旧数据自", "Carried forward since", Kind.DATE),
        LoanColumn("tags", "标签", "Tags", Kind.TEXT, lambda row: "、".join(tag.name for tag in row.tags)),
    )
}
"""In the order of the sheet."""

ALWAYS: Final = "note_id"


def columns_chosen(keys: Sequence[str]) -> list[LoanColumn]:
    """Return these columns in the order asked for, the note first if it is left out; all of them for no key.

    Raises InputInvalidError for a key that does not exist or stands twice.
    """
    for key in keys:
        if key not in LOAN_COLUMNS:
            raise InputInvalidError("columns", key, f"keys among {', '.join(LOAN_COLUMNS)}")
    if len(set(keys)) != len(keys):
        raise InputInvalidError("columns", list(keys), "each key once")
    wanted = list(keys) or list(LOAN_COLUMNS)
    return [LOAN_COLUMNS[key] for key in (wanted if ALWAYS in wanted else [ALWAYS, *wanted])]
