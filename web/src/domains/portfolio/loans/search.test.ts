import { describe, expect, it } from "vitest";

import { filtersOf, queryOf, readLoansSearch, sameQuestion, sortAfterClick, sortOf } from "./search";

describe("readLoansSearch", () => {
  it("keeps what it understands, one value plainly and several as a list", () => {
    expect(
      readLoansSearch({
        bucket: ["M2", "M3", "M2"], class: "loss", officer: "", product: 1001, institution: [4], tag: 7,
        stale: true, dpd_min: 31, dpd_max: 31, matures_from: "2026-01-31", sort: "-dpd",
      }),
    ).toEqual({
      bucket: ["M2", "M3"], class: "loss", officer: "", product: "1001", institution: 4, tag: 7,
      stale: true, dpd_min: 31, dpd_max: 31, matures_from: "2026-01-31", sort: "-dpd",
    });
  });
  it("leaves out what it does not understand", () => {
    expect(
      readLoansSearch({
        bucket: "M8", class: 3, product: "", institution: 1.5, tag: -1, stale: "yes", dpd_min: -1, dpd_max: "x",
        overdue_min: 9, overdue_max: 8, matures_to: "2026-02-30", sort: "name", colour: "red",
      }),
    ).toEqual({});
  });
  it("does not write the order that is meant without saying so", () => {
    expect(readLoansSearch({ sort: "-overdue" })).toEqual({});
    expect(readLoansSearch({ sort: "arrears" })).toEqual({ sort: "arrears" });
  });
});

describe("a question", () => {
  it("is asked of the API with lists and without what is not set", () => {
    expect(queryOf({ bucket: "M2", tag: [1, 2], stale: false, overdue_min: 5, sort: "dpd" })).toEqual({
      bucket: ["M2"], tag: [1, 2], stale: false, overdue_min: 5, sort: "dpd",
    });
  });
  it("is the same whatever the order of its values", () => {
    expect(sameQuestion({ bucket: ["M3", "M2"], stale: true }, { stale: true, bucket: ["M2", "M3"] })).toBe(true);
    expect(sameQuestion({ bucket: "M2" }, { bucket: ["M2"] })).toBe(true);
    expect(sameQuestion({ bucket: "M2" }, { bucket: "M2", sort: "dpd" })).toBe(false);
  });
  it("has filters and an order", () => {
    expect(filtersOf({ bucket: "M2", sort: "dpd" })).toEqual({ bucket: "M2" });
    expect(sortOf({})).toEqual({ field: "arrears", descending: true });
    expect(sortOf({ sort: "matures" })).toEqual({ field: "matures", descending: false });
  });
});

describe("a click on a header", () => {
  it("asks for the largest first, then for the smallest", () => {
    expect(sortAfterClick({}, "dpd")).toBe("-dpd");
    expect(sortAfterClick({ sort: "-dpd" }, "dpd")).toBe("dpd");
    expect(sortAfterClick({ sort: "dpd" }, "dpd")).toBe("-dpd");
  });
  it("leaves the default order unsaid", () => {
    expect(sortAfterClick({ sort: "dpd" }, "arrears")).toBeUndefined();
    expect(sortAfterClick({}, "arrears")).toBe("arrears");
  });
});
