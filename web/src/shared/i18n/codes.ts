type Words = Record<string, string>;

/** Words for codes that every page says alike, to be spread into a page's texts; a code without a word is shown as it is. */
interface CodeWords {
  /** The ways out of the scale of days; M0 to M7+ are their own words. */
  buckets: Words;
  classes: Words;
  partyKinds: Words;
  /** How the last debit of a repayment account went. */
  failures: Words;
  /** What counts as an overdue note, wherever they are counted. */
  overdueNotesName: string;
  overdueNotesDefinition: string;
  chargedOffBeside: (n: string) => string;
}

export const CODES_ZH: CodeWords = {
  buckets: { settled: "结清", charged_off: "核销" },
  classes: { pass: "正常", special_mention: "关注", substandard: "次级", doubtful: "可疑", loss: "损失" },
  partyKinds: { person: "个人", enterprise: "企业" },
  failures: { none: "成功", insufficient: "余额不足", frozen: "账户冻结", closed: "账户销户", other: "其他失败" },
  overdueNotesName: "逾期借据数",
  overdueNotesDefinition: "逾期天数大于 0、未结清且未核销的借据。已核销的借据仍有欠款，不计入逾期借据数，另行列出。",
  chargedOffBeside: (n) => `另有核销 ${n} 笔`,
};

export const CODES_EN: CodeWords = {
  buckets: { settled: "Settled", charged_off: "Charged off" },
  classes: {
    pass: "Pass", special_mention: "Special mention", substandard: "Substandard", doubtful: "Doubtful", loss: "Loss",
  },
  partyKinds: { person: "Person", enterprise: "Enterprise" },
  failures: {
    none: "Succeeded", insufficient: "Insufficient funds", frozen: "Account frozen", closed: "Account closed",
    other: "Other failure",
  },
  overdueNotesName: "Number of overdue notes",
  overdueNotesDefinition:
    "Notes with days past due that are neither settled nor charged off. Notes charged off still owe; they are not among the overdue notes and are counted beside them.",
  chargedOffBeside: (n) => `plus ${n} charged off`,
};
