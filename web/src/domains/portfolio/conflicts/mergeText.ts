import type { Evidence, MergeState } from "./search";
import { defineText } from "@/shared/i18n/text";

interface EvidenceWords {
  name: string;
  what: string;
}

export const useMergeText = defineText({
  zh: {
    states: { open: "待判定", merged: "已合并", apart: "不是同一人", closed: "依据已消失" } satisfies Record<MergeState, string>,
    evidence: {
      identity_number: { name: "证件相同", what: "两个客户号登记了同一种类、同一号码的证件。依据较强；仍可能是一方录错。" },
      name_birth_phone: { name: "姓名、生日、电话相同", what: "姓名、证件中的出生日期和至少一个电话都相同，证件号码不同（如15位旧证、换证、录错）。依据较弱。" },
    } satisfies Record<Evidence, EvidenceWords>,
    pair: "两个客户号",
    basis: "依据",
    since: "首次出现",
    strong: "强",
    weak: "较弱",
    compare: "对照",
    key: "客户号",
    name: "名称",
    paper: "证件号码",
    papers: { id_card: "居民身份证", passport: "护照", credit_code: "统一社会信用代码", other: "其他证件" } as Record<string, string>,
    region: "地区",
    phones: "电话",
    shared: "相同",
    notes: "借据",
    none: "–",
    keys: "同一客户的全部客户号",
    gone: (day: string) => `自 ${day} 起数据不再支持：请核对是否仍为同一人`,
    rule: "合并只建立客户号之间的对应关系：各客户号、借据和各系统的数据都不改动，随时可以拆开。自最近账务日起生效。",
    why: "依据（例如：柜面核对两份证件；不要写号码）",
    merge: "是同一人，合并",
    refuse: "不是同一人",
    part: "拆开",
    failed: "未能保存：依据需6至300字且不含号码；若情况已变化，或两个客户号经由其他合并相连，请刷新后再判定。",
    decided: (who: string, when: string) => `${who} · ${when}`,
    emptyTitle: "没有疑似重复的客户",
    empty: "同一证件登记在两个客户号下，或姓名、出生日期、电话都相同时，会列在这里；是否合并由人判定。",
  },
  en: {
    states: { open: "Open", merged: "Merged", apart: "Not one", closed: "Evidence gone" },
    evidence: {
      identity_number: {
        name: "Same paper",
        what: "Both keys have the same kind and number of paper. Strong; one of them may still be a slip.",
      },
      name_birth_phone: {
        name: "Same name, birth date, telephone",
        what: "Name, date of birth in the card and a telephone are the same, the number is another: an old card of 15 digits, a new card, a slip. Weaker.",
      },
    },
    pair: "Two keys",
    basis: "Evidence",
    since: "First seen",
    strong: "strong",
    weak: "weaker",
    compare: "Side by side",
    key: "Key",
    name: "Name",
    paper: "Number of paper",
    papers: { id_card: "Identity card", passport: "Passport", credit_code: "Credit code", other: "Other paper" },
    region: "Region",
    phones: "Telephones",
    shared: "same",
    notes: "Notes",
    none: "–",
    keys: "All keys of this customer",
    gone: (day: string) => `Nothing in the data says so any more since ${day}: check whether it is one customer`,
    rule: "A merge only links keys: no key, note or source is changed, and it can be taken apart. It counts from the latest business date.",
    why: "Why (for example: both cards seen at the counter; no personal numbers)",
    merge: "One customer: merge",
    refuse: "Not one customer",
    part: "Take apart",
    failed:
      "Not saved: 6 to 300 characters without numbers. If it has changed, or other merges connect both keys, reload and look again.",
    decided: (who: string, when: string) => `${who} · ${when}`,
    emptyTitle: "No customer seems to have two keys",
    empty: "A paper that stands under two keys, or the same name, date of birth and telephone, is listed here; a person decides.",
  },
});
