import { describe, expect, it } from "vitest";

import { csvText } from "./csv";

describe("csvText", () => {
  it("starts with a byte-order mark and ends every line with CRLF", () => {
    expect(csvText(["bucket", "notes"], [["M1", 143]])).toBe("\uFEFFbucket,notes\r\nM1,143\r\n");
  });
  it("quotes separators, quotes and line breaks", () => {
    expect(csvText(["a"], [['x,"y"\n']])).toBe('\uFEFFa\r\n"x,""y""\n"\r\n');
  });
  it("disarms cells that a spreadsheet would run, and leaves negative numbers alone", () => {
    expect(csvText(["a"], [["=1+1"], ["@x"], ["-12.50"], [-3], [null]])).toBe(
      "\uFEFFa\r\n'=1+1\r\n'@x\r\n-12.50\r\n-3\r\n\r\n",
    );
  });
});
