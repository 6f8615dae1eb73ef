import { defineText } from "@/shared/i18n/text";

export const useDeliveriesText = defineText({
  zh: {
    late: (day: string, at: string, late: string, missing: boolean) =>
      `${day} 的数据应于 ${at} 前到达，${missing ? "仍未收到" : "尚未收到"}，已迟 ${late}。`,
    days: (count: string) => `${count} 天`,
    more: (count: string) => `此后另有 ${count} 个账务日的数据待收。`,
    again: (day: string, count: number, used: number) =>
      `${day} 共下发 ${count} 次，夜批采用的是第 ${used} 次；如以最后一次为准，请发起更正。`,
    several: (count: number) => `当日下发 ${count} 次，以最后一次完整的为准：`,
    incomplete: "不完整",
    used: "夜批采用",
  },
  en: {
    late: (day: string, at: string, late: string, missing: boolean) =>
      `The delivery of ${day} was expected by ${at}: ${missing ? "missing" : "late"} by ${late}.`,
    days: (count: string) => `${count} days`,
    more: (count: string) => `${count} later dates are due as well.`,
    again: (day: string, count: number, used: number) =>
      `${day} was delivered ${count} times, its night has delivery ${used}: propose a correction to have the last one.`,
    several: (count: number) => `Delivered ${count} times; the last complete one counts:`,
    incomplete: "not complete",
    used: "in the book",
  },
});
