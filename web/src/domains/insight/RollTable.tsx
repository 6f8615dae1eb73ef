import { currencyOf } from "./KeyFigures";
import styles from "./OverviewPage.module.css";
import { heatOpacity, ROLL_COLUMNS, type Direction, type RollCellView, type RollRowView } from "./roll";
import type { RollBasis } from "./search";
import { bucketName, useInsightText } from "./text";
import type { Overview } from "@/shared/api/shapes";
import { formatCount, formatRate } from "@/shared/format/figures";
import { inUnit, tableUnit, type Currency, type MoneyUnit } from "@/shared/format/money";
import type { Language } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";

const HEAT: Record<Direction, string> = {
  worse: "var(--hk-heat-worse)",
  better: "var(--hk-heat-better)",
  same: "var(--hk-heat-same)",
};

interface RollTableProps {
  overview: Overview;
  rows: RollRowView[];
  basis: RollBasis;
}

/** The heat table: share in the cell, its figure below, worse and better by side of the diagonal and tint. */
export function RollTable({ overview, rows, basis }: RollTableProps) {
  const text = useInsightText();
  const { language } = useLanguage();
  const currency = currencyOf(overview);
  const unit = rollUnit(rows, currency, language);
  const figure = (value: number) => (basis === "count" ? formatCount(value) : inUnit(value, unit));
  const openingUnit = basis === "count" ? text.notes : unit.label;
  return (
    <table className={styles["roll"]}>
      <caption className="visually-hidden">{text.rollTitle}</caption>
      <thead>
        <tr>
          <th scope="col" className={styles["rowHead"]}>
            <span className="visually-hidden">{text.fromBucket}</span>
          </th>
          <th scope="col" className={styles["openingHead"]} title={text.opening}>
            {openingUnit}
          </th>
          {ROLL_COLUMNS.map((to) => (
            <th key={to} scope="col" className={to === "charged_off" ? styles["lastHead"] : undefined}>
              {bucketName(to, text)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.from}>
            <th scope="row">{row.from}</th>
            <td className={styles["opening"]}>{figure(row.opening)}</td>
            {row.cells.map((cell) => (
              <RollCell key={cell.to} from={row.from} cell={cell} figure={figure(cell.figure)} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Rates below this would be rounded to zero in a cell, though notes did move. */
const SHOWN_FROM_PPM = 500;

function cellRate(ppm: number | null): string {
  return ppm !== null && ppm < SHOWN_FROM_PPM ? "<0.1%" : formatRate(ppm, 1);
}

/** Above this many units a cell has no room for decimals. */
const WHOLE_UNITS_FROM = 1000;

function rollUnit(rows: RollRowView[], currency: Currency, language: Language): MoneyUnit {
  const openings = rows.map((row) => row.opening);
  const unit = tableUnit(openings, currency, language);
  const wide = Math.max(...openings) >= WHOLE_UNITS_FROM * 10 ** unit.exponent;
  return { ...unit, digits: wide ? 0 : 1 };
}

function RollCell({ from, cell, figure }: { from: string; cell: RollCellView; figure: string }) {
  const text = useInsightText();
  if (cell.figure === 0) {
    return (
      <td className={styles["blank"]}>
        <span aria-hidden>·</span>
        <span className="visually-hidden">0</span>
      </td>
    );
  }
  return (
    <td
      style={{ background: `rgb(${HEAT[cell.direction]} / ${heatOpacity(cell.ppm)})` }}
      title={text.rollCell(from, bucketName(cell.to, text), formatRate(cell.ppm), figure)}
    >
      <span className={styles["cellRate"]}>{cellRate(cell.ppm)}</span>
      <span className={styles["cellFigure"]}>{figure}</span>
    </td>
  );
}
