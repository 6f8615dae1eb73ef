import { defineText } from "@/shared/i18n/text";

export const useHeldText = defineText({
  zh: {
    title: "金额存疑：",
    words: "与核心系统的差异查清或声明之前，不据此催收。",
    figure: (name: string, core: string, ours: string, since: string) => `${name}：核心 ${core}，本系统 ${ours}，自 ${since}`,
    components: {
      principal: "本金余额", overdue_principal: "逾期本金", overdue_interest: "欠息", penalty: "罚息", compound: "复利",
      costs_due: "应付费用", days_principal: "本金逾期天数", days_interest: "利息逾期天数", class: "五级分类",
      next_due_on: "下期到期日", next_due_amount: "下期金额",
    } as Record<string, string>,
  },
  en: {
    title: "Figure in question:",
    words: "nothing is demanded by it until the difference to the core is cleared or declared.",
    figure: (name: string, core: string, ours: string, since: string) => `${name}: core ${core}, ours ${ours}, since ${since}`,
    components: {
      principal: "Principal", overdue_principal: "Overdue principal", overdue_interest: "Overdue interest",
      penalty: "Penalty interest", compound: "Compound interest", costs_due: "Costs due", days_principal: "Days, principal",
      days_interest: "Days, interest", class: "Class", next_due_on: "Next due date", next_due_amount: "Next amount",
    } as Record<string, string>,
  },
});
