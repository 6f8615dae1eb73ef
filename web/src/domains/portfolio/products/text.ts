import { defineText } from "@/shared/i18n/text";

type Words = Record<string, string>;

export const useProductsText = defineText({
  zh: {
    title: "产品与计算规则",
    subtitle: (count: string, own: string) => `${count} 个产品，其中本行自定 ${own} 个；加粗为与默认规则不同之处`,
    list: "产品列表",
    loading: "正在加载产品",
    product: "产品",
    kind: "种类",
    methods: "还款方式",
    frequencies: "还款频率",
    compound: "复利",
    dayCount: "计息天数",
    penalty: "罚息",
    lateFee: "违约金",
    allocation: "冲抵",
    advance: "多还款",
    choices: "可选规则",
    own: "本行",
    back: "全部产品",
    terms: "条款",
    schedules: "还款计划来源",
    features: "特殊条款",
    noFeatures: "无",
    instalments: "期数",
    range: (from: string, to: string) => (from === to ? from : `${from}–${to}`),
    markup: "罚息加收",
    markupWords: (from: string, to: string, misuseFrom: string, misuseTo: string) =>
      `${from}–${to}%（挪用 ${misuseFrom}–${misuseTo}%），或不收`,
    feeBeside: "与违约金并收",
    feeBesideWords: (declared: boolean): string => (declared ? "已声明允许" : "不允许"),
    convention: "规则",
    value: "取值",
    default: "默认",
    refused: "不允许",
    none: "无",
    source: "来源",
    differs: "与默认规则不同",
    togetherTitle: "不能同时使用",
    together: "借据载入时即被拒绝，并说明理由。",
    kinds: {
      consumer: "消费", operating: "经营", mortgage: "按揭", agricultural: "农业", policy: "政策",
    } as Words,
    methodWords: {
      equal_instalment: "等额本息", equal_principal: "等额本金", interest_first: "先息后本", bullet: "一次还本付息",
      settled_interest: "按期结息到期还本", fixed_principal: "定比还本", flat: "固定利息", given: "按下发计划",
    } as Words,
    frequencyWords: {
      weekly: "周", biweekly: "双周", monthly: "月", quarterly: "季", half_yearly: "半年", yearly: "年",
    } as Words,
    compoundWords: { none: "不计", monthly: "按月", quarterly: "按季" } as Words,
    scheduleWords: { computed: "系统计算", delivered: "核心下发" } as Words,
    featureWords: {
      instalment_minor: "约定期供", interest_only_count: "前若干期只还息", interest_grace_count: "前若干期利息后移",
      interest_free_count: "前若干期免息", balloon_minor: "尾款", principal_share_ppm: "每期还本比例",
    } as Words,
    short: {
      principal: "本金", principal_and_interest: "本金+利息", own_rate: "单独利率", markup: "加收",
      none: "不收", flat: "固定金额", instalment: "期供比例", overdue_principal: "逾期本金比例",
      overdue_total: "逾期本息比例", vertical: "按项目", horizontal: "按期", hold: "挂账", next_instalment: "还下期",
      last_instalment: "缩期", re_amortised: "重算",
    } as Words,
    forces: {
      law: "法律", regulation: "行政法规", rule: "规章", standard: "标准", norm: "规范性文件",
      "self-discipline": "自律规范", bank: "本行规定", practice: "惯例或合同",
    } as Words,
    certainties: {
      V1: "已核原文", V2: "据可靠转载", V3: "见过一次", R: "凭记忆，待核", own: "自行决定",
    } as Words,
  },
  en: {
    title: "Products and conventions",
    subtitle: (count: string, own: string) =>
      `${count} products, ${own} of them the bank's own; bold where a default is not the pack's`,
    list: "List of products",
    loading: "Loading products",
    product: "Product",
    kind: "Kind",
    methods: "Methods",
    frequencies: "Frequencies",
    compound: "Compound",
    dayCount: "Day count",
    penalty: "Penalty",
    lateFee: "Late fee",
    allocation: "Allocation",
    advance: "Prepaid",
    choices: "Choices",
    own: "own",
    back: "All products",
    terms: "Terms",
    schedules: "Schedule from",
    features: "Special terms",
    noFeatures: "None",
    instalments: "Instalments",
    range: (from: string, to: string) => (from === to ? from : `${from}–${to}`),
    markup: "Penalty mark-up",
    markupWords: (from: string, to: string, misuseFrom: string, misuseTo: string) =>
      `${from}–${to} % (misuse ${misuseFrom}–${misuseTo} %), or none`,
    feeBeside: "With a late fee",
    feeBesideWords: (declared: boolean): string => (declared ? "Declared" : "Refused"),
    convention: "Convention",
    value: "Values",
    default: "Default",
    refused: "Refused",
    none: "None",
    source: "Source",
    differs: "Not the pack's default",
    togetherTitle: "Not together",
    together: "Refused when a note is loaded, with the reason.",
    kinds: {
      consumer: "Consumer", operating: "Operating", mortgage: "Mortgage", agricultural: "Agricultural", policy: "Policy",
    } as Words,
    methodWords: {
      equal_instalment: "Equal instalment", equal_principal: "Equal principal", interest_first: "Interest first",
      bullet: "Bullet", settled_interest: "Settled interest", fixed_principal: "Fixed principal", flat: "Flat",
      given: "As delivered",
    } as Words,
    frequencyWords: {
      weekly: "Week", biweekly: "Two weeks", monthly: "Month", quarterly: "Quarter", half_yearly: "Half-year",
      yearly: "Year",
    } as Words,
    compoundWords: { none: "None", monthly: "Monthly", quarterly: "Quarterly" } as Words,
    scheduleWords: { computed: "Computed", delivered: "Core system" } as Words,
    featureWords: {
      instalment_minor: "Agreed instalment", interest_only_count: "Interest-only period",
      interest_grace_count: "Grace on interest", interest_free_count: "Interest-free period", balloon_minor: "Balloon",
      principal_share_ppm: "Share of principal",
    } as Words,
    short: {
      principal: "Principal", principal_and_interest: "Principal + interest", own_rate: "own rate", markup: "mark-up",
      none: "None", flat: "Flat", instalment: "Instalment", overdue_principal: "Principal",
      overdue_total: "Total", vertical: "Component", horizontal: "Instalment", hold: "Held",
      next_instalment: "Next instalment", last_instalment: "Shortens", re_amortised: "Computed anew",
    } as Words,
    forces: {
      law: "Law", regulation: "Regulation", rule: "Ministry rule", standard: "Standard", norm: "Normative notice",
      "self-discipline": "Self-regulation", bank: "Bank's own", practice: "Practice or contract",
    } as Words,
    certainties: {
      V1: "read in the original", V2: "read in reliable copies", V3: "read once", R: "recalled, to be verified",
      own: "own decision",
    } as Words,
  },
});

/** The words of codes, in their order. */
export function wordsOf(words: Words, codes: readonly string[]): string[] {
  return codes.map((code) => words[code] ?? code);
}
