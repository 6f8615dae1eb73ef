import { defineText } from "@/shared/i18n/text";

export const usePersonText = defineText({
  zh: {
    origins: "合并客户",
    originsWhat: "这些客户号判定为同一客户：合同、联系方式与金额合并显示；整体敞口与五级分类仍按单个客户号计算。",
    checks: "待核查",
    checksWhat: "数据照常入账；核实后在来源系统更正。",
    conflict: (field: string) => `${field}来源不一致`,
    merge: "疑似另有客户号",
    failed: "待核查事项未能载入。",
  },
  en: {
    origins: "Merged customer",
    originsWhat:
      "These keys are one customer by decision: contracts, contacts and sums are shown together; exposure and class are still of each key.",
    checks: "To verify",
    checksWhat: "Everything was loaded; what is wrong is corrected where it is kept.",
    conflict: (field: string) => `${field}: sources differ`,
    merge: "perhaps another key",
    failed: "What is to be verified could not be loaded.",
  },
});
