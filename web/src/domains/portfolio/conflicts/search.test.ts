import { describe, expect, it } from "vitest";

import { readConflictsSearch } from "./search";

describe("the address of the conflicts", () => {
  it("keeps state, kind and row", () => {
    const shown = { state: "closed", code: "phone.shared", at: 12 };
    expect(readConflictsSearch(shown)).toEqual(shown);
  });

  it("leaves out what is so anyway", () => {
    expect(readConflictsSearch({ state: "open" })).toEqual({});
  });

  it.each([{ state: "gone" }, { code: "phone" }, { at: "12" }, { at: -1 }, { at: 1.5 }, { view: 1 }, {}])(
    "leaves out what it does not know: %o",
    (raw) => {
      expect(readConflictsSearch(raw)).toEqual({});
    },
  );
});
