import { describe, expect, it } from "vitest";

import { readOverviewSearch } from "./search";

describe("readOverviewSearch", () => {
  it("keeps what it understands", () => {
    const search = { as_of: "2018-06-15", institution: 3, product: "debt-36", basis: "amount", m0: true };
    expect(readOverviewSearch(search)).toEqual(search);
  });
  it("leaves out what is no day, institution, product or basis", () => {
    for (const as_of of ["2018-13-45", "2018-02-30", "today", 20180615]) {
      expect(readOverviewSearch({ as_of, institution: "x", product: "", basis: "x", m0: "yes" })).toEqual({});
    }
  });
});
