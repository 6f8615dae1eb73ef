"""Short words for the reasons for which intake refuses a row, in both languages; the same as on the screen.

A test compares them with the words of the page.
"""

from __future__ import annotations

from typing import Final

REASON_WORDS: Final[dict[str, tuple[str, str]]] = {
    "decimal.digits": ("小数位过多", "Too many decimals"),
    "enum": ("不在可选值内", "Not a listed value"),
    "key.duplicate": ("主键重复", "Key twice in the file"),
    "key.known": ("编号已使用过", "Reference used before"),
    "required": ("缺少必填值", "Value missing"),
    "range.date": ("日期超出范围", "Date out of range"),
    "range.max": ("超过上限", "Above the maximum"),
    "range.min": ("低于下限", "Below the minimum"),
    "reference.rejected": ("所引用的行被拒绝", "Refers to a rejected row"),
    "reference.unknown": ("引用不存在", "Refers to nothing"),
    "row.columns": ("列数不符", "Wrong number of columns"),
    "row.encoding": ("编码错误", "Wrong encoding"),
    "row.length": ("行过长", "Line too long"),
    "row.quotes": ("引号不配对", "Unbalanced quotes"),
    "text.blanks": ("首尾有空格", "Blanks at the ends"),
    "text.control": ("含控制字符", "Control characters"),
    "text.form": ("格式不符", "Wrong form"),
    "text.length": ("文本过长", "Text too long"),
    "type.amount": ("不是金额", "Not an amount"),
    "type.boolean": ("不是是否值", "Not true or false"),
    "type.date": ("不是日期", "Not a date"),
    "type.instant": ("不是时间", "Not an instant"),
    "type.integer": ("不是整数", "Not a whole number"),
    "type.rate": ("不是利率", "Not a rate"),
    "contract.dates_order": ("合同日期次序有误", "Expires before it is signed"),
    "contract.future": ("签订日晚于账务日", "Signed after the business date"),
    "mapping.code": ("代码不在码表内", "Code not in the table"),
    "mapping.date": ("日期格式不符", "Date of another form"),
    "mapping.expression": ("表达式无法计算", "Expression cannot be computed"),
    "mapping.line": ("整行无法拆分", "Line cannot be split"),
    "mapping.lookup": ("对应文件中查无此键", "Nothing found by the key"),
    "mapping.number": ("不是数字", "Not a number"),
    "mapping.where": ("筛选条件无法判断", "Condition cannot be judged"),
    "note.dates_order": ("首期应还日早于放款日", "First due before the pay-out"),
    "note.maturity_order": ("到期日早于首期应还日", "Matures before the first due day"),
    "note.future": ("放款日晚于账务日", "Paid out after the business date"),
    "party.identity_incomplete": ("证件信息不完整", "Identity incomplete"),
    "repayment.early": ("还款早于放款", "Before the pay-out"),
    "repayment.future": ("还款日晚于账务日", "After the business date"),
    "reversal.amount": ("冲正金额不符", "Amount differs from the repayment"),
    "reversal.twice": ("重复冲正", "Reversed twice"),
    "reversal.unknown": ("冲正的还款不存在", "Reverses an unknown repayment"),
    "schedule.due_on": ("期供早于放款", "Due before the pay-out"),
    "schedule.missing": ("缺少期供表", "No schedule delivered"),
    "schedule.order": ("期次与日期次序不符", "Due days not in order"),
    "schedule.interest_sum": ("期供利息合计超过上限", "Interest of the schedule over the limit"),
    "schedule.principal_sum": ("期供本金合计不等于借据本金", "Schedule does not add up"),
    "terms.interest_sum": ("按条款计算的利息超过上限", "Interest by the terms over the limit"),
    "schedule.row_rejected": ("期供表中有行被拒绝", "A row of the schedule was rejected"),
    "terms.bullet": ("一次还本付息的期数或日期有误", "Not one payment at maturity"),
    "terms.due_after_maturity": ("末期应还日晚于到期日", "Last due day after maturity"),
    "contact.form": ("号码或地址格式不符", "Form of the number or address"),
    "contact.future": ("登记日晚于账务日", "Recorded after the business date"),
    "relation.self": ("与自身的关系", "Relation to itself"),
    "relation.future": ("关系起始日晚于账务日", "Relation begins after the business date"),
    "role.dates_order": ("角色起止日期次序有误", "Role ends before it begins"),
    "guarantee.fixed_on": ("非最高额保证不应有债权确定日", "Claims determined without a maximum amount"),
    "guarantee.dates_order": ("保证起止日期次序有误", "Guarantee ends before it starts"),
    "collateral.appraisal": ("评估价值与评估日应同时提供", "Appraisal incomplete"),
    "collateral.appraisal_future": ("评估日晚于账务日", "Appraised after the business date"),
    "collateral.registration_future": ("登记日晚于账务日", "Registered after the business date"),
    "account.balance_incomplete": ("余额与余额时间应同时提供", "Balance incomplete"),
    "figures.future": ("核心数据日期晚于账务日", "Figures after the business date"),
    "month.first_day": ("月份应写为当月首日", "Month not written as its first day"),
    "month.future": ("月份晚于账务日", "Month after the business date"),
}


def reason_word(code: str, language: str) -> str:
    """Return the words for a reason; an unknown code is shown as it is."""
    return REASON_WORDS[code][0 if language == "zh" else 1] if code in REASON_WORDS else code
