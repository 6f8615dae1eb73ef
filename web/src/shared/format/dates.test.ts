import { describe, expect, it } from "vitest";

import { formatClock, formatInstant, zoneName } from "./dates";

describe("times of the bank", () => {
  it("are those of its zone, not of the machine", () => {
    expect(formatClock("2026-11-19T21:12:00Z", "Asia/Shanghai")).toBe("05:12");
    expect(formatInstant("2026-11-19T21:12:00Z", "Asia/Shanghai")).toBe("2026-11-20 05:12");
    expect(formatInstant("2026-11-19T21:12:00Z", "America/Chicago")).toBe("2026-11-19 15:12");
  });
  it("name the zone in the language of the screen", () => {
    expect(zoneName("Asia/Shanghai", "en-GB")).toContain("China");
    expect(zoneName("Asia/Shanghai", "zh-CN")).toContain("中国");
  });
});
