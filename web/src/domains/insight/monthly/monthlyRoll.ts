import type { Direction, RollRowView } from "../roll";
import type { Answer } from "@/shared/api/shapes";

export type MonthlyRoll = Answer<"/api/monthly-roll">;

/** Statuses in their order: mildest first, the ends last. */
const STATUS_ORDER: readonly string[] = [
  "none", "m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7_plus", "charged_off", "settled",
];

/** Whether the next month is worse. Settling is better than any debt; no loan is neither. */
function direction(from: string, to: string): Direction {
  if (from === to || from === "none" || to === "none") return "same";
  if (to === "settled") return "better";
  if (from === "settled") return "worse";
  const step = STATUS_ORDER.indexOf(to) - STATUS_ORDER.indexOf(from);
  return step > 0 ? "worse" : "better";
}

/** The table with the statuses that occur, one row each, shares along the row. */
export function monthlyRows(roll: MonthlyRoll): RollRowView[] {
  const used = STATUS_ORDER.filter((status) =>
    roll.cells.some((cell) => cell.from_status === status || cell.to_status === status),
  );
  const cells = new Map(roll.cells.map((cell) => [`${cell.from_status} ${cell.to_status}`, cell]));
  return used.map((from) => {
    const row = used.map((to) => {
      const cell = cells.get(`${from} ${to}`);
      return { to, figure: cell?.accounts ?? 0, ppm: cell?.rate_ppm ?? null, direction: direction(from, to) };
    });
    return { from, opening: row.reduce((sum, cell) => sum + cell.figure, 0), cells: row };
  });
}
