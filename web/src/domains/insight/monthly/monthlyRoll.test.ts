import { describe, expect, it } from "vitest";

import { monthlyRows, type MonthlyRoll } from "./monthlyRoll";

const ROLL: MonthlyRoll = {
  from_month: "2024-01-01",
  to_month: "2024-03-01",
  accounts: 3,
  account_months: 9,
  pairs: 6,
  cells: [
    { from_status: "m0", to_status: "m1", accounts: 1, rate_ppm: 250000 },
    { from_status: "m0", to_status: "m0", accounts: 3, rate_ppm: 750000 },
    { from_status: "m1", to_status: "settled", accounts: 2, rate_ppm: 1000000 },
  ],
};

describe("the monthly roll table", () => {
  it("has the statuses that occur, in their order, as rows and columns", () => {
    const rows = monthlyRows(ROLL);
    expect(rows.map((row) => row.from)).toEqual(["m0", "m1", "settled"]);
    expect(rows[0]?.cells.map((cell) => cell.to)).toEqual(["m0", "m1", "settled"]);
    expect(rows.map((row) => row.opening)).toEqual([4, 2, 0]);
  });

  it("tells worse from better; settling is better", () => {
    const [m0, m1] = monthlyRows(ROLL);
    expect(m0?.cells.map((cell) => cell.direction)).toEqual(["same", "worse", "better"]);
    expect(m1?.cells.map((cell) => cell.direction)).toEqual(["better", "same", "better"]);
  });
});
