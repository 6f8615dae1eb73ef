import { defineText } from "@/shared/i18n/text";

export const useMonthlyRollText = defineText({
  zh: {
    title: "按月滚动率",
    subtitle: (months: string, accounts: string, from: string, to: string) =>
      `${from} 至 ${to} · ${accounts} 个账户 · ${months} 个账户月`,
    definition:
      "月末处于某一状态的账户，到下月末落在各状态的占比，逐行合计为 100%。只统计有下一个月的账户月。来源为月末状态文件，可早于本系统的账务日。",
    from: "月末状态",
    opening: "账户月",
    months: "月份",
    all: "全部月份",
    statuses: {
      none: "无贷款", m0: "M0", m1: "M1", m2: "M2", m3: "M3", m4: "M4", m5: "M5", m6: "M6", m7_plus: "M7+",
      charged_off: "核销", settled: "结清",
    } as Record<string, string>,
    cell: (from: string, to: string, rate: string, accounts: string) => `${from} → ${to}：${rate}，${accounts} 个账户月`,
    loading: "正在载入按月滚动率",
    emptyTitle: "没有月末状态",
    empty: "该范围内没有月末状态数据。它随 monthly_statuses 文件下发；也可放宽月份。",
  },
  en: {
    title: "Monthly roll rates",
    subtitle: (months: string, accounts: string, from: string, to: string) =>
      `${from} to ${to} · ${accounts} accounts · ${months} account-months`,
    definition:
      "Where accounts that stood in a status at a month-end stand one month later; each row adds up to 100%. Only account-months with a next month count. The statuses come with their own file and may be older than the book.",
    from: "Status at month-end",
    opening: "Account-months",
    months: "Months",
    all: "All months",
    statuses: {
      none: "No loan", m0: "M0", m1: "M1", m2: "M2", m3: "M3", m4: "M4", m5: "M5", m6: "M6", m7_plus: "M7+",
      charged_off: "Charged off", settled: "Settled",
    } as Record<string, string>,
    cell: (from: string, to: string, rate: string, accounts: string) => `${from} → ${to}: ${rate}, ${accounts} account-months`,
    loading: "Loading the monthly roll rates",
    emptyTitle: "No monthly statuses",
    empty: "There are none for these months. They come with the file monthly_statuses; or widen the months.",
  },
});
