import { defineText } from "@/shared/i18n/text";

export const useArrivalText = defineText({
  zh: {
    title: "送达时间",
    note: (by: string, nights: string, late: string) => `约定次日 ${by} 前送达；最近 ${nights} 个账务日中 ${late} 次晚到`,
    noTime: "未约定送达时间",
    businessDate: "账务日",
    expected: "应送达",
    arrived: "实际送达",
    state: "状态",
    states: { expected: "待收", late: "尚未收到", missing: "仍未收到" } as Record<string, string>,
    inTime: "准时",
    came: "已送达",
    late: (time: string) => `晚 ${time}`,
    unknown: "不详",
    more: (count: string) => `此后另有 ${count} 个账务日待收`,
  },
  en: {
    title: "Arrival of deliveries",
    note: (by: string, nights: string, late: string) => `expected by ${by} of the next day; of the last ${nights} dates ${late} late`,
    noTime: "no time was agreed on",
    businessDate: "Business date",
    expected: "Expected by",
    arrived: "Arrived",
    state: "State",
    states: { expected: "expected", late: "late, not here yet", missing: "missing" } as Record<string, string>,
    inTime: "in time",
    came: "arrived",
    late: (time: string) => `late by ${time}`,
    unknown: "not known",
    more: (count: string) => `${count} later dates are due as well`,
  },
});
