import type { Language } from "@/shared/i18n/language";

/** The bank's currency: ISO 4217 code and the number of digits of its minor unit. */
export interface Currency {
  code: string;
  minorDigits: number;
}

/** The unit in which a column or key figure is written: minor units are divided by 10^exponent. */
export interface MoneyUnit {
  exponent: number;
  label: string;
  /** Digits after the decimal point that still mean something in this unit. */
  digits: number;
}

/**
 * An integer divided by 10^exponent as decimal text with `digits` decimals, rounded half away from zero.
 * Integer arithmetic throughout: money never becomes a binary fraction.
 */
export function scaledDecimal(value: number, exponent: number, digits: number): string {
  const drop = exponent - digits;
  let integer = BigInt(value);
  const sign = integer < 0n ? "-" : "";
  if (integer < 0n) integer = -integer;
  if (drop > 0) {
    const unit = 10n ** BigInt(drop);
    integer = (integer + unit / 2n) / unit;
  } else {
    integer *= 10n ** BigInt(-drop);
  }
  const text = integer.toString().padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const fraction = digits > 0 ? `.${text.slice(text.length - digits)}` : "";
  const isZero = integer === 0n;
  return `${isZero ? "" : sign}${whole}${fraction}`;
}

/** The minor units of an amount that a person typed (blanks and thousands separators allowed); null if it is none, or 0. */
export function minorOf(text: string, currency: Currency): number | null {
  const plain = text.replace(/[\s,，]/g, "");
  const match = /^([0-9]{1,13})(?:\.([0-9]+))?$/.exec(plain);
  const fraction = match?.[2] ?? "";
  if (match === null || fraction.length > currency.minorDigits) return null;
  const minor = Number(`${match[1]}${fraction.padEnd(currency.minorDigits, "0")}`);
  return minor > 0 && Number.isSafeInteger(minor) ? minor : null;
}

/** Decimal text with thousands separators: "1234567.80" becomes "1,234,567.80". */
export function grouped(decimal: string): string {
  const [whole = "", fraction] = decimal.split(".");
  const groupedWhole = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? groupedWhole : `${groupedWhole}.${fraction}`;
}

/** The name of a currency inside a unit: 元 for the yuan, else its name (Chinese) or its ISO code (English). */
export function currencyUnitName(currency: Currency, language: Language): string {
  if (language === "en") return currency.code;
  if (currency.code === "CNY") return "元";
  return new Intl.DisplayNames("zh-CN", { type: "currency" }).of(currency.code) ?? currency.code;
}

const STEPS: Record<Language, { power: number; label: string }[]> = {
  zh: [
    { power: 8, label: "亿" },
    { power: 4, label: "万" },
  ],
  en: [
    { power: 9, label: "bn" },
    { power: 6, label: "m" },
    { power: 3, label: "k" },
  ],
};

/** The unit in which figures up to `largestMinor` read well: 亿 or 万 in Chinese; k, m or bn in English. */
export function moneyUnit(largestMinor: number, currency: Currency, language: Language): MoneyUnit {
  const name = currencyUnitName(currency, language);
  const largest = Math.abs(largestMinor);
  for (const step of STEPS[language]) {
    const exponent = step.power + currency.minorDigits;
    if (largest >= 10 ** exponent) {
      const label = language === "zh" ? `${step.label}${name}` : `${name} ${step.label}`;
      return { exponent, label, digits: 2 };
    }
  }
  return { exponent: currency.minorDigits, label: name, digits: currency.minorDigits };
}

/**
 * The unit of a table or chart: the one in which its smallest sum still reads as something, but at most one step
 * below the unit of its largest, so that the largest does not fill the column with digits.
 */
export function tableUnit(sums: readonly number[], currency: Currency, language: Language): MoneyUnit {
  const sizes = sums.map(Math.abs).filter((size) => size > 0);
  if (sizes.length === 0) return moneyUnit(0, currency, language);
  const smallest = moneyUnit(Math.min(...sizes), currency, language);
  const largest = Math.max(...sizes);
  const top = moneyUnit(largest, currency, language);
  const below = STEPS[language].find((step) => step.power + currency.minorDigits < top.exponent);
  if (below === undefined || smallest.exponent === top.exponent) return top;
  return moneyUnit(10 ** (below.power + currency.minorDigits), currency, language);
}

/** An amount for a sentence or key figure, in parts so that the figure can be set larger than its unit. */
export interface MoneyWords {
  before: string;
  figure: string;
  after: string;
}

/** An amount in the unit in which it reads well: 1.40 + 亿美元, or USD + 140.18 + m. */
export function moneyWords(minor: number, currency: Currency, language: Language): MoneyWords {
  const unit = moneyUnit(minor, currency, language);
  const figure = inUnit(minor, unit);
  if (language === "zh") return { before: "", figure, after: unit.label };
  return { before: currency.code, figure, after: unit.label.slice(currency.code.length + 1) };
}

/** The same as one piece of text: "1.40 亿美元", "USD 140.18m". */
export function moneySentence(minor: number, currency: Currency, language: Language): string {
  const { before, figure, after } = moneyWords(minor, currency, language);
  return language === "zh" ? `${figure} ${after}` : `${before} ${figure}${after}`;
}

/** The figure in a unit, without the unit's name: it stands in the header. */
export function inUnit(minor: number, unit: MoneyUnit): string {
  return grouped(scaledDecimal(minor, unit.exponent, unit.digits));
}

/** The full amount as plain decimal text, for files that other programs read. */
export function plainMoney(minor: number, currency: Currency): string {
  return scaledDecimal(minor, currency.minorDigits, currency.minorDigits);
}
