/** Colours of one theme. Every colour of the product stands here; screens use the CSS variables made from them. */
export interface Tokens {
  accent: string;
  accentSoft: string;
  page: string;
  surface: string;
  sunken: string;
  line: string;
  lineStrong: string;
  text: string;
  textSecondary: string;
  placeholder: string;
  good: string;
  goodSoft: string;
  warn: string;
  warnSoft: string;
  bad: string;
  badSoft: string;
  running: string;
  runningSoft: string;
  /** Heat of a roll-rate cell: red, green and blue of worse, better and same; strength is the rate. */
  heatWorse: string;
  heatBetter: string;
  heatSame: string;
}

/** The users' own system fonts, then those of Linux; no font is fetched. */
export const FONT_FAMILY =
  '-apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

export type ThemeName = "light" | "dark";

export const TOKENS: Record<ThemeName, Tokens> = {
  light: {
    accent: "#0b5cad",
    accentSoft: "#e8f1fa",
    page: "#f6f7f9",
    surface: "#ffffff",
    sunken: "#f2f4f7",
    line: "#e3e6eb",
    lineStrong: "#c9ced6",
    text: "#1b2430",
    textSecondary: "#566171",
    placeholder: "#667080",
    good: "#1a6e3c",
    goodSoft: "#e7f4ec",
    warn: "#8a5300",
    warnSoft: "#fdf3e0",
    bad: "#b3261e",
    badSoft: "#fcebea",
    running: "#0b5cad",
    runningSoft: "#e8f1fa",
    heatWorse: "200 60 24",
    heatBetter: "20 130 80",
    heatSame: "90 105 125",
  },
  dark: {
    accent: "#6cb2f5",
    accentSoft: "#16293d",
    page: "#0f1318",
    surface: "#171c23",
    sunken: "#12171d",
    line: "#2a313b",
    lineStrong: "#414b58",
    text: "#e6eaf0",
    textSecondary: "#a3aebd",
    placeholder: "#8e9aab",
    good: "#6fcf97",
    goodSoft: "#15281e",
    warn: "#e8b45a",
    warnSoft: "#2c2312",
    bad: "#ff8a80",
    badSoft: "#341c1b",
    running: "#6cb2f5",
    runningSoft: "#16293d",
    heatWorse: "224 96 60",
    heatBetter: "60 170 115",
    heatSame: "130 145 165",
  },
};

/** The ageing buckets in order, light to dark: an ordered scale. M7+ is lifted on dark ground so that it stays visible. */
export const BUCKET_ORDER = ["M0", "M1", "M2", "M3", "M4", "M5", "M6", "M7+"] as const;
export type Bucket = (typeof BUCKET_ORDER)[number];

const BUCKET_COLOURS: Record<ThemeName, Record<Bucket, string>> = {
  light: {
    M0: "#9aa5b1", M1: "#f0c75e", M2: "#e8a23d", M3: "#d97b2b",
    M4: "#c2521f", M5: "#9f2f1c", M6: "#7f2019", "M7+": "#5a1414",
  },
  dark: {
    M0: "#7b8794", M1: "#f3d27a", M2: "#eab05a", M3: "#e08d45",
    M4: "#d46a37", M5: "#c44f3c", M6: "#ad4038", "M7+": "#94363a",
  },
};

/** The five grades in order of severity. */
export const CLASS_ORDER = ["pass", "special_mention", "substandard", "doubtful", "loss"] as const;

const CLASS_BUCKET: Record<string, Bucket> = {
  pass: "M0",
  special_mention: "M1",
  substandard: "M3",
  doubtful: "M5",
  loss: "M7+",
};

function isBucket(name: string): name is Bucket {
  return (BUCKET_ORDER as readonly string[]).includes(name);
}

/** The colour of a bucket; an unknown name is grey like M0, never a colour that could mean another bucket. */
export function bucketColour(bucket: string, theme: ThemeName): string {
  return BUCKET_COLOURS[theme][isBucket(bucket) ? bucket : "M0"];
}

/** The colour of a five-class grade, on the same ordered scale. */
export function classColour(classFloor: string, theme: ThemeName): string {
  return BUCKET_COLOURS[theme][CLASS_BUCKET[classFloor] ?? "M0"];
}

/** The name of the CSS variable of a token: textSecondary is --hk-text-secondary. */
export function tokenVariable(name: string): string {
  return `--hk-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
