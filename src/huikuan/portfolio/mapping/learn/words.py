"""What fields are called in the files of banks: Chinese terms, pinyin initials, English. The first are the best."""

import re
from difflib import SequenceMatcher

WORDS: dict[str, tuple[str, ...]] = {
    "note_id": ("借据号", "借据编号", "jjh", "due bill no", "loan no", "note id", "loan id", "duebill"),
    "contract_id": ("合同号", "合同编号", "hth", "contract no", "contract id", "agreement no"),
    "party_id": (
        "客户号",
        "客户编号",
        "khh",
        "cust no",
        "customer id",
        "client id",
        "borrower id",
        "party id",
        "cif no",
    ),
    "name": ("客户名称", "客户姓名", "姓名", "名称", "khmc", "customer name", "client name", "name"),
    "party_kind": ("客户类型", "客户类别", "khlx", "customer type", "cust type"),
    "identity_kind": ("证件类型", "证件种类", "zjlx", "id type", "cert type"),
    "identity_number": ("证件号码", "身份证号", "证件号", "zjhm", "id number", "cert no", "id no"),
    "region": ("地区代码", "行政区划", "地区", "dqdm", "region", "district id", "state", "province"),
    "institution_code": ("机构号", "机构代码", "经办机构", "网点号", "jgh", "branch code", "org code", "branch"),
    "product_code": ("产品号", "产品代码", "业务品种", "cph", "product code", "product"),
    "amount": ("金额", "合同金额", "担保金额", "交易金额", "htje", "je", "amount"),
    "principal": ("贷款金额", "借据金额", "发放金额", "本金", "dkje", "principal", "loan amount", "original balance"),
    "balance": ("余额", "贷款余额", "账户余额", "ye", "dkye", "balance", "outstanding"),
    "signed_on": ("签订日期", "签约日期", "合同日期", "qyrq", "sign date", "contract date"),
    "expires_on": ("到期日", "合同到期日", "dqrq", "expiry date", "end date"),
    "disbursed_on": (
        "发放日期",
        "起始日",
        "放款日期",
        "起息日",
        "ffrq",
        "start date",
        "disbursement date",
        "originated",
    ),
    "matures_on": ("到期日", "到期日期", "借据到期日", "dqrq", "maturity date", "due date", "end date"),
    "first_due_on": ("首次还款日", "首期还款日", "schkr", "first payment", "first due date"),
    "annual_rate_pct": ("执行利率", "年利率", "利率", "zxll", "interest rate", "annual rate", "rate"),
    "penalty_rate_pct": ("罚息利率", "逾期利率", "fxll", "penalty rate", "default rate"),
    "repayment_method": ("还款方式", "hkfs", "repayment method", "repay type"),
    "instalment_count": ("期数", "总期数", "期限", "qs", "term", "instalments", "duration", "periods"),
    "compound": ("复利标志", "复利", "flbz", "compound flag"),
    "core_status": ("借据状态", "贷款状态", "状态", "jjzt", "loan status", "status"),
    "core_ref": ("流水号", "交易流水号", "lsh", "transaction no", "reference", "trace no"),
    "value_on": ("交易日期", "还款日期", "入账日期", "jyrq", "value date", "payment date", "transaction date"),
    "received_at": ("交易时间", "交易时刻", "jysj", "transaction time", "received at", "timestamp"),
    "reverses": ("冲正流水号", "原流水号", "czlsh", "reversed reference", "original trace no"),
    "officer_code": ("客户经理号", "管户人工号", "管户经理", "ghjl", "officer code", "manager id"),
    "officer_name": ("客户经理名称", "客户经理姓名", "管户人", "ghjlmc", "officer name", "manager name"),
    "department_code": ("管户机构", "管户部门", "ghjg", "department code", "managing branch"),
    "value": ("手机号", "手机号码", "联系电话", "电话", "地址", "sjhm", "phone", "mobile", "address", "email"),
    "guarantee_id": ("保证合同号", "担保编号", "bzhth", "guarantee id", "guarantee no"),
    "guarantor_party_id": ("保证人客户号", "担保人客户号", "bzrkhh", "guarantor id"),
    "liability": ("保证方式", "担保方式", "bzfs", "liability", "guarantee type"),
    "maximum_amount": ("最高额标志", "最高额", "zgebz", "maximum flag"),
    "collateral_id": ("押品编号", "抵押物编号", "dybh", "collateral id", "collateral no"),
    "owner_party_id": ("所有权人客户号", "抵押人客户号", "syrkhh", "owner id"),
    "secured_amount": ("担保金额", "抵押金额", "dbje", "secured amount"),
    "appraised_amount": ("评估价值", "评估金额", "pgjz", "appraised value"),
    "account_number": ("还款账号", "账号", "hkzh", "account number", "account no"),
    "account_id": ("账户号", "借据号", "账号", "jjh", "account id", "loan id", "id"),
    "month": ("月份", "统计月", "yf", "month", "period"),
    "status": ("状态", "逾期状态", "zt", "status"),
    "overdue_principal": ("逾期本金", "欠本", "yqbj", "overdue principal"),
    "overdue_interest": ("逾期利息", "欠息", "yqlx", "overdue interest"),
    "interest_on": ("表内欠息", "bnqx", "on balance interest"),
    "interest_off": ("表外欠息", "bwqx", "off balance interest"),
    "penalty": ("罚息", "罚息余额", "fx", "penalty"),
    "days_principal": ("本金逾期天数", "逾期天数", "bjyqts", "days past due", "dpd"),
    "days_interest": ("利息逾期天数", "欠息天数", "lxyqts", "interest days past due"),
    "class": ("五级分类", "风险分类", "wjfl", "risk class", "classification"),
    "seq": ("期次", "期号", "qc", "instalment no", "sequence"),
    "due_on": ("应还日期", "应还日", "yhrq", "due date"),
    "interest": ("利息", "应还利息", "lx", "interest"),
}
HISTORY_WORDS: tuple[frozenset[str], frozenset[str]] = (
    frozenset(
        (
            "开始日期",
            "生效日期",
            "有效起始日期",
            "拉链开始日期",
            "ksrq",
            "startdt",
            "effdate",
            "effdt",
            "validfrom",
            "begindt",
        )
    ),
    frozenset(("结束日期", "失效日期", "有效截止日期", "拉链结束日期", "jsrq", "enddt", "expdate", "expdt", "validto")),
)
"""Names of the first and last day of a row in a table that keeps its history, as `plain` gives them."""
SURE, LIKELY = 95, 70


def plain(name: str) -> str:
    """Return a name as it is compared: small letters, no separators, camel case split away."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.strip().strip('"'))
    return re.sub(r"[\s_\-./()（）]+", "", spaced).lower()


def likeness(field: str, column: str) -> int:
    """Return how much a column's name is like a field's, 0 to 100; 100 only for a term of the trade."""
    wanted = plain(column)
    if not wanted:
        return 0
    best = 0
    for place, word in enumerate((*WORDS.get(field, ()), field)):
        term = plain(word)
        if wanted == term:
            return 100 - min(place, 5)
        if len(term) >= 2 and (term in wanted or wanted in term) and min(len(term), len(wanted)) >= 2:
            best = max(best, 60 + 30 * min(len(term), len(wanted)) // max(len(term), len(wanted)))
        elif len(term) > 4 and len(wanted) > 4:
            best = max(best, int(80 * SequenceMatcher(None, wanted, term).ratio()))
    return best
