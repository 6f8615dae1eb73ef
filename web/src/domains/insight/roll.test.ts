import { describe, expect, it } from "vitest";

import { direction, heatOpacity, ROLL_COLUMNS, rollRows, type RollFigure } from "./roll";
import { readOverviewSearch } from "./search";

function moved(from: string, to: string, notes: number, amount_minor: number): RollFigure {
  return { from_bucket: from, to_bucket: to, notes, amount_minor };
}

const FIGURES = [moved("M0", "M0", 97, 900), moved("M0", "M1", 2, 90), moved("M0", "settled", 1, 10), moved("M1", "M0", 3, 30)];

describe("rollRows", () => {
  it("always has every bucket as a row and every bucket and exit as a column", () => {
    const rows = rollRows([], "count");
    expect(rows.map((row) => row.from)).toEqual(["M0", "M1", "M2", "M3", "M4", "M5", "M6", "M7+"]);
    expect(rows[0]?.cells.map((cell) => cell.to)).toEqual([...ROLL_COLUMNS]);
    expect(rows[0]?.cells.every((cell) => cell.ppm === null)).toBe(true);
  });

  it("shares out a row by count or by amount", () => {
    const byCount = rollRows(FIGURES, "count")[0];
    const byAmount = rollRows(FIGURES, "amount")[0];
    expect(byCount?.opening).toBe(100);
    expect(byCount?.cells[1]?.ppm).toBe(20_000);
    expect(byAmount?.opening).toBe(1000);
    expect(byAmount?.cells[1]?.ppm).toBe(90_000);
  });

  it("adds up to the whole along a row", () => {
    for (const row of rollRows(FIGURES, "count")) {
      expect(row.cells.reduce((sum, cell) => sum + cell.figure, 0)).toBe(row.opening);
    }
  });
});

describe("direction", () => {
  it.each([
    ["M1", "M2", "worse"],
    ["M2", "M1", "better"],
    ["M3", "M3", "same"],
    ["M7+", "settled", "better"],
    ["M0", "charged_off", "worse"],
    ["M6", "M7+", "worse"],
  ])("%s to %s is %s", (from, to, expected) => {
    expect(direction(from, to)).toBe(expected);
  });
});

describe("heatOpacity", () => {
  it("is nothing for nothing and bounded for the whole", () => {
    expect(heatOpacity(null)).toBe(0);
    expect(heatOpacity(0)).toBe(0);
    expect(heatOpacity(1_000_000)).toBe(0.45);
    expect(heatOpacity(2_000_000)).toBe(0.45);
  });
  it("grows with the rate", () => {
    expect(heatOpacity(12_000)).toBeLessThan(heatOpacity(13_000));
  });
});

describe("readOverviewSearch", () => {
  it("reads what the page writes", () => {
    const search = { as_of: "2018-06-30", institution: 12, product: "car", basis: "amount", m0: true };
    expect(readOverviewSearch(search)).toEqual(search);
  });
  it("leaves out what it does not understand", () => {
    expect(readOverviewSearch({ as_of: "yesterday", institution: "12x", product: "", basis: "both", m0: 1 })).toEqual({});
  });
});
