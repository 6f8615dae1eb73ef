import { describe, expect, it } from "vitest";

import { readMonthlyRollSearch } from "./search";

describe("the address of the monthly roll table", () => {
  it("keeps months", () => {
    expect(readMonthlyRollSearch({ from: "2024-01", to: "2024-12" })).toEqual({ from: "2024-01", to: "2024-12" });
  });

  it("leaves out what is no month", () => {
    expect(readMonthlyRollSearch({ from: "2024-13", to: 5, other: "x" })).toEqual({});
  });
});
