import { defineText } from "@/shared/i18n/text";

export const useAlertText = defineText({
  zh: {
    title: "与往日不同",
    none: "没有与往日明显不同之处。",
    note: "仅提示，不影响夜批；阈值见数据质量策略",
    levels: { alert: "警示", watch: "关注" } as Record<string, string>,
    count: (alerts: number, watched: number) =>
      [alerts > 0 ? `警示 ${alerts}` : "", watched > 0 ? `关注 ${watched}` : ""].filter((part) => part !== "").join(" · "),
    volume: (rows: string, usual: string, z: string, nights: number) =>
      `行数 ${rows}，此前 ${nights} 个同类账务日的中位数 ${usual}（稳健 z = ${z}）`,
    distribution: (psi: string, threshold: string, nights: number) =>
      `取值分布与此前 ${nights} 晚不同（PSI ${psi}，阈值 ${threshold}）`,
    completeness: (now: string, usual: string) => `完整率 ${now}，此前中位数 ${usual}`,
    validity: (now: string, usual: string) => `有效率 ${now}，此前中位数 ${usual}`,
  },
  en: {
    title: "Unlike the nights before",
    none: "Nothing is markedly unlike the nights before.",
    note: "said only, nothing is stopped; thresholds in the policy of data quality",
    levels: { alert: "alert", watch: "watch" } as Record<string, string>,
    count: (alerts: number, watched: number) =>
      [alerts > 0 ? `${alerts} alert` : "", watched > 0 ? `${watched} watch` : ""].filter((part) => part !== "").join(" · "),
    volume: (rows: string, usual: string, z: string, nights: number) =>
      `${rows} rows, median of the ${nights} dates of its kind before ${usual} (robust z = ${z})`,
    distribution: (psi: string, threshold: string, nights: number) =>
      `distribution unlike the ${nights} nights before (PSI ${psi}, threshold ${threshold})`,
    completeness: (now: string, usual: string) => `${now} complete, median before ${usual}`,
    validity: (now: string, usual: string) => `${now} valid, median before ${usual}`,
  },
});
