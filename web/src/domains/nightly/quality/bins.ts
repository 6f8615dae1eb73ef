import { formatCount, formatRate } from "@/shared/format/figures";
import { grouped, scaledDecimal, type Currency } from "@/shared/format/money";

/** The bin above the last bound, as the server names it. */
const MORE = "more";

/** A bin in words: the upper bound in the unit of the field, or the word itself. */
export function binName(label: string, type: string, currency: Currency, days: (n: number) => string): string {
  if (label === MORE) return "> …";
  if (/^Y\d+$/.test(label)) return label.slice(1); // a year
  const bound = Number(label);
  if (type === "amount") return `≤ ${grouped(scaledDecimal(bound, currency.minorDigits, currency.minorDigits))}`;
  if (type === "rate") return `≤ ${formatRate(bound)}`;
  if (type === "integer") return `≤ ${formatCount(bound)}`;
  if (type === "date" || type === "instant") return days(bound);
  return label;
}

/** Points of a line from left to right in a box of this size; a series that does not move is a line in the middle. */
export function linePoints(values: (number | null)[], width: number, height: number): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return "";
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values
    .map((value, place) => {
      if (value === null) return null;
      const y = span === 0 ? height / 2 : height - ((value - low) / span) * height;
      return `${(place * step).toFixed(1)},${y.toFixed(1)}`;
    })
    .filter((point) => point !== null)
    .join(" ");
}
