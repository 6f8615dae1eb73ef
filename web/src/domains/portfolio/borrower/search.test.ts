import { expect, test } from "vitest";

import { readBorrowerSearch } from "./search";

test("address of a borrower keeps what it understands and leaves the rest out", () => {
  expect(readBorrowerSearch({ note: "N1", tab: "contacts", as_of: "2018-06-05", explain: true })).toEqual({
    note: "N1", tab: "contacts", as_of: "2018-06-05", explain: true,
  });
  expect(readBorrowerSearch({ note: 77, tab: "other", as_of: "2018-02-30", explain: "yes" })).toEqual({ note: "77" });
  expect(readBorrowerSearch({ tab: "overall", pay: 1000.5, pay_for: 77 })).toEqual({
    tab: "overall", pay: "1000.5", pay_for: "77",
  });
  expect(readBorrowerSearch({ pay: "1e9", pay_for: "" })).toEqual({});
  expect(readBorrowerSearch({ note: "", tab: "loan", as_of: 2018 })).toEqual({});
});
