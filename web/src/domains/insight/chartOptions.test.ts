import { describe, expect, it } from "vitest";

import { labelShift, type Line } from "./chartOptions";

function lines(...ends: (number | null)[]): Line[] {
  return ends.map((ppm, place) => ({ name: `line ${place}`, colour: "#000", dashed: false, ppm: [500_000, ppm] }));
}

describe("labels at the ends of two lines", () => {
  it("stay where they are when they are far apart, or when one is missing", () => {
    const apart = lines(400_000, 100_000);
    expect([labelShift(apart, 0), labelShift(apart, 1)]).toEqual([0, 0]);
    expect(labelShift(lines(400_000, null), 0)).toBe(0);
  });

  it("give way when they would touch: the lower one, or the upper one when both are near the base", () => {
    const high = lines(376_600, 398_300);
    expect(labelShift(high, 1)).toBe(0);
    expect(labelShift(high, 0)).toBeGreaterThan(0);
    const same = lines(262_000, 262_000);
    expect([labelShift(same, 0), labelShift(same, 1)]).toEqual([0, 34]);
    const low = lines(9_000, 10_000);
    expect(labelShift(low, 1)).toBeLessThan(0);
    expect(labelShift(low, 0)).toBe(0);
  });
});
