import { HeatTable } from "./HeatTable";
import { currencyOf } from "./KeyFigures";
import { rollRows, type RollRowView } from "./roll";
import type { RollBasis } from "./search";
import { useInsightText } from "./text";
import type { Overview } from "@/shared/api/shapes";
import { formatCount } from "@/shared/format/figures";
import { inUnit, tableUnit, type Currency, type MoneyUnit } from "@/shared/format/money";
import type { Language } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";

/** The roll table of the overview by count or amount. */
export function RollTable({ overview, basis }: { overview: Overview; basis: RollBasis }) {
  const text = useInsightText();
  const { language } = useLanguage();
  const rows = rollRows(overview.roll.cells, basis);
  const unit = rollUnit(rows, currencyOf(overview), language);
  const byCount = basis === "count";
  return (
    <HeatTable
      title={text.rollTitle}
      side={<span className="visually-hidden">{text.fromBucket}</span>}
      sideWidth={40}
      opening={byCount ? text.notes : unit.label}
      openingHint={text.opening}
      openingWidth={68}
      rows={rows}
      digits={1}
      nameOf={(bucket) => text.buckets[bucket] ?? bucket}
      figureOf={(value) => (byCount ? formatCount(value) : inUnit(value, unit))}
      hintOf={text.rollCell}
    />
  );
}

/** Above this many units a cell has no room for decimals. */
const WHOLE_UNITS_FROM = 1000;

function rollUnit(rows: RollRowView[], currency: Currency, language: Language): MoneyUnit {
  const openings = rows.map((row) => row.opening);
  const unit = tableUnit(openings, currency, language);
  const wide = Math.max(...openings) >= WHOLE_UNITS_FROM * 10 ** unit.exponent;
  return { ...unit, digits: wide ? 0 : 1 };
}
