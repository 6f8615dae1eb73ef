import { describe, expect, it } from "vitest";

import { binName, linePoints } from "./bins";

const YUAN = { code: "CNY", minorDigits: 2 };
const days = (n: number) => `day ${n}`;

describe("bins", () => {
  it("are named in the unit of their field", () => {
    expect(binName("100000", "amount", YUAN, days)).toBe("≤ 1,000.00");
    expect(binName("50000", "rate", YUAN, days)).toBe("≤ 5.00%");
    expect(binName("5000", "integer", YUAN, days)).toBe("≤ 5,000");
    expect(binName("-30", "date", YUAN, days)).toBe("day -30");
    expect(binName("Y2018", "date", YUAN, days)).toBe("2018");
    expect(binName("bullet", "enum", YUAN, days)).toBe("bullet");
  });
  it("have one above the last bound", () => {
    expect(binName("more", "amount", YUAN, days)).toBe("> …");
  });
});

describe("line", () => {
  it("goes from the lowest to the highest value", () => {
    expect(linePoints([1, 3], 10, 8)).toBe("0.0,8.0 10.0,0.0");
  });
  it("is in the middle where nothing moves, and leaves out what is unknown", () => {
    expect(linePoints([5, null, 5], 10, 8)).toBe("0.0,4.0 10.0,4.0");
    expect(linePoints([], 10, 8)).toBe("");
  });
});
