import type { FindingCode, FindingState } from "./search";
import { defineText } from "@/shared/i18n/text";

interface FindingWords {
  name: string;
  what: string;
  todo: string;
}

const zhFindings: Record<FindingCode, FindingWords> = {
  "identity.checksum": {
    name: "身份证校验码不符",
    what: "第18位与前17位算出的校验码不一致（GB 11643，MOD 11-2），至少有一位录错，或号码是编造的。",
    todo: "核对证件影像，在核心系统更正；证件无误的，说明原因。",
  },
  "identity.birth_date": {
    name: "身份证出生日期不成立",
    what: "号码中的出生日期不存在、晚于账务日，或早于130年前。",
    todo: "核对证件影像，在核心系统更正。",
  },
  "identity.form": {
    name: "身份证号位数或字符不符",
    what: "既不是18位（末位数字或X），也不是旧式15位数字。",
    todo: "核对证件类型和号码，在核心系统更正。",
  },
  "credit_code.checksum": {
    name: "统一社会信用代码校验码不符",
    what: "第18位与前17位算出的校验码不一致（GB 32100，MOD 31）。",
    todo: "对照营业执照核对，在核心系统更正；执照无误的，说明原因。",
  },
  "credit_code.form": {
    name: "统一社会信用代码格式不符",
    what: "不是18位，或含有代码不使用的字母（I、O、S、V、Z）。",
    todo: "对照营业执照核对；旧组织机构代码不要填在这里。",
  },
  "phone.shared": {
    name: "多名客户同一电话",
    what: "这么多客户登记了同一号码：可能是中介、联保圈、单位总机，或为填满必填项录入的号码。",
    todo: "逐户核实本人号码；单位总机等正当情况，说明原因。再有客户登记同一号码时重新打开。",
  },
};

const enFindings: Record<FindingCode, FindingWords> = {
  "identity.checksum": {
    name: "Identity card: check character wrong",
    what: "The 18th place does not follow from the 17 before it (GB 11643, MOD 11-2): a slip, or a number made up.",
    todo: "Compare with the copy of the card and correct it in the core system; if the card does say so, explain.",
  },
  "identity.birth_date": {
    name: "Identity card: impossible date of birth",
    what: "The date of birth in the number does not exist, lies after the business date or over 130 years before it.",
    todo: "Compare with the copy of the card and correct it in the core system.",
  },
  "identity.form": {
    name: "Identity card: not a number of a card",
    what: "Neither 18 places (a digit or X at the end) nor the 15 digits of the old form.",
    todo: "Compare kind and number of the paper and correct them in the core system.",
  },
  "credit_code.checksum": {
    name: "Credit code: check character wrong",
    what: "The 18th place does not follow from the 17 before it (GB 32100, modulo 31).",
    todo: "Compare with the business licence and correct it; if the licence does say so, explain.",
  },
  "credit_code.form": {
    name: "Credit code: not a unified social credit code",
    what: "Not 18 places, or with letters that the code does not use (I, O, S, V, Z).",
    todo: "Compare with the business licence; old organisation codes do not belong here.",
  },
  "phone.shared": {
    name: "One telephone of many customers",
    what: "So many customers have the same number: a broker, a guarantee circle, a switchboard, or a filler.",
    todo: "Ask each for their own number; explain a switchboard. One more customer opens it again.",
  },
};

export const useConflictsText = defineText({
  zh: {
    title: "客户信息核查",
    subtitle: (count: string) => `${count} 项；数据照常入账，只提示，不覆盖任何来源`,
    list: "核查事项",
    loading: "正在载入",
    state: "状态",
    states: { open: "待核查", explained: "已说明", closed: "已消失" } satisfies Record<FindingState, string>,
    kinds: "类别",
    all: "全部",
    findings: zhFindings,
    finding: "事项",
    value: "号码",
    valueGone: "号码已更换",
    customers: "客户",
    since: "首次出现",
    ended: "消失于",
    source: "来源",
    line: (file: string, line: string) => `${file} 第 ${line} 行`,
    sourceContacts: "联系方式文件，按当前登记汇总",
    more: "更多",
    others: (count: string) => `另有 ${count} 名`,
    count: (count: string) => `${count} 名客户`,
    todo: "怎么办",
    explain: "说明原因",
    explainLabel: "为什么可以保持现状（不要写号码）",
    explainGo: "保存说明",
    explained: (who: string, when: string) => `${who} · ${when}`,
    failed: "未能保存：说明需6至300字，且不能含有证件号、电话等号码。",
    emptyTitle: "没有待核查的事项",
    empty: "每晚接收数据时核对证件号码与电话；发现异常会列在这里。",
  },
  en: {
    title: "Customer data to verify",
    subtitle: (count: string) => `${count} items; everything was loaded, nothing is overwritten`,
    list: "Items to verify",
    loading: "Loading",
    state: "State",
    states: { open: "Open", explained: "Explained", closed: "Gone" },
    kinds: "Kind",
    all: "All",
    findings: enFindings,
    finding: "Item",
    value: "Number",
    valueGone: "number has changed",
    customers: "Customer",
    since: "First seen",
    ended: "Gone on",
    source: "Source",
    line: (file: string, line: string) => `${file}, line ${line}`,
    sourceContacts: "contact points as they stand",
    more: "More",
    others: (count: string) => `and ${count} more`,
    count: (count: string) => `${count} customers`,
    todo: "What to do",
    explain: "Explain",
    explainLabel: "Why it may stay as it is (no personal numbers)",
    explainGo: "Save explanation",
    explained: (who: string, when: string) => `${who} · ${when}`,
    failed: "Not saved: 6 to 300 characters, without numbers of papers or telephones.",
    emptyTitle: "Nothing to verify",
    empty: "Each night's intake checks numbers of papers and telephones; what is odd is listed here.",
  },
});
