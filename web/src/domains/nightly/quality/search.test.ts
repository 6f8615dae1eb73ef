import { describe, expect, it } from "vitest";

import { readFeedQualitySearch, readQualitySearch } from "./search";

describe("address of data quality", () => {
  it("keeps a feed and a field", () => {
    expect(readQualitySearch({ at: "note" })).toEqual({ at: "note" });
    expect(readFeedQualitySearch({ field: "annual_rate_pct" })).toEqual({ field: "annual_rate_pct" });
  });
  it("leaves out what is not a name", () => {
    for (const wrong of ["", "Note", "a b", 7, null, ["note"], "x".repeat(50)]) {
      expect(readQualitySearch({ at: wrong })).toEqual({});
      expect(readFeedQualitySearch({ field: wrong })).toEqual({});
    }
  });
});
