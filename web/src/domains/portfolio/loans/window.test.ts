import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { COLUMNS, workbookColumns } from "./columns";
import { readLayout } from "./useColumns";
import { rowWindow, scrollTo } from "./window";

describe("rowWindow", () => {
  it("draws what is in sight and some rows beside it", () => {
    expect(rowWindow(0, 340, 34, 1000)).toEqual({ first: 0, end: 22 });
    expect(rowWindow(3400, 340, 34, 1000)).toEqual({ first: 88, end: 122 });
  });
  it("never leaves the list", () => {
    expect(rowWindow(0, 340, 34, 3)).toEqual({ first: 0, end: 3 });
    expect(rowWindow(99_999, 340, 34, 5)).toEqual({ first: 5, end: 5 });
    expect(rowWindow(0, 340, 34, 0)).toEqual({ first: 0, end: 0 });
  });
});

describe("scrollTo", () => {
  it("moves only as far as the row needs", () => {
    expect(scrollTo(3, 0, 340, 34, 34)).toBe(0);
    expect(scrollTo(9, 0, 340, 34, 34)).toBe(34);
    expect(scrollTo(2, 340, 340, 34, 34)).toBe(68);
  });
});

describe("readLayout", () => {
  it("keeps known columns and sensible widths", () => {
    const stored = JSON.stringify({ shown: ["dpd", "gone"], widths: { dpd: 200, note_id: 4, tags: 9999 } });
    expect(readLayout(stored)).toEqual({ shown: ["dpd"], widths: { dpd: 200 } });
  });
  it("falls back to the default", () => {
    expect(readLayout(null).shown.length).toBeGreaterThan(5);
    expect(readLayout("{broken").widths).toEqual({});
    expect(readLayout(JSON.stringify({ shown: [] })).shown).toContain("arrears");
  });
});

describe("workbookColumns", () => {
  it("names columns that an export has, each once", () => {
    const offered = readFileSync(new URL("../../../../../src/huikuan/portfolio/exports/columns.py", import.meta.url), "utf8");
    const wanted = workbookColumns(COLUMNS);
    expect(wanted.filter((key) => !offered.includes(`"${key}"`))).toEqual([]);
    expect(new Set(wanted).size).toBe(wanted.length);
  });
});
