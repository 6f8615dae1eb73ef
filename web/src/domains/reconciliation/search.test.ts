import { describe, expect, it } from "vitest";

import { readReconciliationSearch } from "./search";

describe("the address of the reconciliation", () => {
  it("keeps what it understands", () => {
    const search = {
      as_of: "2025-06-08", product: "NH01", component: "penalty", show: "held", age: 3, at: "J8:days_principal",
    };
    expect(readReconciliationSearch(search)).toEqual(search);
  });

  it("reads the code of a product that is a number", () => {
    expect(readReconciliationSearch({ product: 1001 })).toEqual({ product: "1001" });
  });

  it.each([
    { as_of: "2025-02-30" }, { product: "" }, { component: "fees" }, { show: "open" }, { show: "mine" }, { age: 0 },
    { age: 1.5 }, { age: "3" }, { at: "J8" }, { at: "a:b:c" }, { run: "x" },
  ])("leaves out what it does not understand: %o", (raw) => {
    expect(readReconciliationSearch(raw)).toEqual({});
  });
});
