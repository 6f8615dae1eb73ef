import type { RollBasis } from "./search";
import { sharePpm } from "@/shared/format/figures";
import { BUCKET_ORDER } from "@/shared/theme/tokens";

/** One figure of the roll table as the API gives it. */
export interface RollFigure {
  from_bucket: string;
  to_bucket: string;
  notes: number;
  amount_minor: number;
}

export type Direction = "worse" | "better" | "same";

export interface RollCellView {
  to: string;
  figure: number;
  /** Share of the row in parts per million; null when the row is empty. */
  ppm: number | null;
  direction: Direction;
}

export interface RollRowView {
  from: string;
  opening: number;
  cells: RollCellView[];
}

/** The ways out of the book, after the buckets. */
const EXITS = ["settled", "charged_off"];

/** The columns of the roll table in order. */
export const ROLL_COLUMNS: readonly string[] = [...BUCKET_ORDER, ...EXITS];

/** Whether moving from one bucket to another is worse, better or neither. Settling is better, charge-off worse. */
export function direction(from: string, to: string): Direction {
  if (to === "settled") return "better";
  if (to === "charged_off") return from === "charged_off" ? "same" : "worse";
  const step = ROLL_COLUMNS.indexOf(to) - ROLL_COLUMNS.indexOf(from);
  if (step === 0) return "same";
  return step > 0 ? "worse" : "better";
}

/** The roll table by count or amount: one row a bucket, always all buckets, shares along the row. */
export function rollRows(figures: readonly RollFigure[], basis: RollBasis): RollRowView[] {
  const valueOf = (figure: RollFigure) => (basis === "count" ? figure.notes : figure.amount_minor);
  return BUCKET_ORDER.map((from) => {
    const byTarget = new Map<string, number>();
    for (const figure of figures) {
      if (figure.from_bucket !== from) continue;
      byTarget.set(figure.to_bucket, (byTarget.get(figure.to_bucket) ?? 0) + valueOf(figure));
    }
    const opening = [...byTarget.values()].reduce((sum, value) => sum + value, 0);
    const cells = ROLL_COLUMNS.map((to) => {
      const figure = byTarget.get(to) ?? 0;
      return { to, figure, ppm: sharePpm(figure, opening), direction: direction(from, to) };
    });
    return { from, opening, cells };
  });
}

/** Strongest tint of a heat cell; above it text on the tint would lose contrast. */
const MAX_TINT = 0.45;

/** Opacity of a heat cell: the square root lets the small, telling rates be seen beside a full diagonal. */
export function heatOpacity(ppm: number | null): number {
  if (ppm === null || ppm <= 0) return 0;
  return Math.round(Math.sqrt(Math.min(ppm, 1_000_000) / 1_000_000) * MAX_TINT * 1000) / 1000;
}
