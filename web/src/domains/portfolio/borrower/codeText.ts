type Words = Record<string, string>;

/** Words for the codes of feeds, equal in both languages; a code without a word is shown as it is. */
interface BorrowerCodeWords {
  kinds: Words;
  labels: Words;
  sources: Words;
  bases: Words;
  roleNames: Words;
  relationNames: Words;
  liabilities: Words;
  collateralKinds: Words;
  figures: Words;
  standings: Words;
  reasons: Words;
  feeds: Words;
  identities: Words;
}

export const BORROWER_CODES_ZH: BorrowerCodeWords = {
  kinds: { mobile: "手机", phone: "固定电话", email: "电子邮箱", address: "地址", wechat: "微信号" },
  labels: { own: "本人", home: "住所", work: "单位", other: "其他" },
  sources: {
    application: "贷款申请", contract: "合同", borrower: "客户告知", core_update: "核心系统变更", public_record: "公开登记",
    third_person: "第三人",
  },
  bases: { contract: "合同履行", consent: "本人同意", legal_duty: "法定义务", public_source: "依法公开", none: "无" },
  roleNames: {
    borrower: "借款人", co_borrower: "共同借款人", joint_debtor: "共同债务人", heir: "继承人", representative: "代理人",
    guarantor: "保证人", collateral_owner: "担保物所有人",
  },
  relationNames: {
    legal_representative: "法定代表人", controller: "实际控制人", group_head: "集团母公司", spouse: "配偶", partner: "合伙人",
    other: "其他关系人",
  },
  liabilities: { general: "一般保证", joint: "连带责任保证" },
  collateralKinds: {
    residential: "住宅", commercial: "商用房", land: "土地", vehicle: "车辆", machinery: "机器设备", deposit: "存款",
    receivable: "应收账款", other: "其他",
  },
  figures: {
    principal: "本金余额", overdue_principal: "逾期本金", overdue_interest: "逾期利息", interest_on: "表内欠息",
    interest_off: "表外欠息", penalty: "罚息", compound: "复利", delay: "迟延履行利息", costs_due: "到期费用", costs_advanced: "垫付诉讼费",
    days_principal: "本金逾期天数", days_interest: "利息逾期天数", class: "五级分类（本系统为下限，含传染）",
  },
  standings: { not_due: "未到期", paid: "已还清", part_paid: "部分已还", open: "未还", replaced: "已并入重组或判决" },
  reasons: {
    contact: "联系客户", identity_check: "核对身份", legal_document: "法律文书", complaint: "处理投诉", correction: "更正信息",
    review: "检查",
  },
  feeds: {
    management: "管户", contact_point: "联系方式", party_relation: "关系", contract_party: "合同相关方", guarantee: "保证",
    collateral: "抵押质押", repayment_account: "还款账户", core_figure: "核心余额", monthly_status: "月度状态",
  },
  identities: { id_card: "身份证", passport: "护照", credit_code: "统一社会信用代码", other: "其他证件" },
};

export const BORROWER_CODES_EN: BorrowerCodeWords = {
  kinds: { mobile: "Mobile", phone: "Fixed line", email: "E-mail", address: "Address", wechat: "WeChat" },
  labels: { own: "own", home: "home", work: "work", other: "other" },
  sources: {
    application: "application", contract: "contract", borrower: "told by the customer", core_update: "change in the core",
    public_record: "public register", third_person: "a third person",
  },
  bases: {
    contract: "performance of the contract", consent: "consent", legal_duty: "duty by law", public_source: "lawfully public",
    none: "none",
  },
  roleNames: {
    borrower: "Borrower", co_borrower: "Co-borrower", joint_debtor: "Joint debtor", heir: "Heir",
    representative: "Representative", guarantor: "Guarantor", collateral_owner: "Owner of collateral",
  },
  relationNames: {
    legal_representative: "legal representative", controller: "controller", group_head: "head of the group",
    spouse: "spouse", partner: "partner", other: "other relation",
  },
  liabilities: { general: "general", joint: "joint and several" },
  collateralKinds: {
    residential: "home", commercial: "commercial building", land: "land", vehicle: "vehicle", machinery: "machinery",
    deposit: "deposit", receivable: "receivable", other: "other",
  },
  figures: {
    principal: "Principal outstanding", overdue_principal: "Overdue principal", overdue_interest: "Overdue interest",
    interest_on: "Interest on balance sheet", interest_off: "Interest off balance sheet", penalty: "Penalty interest",
    compound: "Compound interest", delay: "Delay interest", costs_due: "Costs due", costs_advanced: "Costs advanced for a suit",
    days_principal: "Days past due, principal", days_interest: "Days past due, interest", class: "Class (ours is a floor, with contagion)",
  },
  standings: { not_due: "not due", paid: "paid", part_paid: "part paid", open: "open", replaced: "taken over" },
  reasons: {
    contact: "to reach the customer", identity_check: "to check identity", legal_document: "legal document",
    complaint: "to answer a complaint", correction: "to correct data", review: "inspection",
  },
  feeds: {
    management: "managing officers", contact_point: "contacts", party_relation: "relations",
    contract_party: "parties of contracts", guarantee: "guarantees", collateral: "collateral",
    repayment_account: "repayment accounts", core_figure: "core balances", monthly_status: "monthly status",
  },
  identities: { id_card: "identity card", passport: "passport", credit_code: "social credit code", other: "other paper" },
};
