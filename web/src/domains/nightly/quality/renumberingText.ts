import { defineText } from "@/shared/i18n/text";

export const useRenumberingText = defineText({
  zh: {
    title: "并表换号",
    kind: "编号种类",
    kinds: { institution: "机构", party: "客户", note: "借据" },
    count: (day: string, kind: string, keys: string, inForce: boolean) => `${day} ${kind} ${keys} 个${inForce ? "" : "（尚未生效）"}`,
    stop: "；",
    find: "旧号或新号",
    former: "旧号",
    became: "换为",
    from: "生效账务日",
    now: "现号",
    coming: "尚未生效",
    none: "没有这样的编号。",
    more: "更多",
  },
  en: {
    title: "Renumbered keys",
    kind: "Kind of key",
    kinds: { institution: "Institutions", party: "Customers", note: "Notes" },
    count: (day: string, kind: string, keys: string, inForce: boolean) => `${day}: ${kind.toLowerCase()} ${keys}${inForce ? "" : " (not yet in force)"}`,
    stop: "; ",
    find: "Former or present key",
    former: "Former key",
    became: "Became",
    from: "From business date",
    now: "Present key",
    coming: "not yet in force",
    none: "No such key.",
    more: "More",
  },
});
