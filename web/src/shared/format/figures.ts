import { grouped, scaledDecimal } from "./money";
import type { Language } from "@/shared/i18n/language";

/** A count with thousands separators. */
export function formatCount(count: number): string {
  return grouped(String(count));
}

/** A rate in parts per million as a percentage: 140700 is "14.07%". No rate is a dash, never zero. */
export function formatRate(ppm: number | null, digits = 2): string {
  return ppm === null ? "–" : `${scaledDecimal(ppm, 4, digits)}%`;
}

/** The share of a part in a whole in parts per million, or null when there is no whole. Rounded half up. */
export function sharePpm(part: number, whole: number): number | null {
  if (whole === 0) return null;
  const numerator = BigInt(part) * 1_000_000n * 2n + BigInt(whole);
  return Number(numerator / (BigInt(whole) * 2n));
}

/** The difference of two rates in percentage points with its sign: "+0.12". */
export function formatPoints(fromPpm: number, toPpm: number): string {
  const text = scaledDecimal(toPpm - fromPpm, 4, 2);
  if (text.startsWith("-")) return `−${text.slice(1)}`;
  return text === "0.00" ? text : `+${text}`;
}

/** A length of time in words that fit a table cell: milliseconds, seconds with one decimal, then whole parts. */
export function formatDuration(seconds: number | null, language: Language): string {
  if (seconds === null) return "–";
  if (seconds < 1) return `${Math.round(seconds * 1000)}${language === "zh" ? " 毫秒" : "ms"}`;
  const [second, minute, hour] = language === "zh" ? [" 秒", " 分", " 时"] : ["s", "m", "h"];
  if (seconds < 10) return `${seconds.toFixed(1)}${second}`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${second}`;
  if (whole < 3600) return `${Math.floor(whole / 60)}${minute} ${whole % 60}${second}`;
  return `${Math.floor(whole / 3600)}${hour} ${Math.floor((whole % 3600) / 60)}${minute}`;
}
