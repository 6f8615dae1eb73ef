import { useReconciliationText } from "./text";
import { useCurrency } from "@/shared/api/session";
import { grouped, scaledDecimal } from "@/shared/format/money";

type Unit = "minor" | "days" | "class" | "date";

/** Writes figures of every unit: amounts to the minor unit, days, a class by its word, a date. */
export function useFigures() {
  const text = useReconciliationText();
  const { minorDigits } = useCurrency();
  const amount = (minor: number) => grouped(scaledDecimal(minor, minorDigits, minorDigits));
  const shown = (unit: Unit, value: number | string) => {
    if (typeof value === "string") return unit === "class" ? (text.classes[value] ?? value) : value;
    return unit === "minor" ? amount(value) : text.days(value);
  };
  const size = (unit: Unit, value: number) => {
    if (unit === "minor") return amount(value);
    return unit === "class" ? text.steps(value) : text.days(value);
  };
  const signed = (unit: Unit, value: number) => {
    if (value === 0) return size(unit, 0);
    return `${value > 0 ? "+" : "−"}${size(unit, Math.abs(value))}`;
  };
  return { shown, size, signed };
}
