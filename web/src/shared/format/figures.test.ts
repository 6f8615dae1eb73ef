import { describe, expect, it } from "vitest";

import { formatClock, formatInstant, formatShortInstant } from "./dates";
import { formatCount, formatDuration, formatPoints, formatRate, sharePpm } from "./figures";

describe("rates", () => {
  it("shows parts per million as a percentage", () => {
    expect(formatRate(140_700)).toBe("14.07%");
    expect(formatRate(0)).toBe("0.00%");
    expect(formatRate(972_951, 1)).toBe("97.3%");
  });
  it("shows no rate as a dash, not as zero", () => {
    expect(formatRate(null)).toBe("–");
    expect(formatRate(sharePpm(3, 0))).toBe("–");
  });
  it.each([
    [1, 3, 333_333],
    [2, 3, 666_667],
    [1, 2_000_000, 1],
    [1, 2_000_001, 0],
    [0, 7, 0],
  ])("the share of %i in %i is %i ppm", (part, whole, ppm) => {
    expect(sharePpm(part, whole)).toBe(ppm);
  });
  it("signs a difference of rates", () => {
    expect(formatPoints(30_000, 30_600)).toBe("+0.06");
    expect(formatPoints(30_600, 30_000)).toBe("−0.06");
    expect(formatPoints(30_600, 30_600)).toBe("0.00");
  });
});

describe("counts and durations", () => {
  it("groups thousands", () => {
    expect(formatCount(9585)).toBe("9,585");
  });
  it.each([
    [null, "–"],
    [0, "0ms"],
    [0.042, "42ms"],
    [1, "1.0s"],
    [9.94, "9.9s"],
    [59.4, "59s"],
    [60, "1m 0s"],
    [3599, "59m 59s"],
    [3600, "1h 0m"],
  ])("%s seconds read as %s", (seconds, text) => {
    expect(formatDuration(seconds, "en")).toBe(text);
  });
  it("speaks Chinese", () => {
    expect(formatDuration(72, "zh")).toBe("1 分 12 秒");
  });
});

describe("instants", () => {
  it("are shown in the bank's zone, over the date line too", () => {
    expect(formatInstant("2026-11-19T21:12:31Z", "Asia/Shanghai")).toBe("2026-11-20 05:12");
    expect(formatInstant("2018-07-01T03:59:00Z", "America/New_York")).toBe("2018-06-30 23:59");
    expect(formatInstant("2018-07-01T04:00:00Z", "America/New_York")).toBe("2018-07-01 00:00");
  });
  it("may leave out the year or the date", () => {
    expect(formatShortInstant("2026-11-19T21:12:31Z", "Asia/Shanghai")).toBe("11-20 05:12");
    expect(formatShortInstant(null, "Asia/Shanghai")).toBe("–");
    expect(formatClock("2026-11-19T21:12:31Z", "Asia/Shanghai")).toBe("05:12");
  });
});
