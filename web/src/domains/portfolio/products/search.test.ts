import { describe, expect, it } from "vitest";

import { readProductsSearch } from "./search";

describe("the address of the products", () => {
  it("keeps the code of a product", () => {
    expect(readProductsSearch({ at: "us_instalment" })).toEqual({ at: "us_instalment" });
  });

  it.each([{ at: "" }, { at: "Mortgage" }, { at: 3 }, { at: "a b" }, { code: "mortgage" }, {}])(
    "leaves out what is no code: %o",
    (raw) => {
      expect(readProductsSearch(raw)).toEqual({});
    },
  );
});
