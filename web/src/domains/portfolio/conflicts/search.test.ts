import { describe, expect, it } from "vitest";

import { readConflictsSearch } from "./search";

describe("the address of the conflicts", () => {
  it("keeps view, states, kinds and row", () => {
    const findings = { view: "findings", state: "closed", code: "phone.shared", at: 12 };
    expect(readConflictsSearch(findings)).toEqual(findings);
    const conflicts = { conflicts: "decided", field: "phone", at: 3 };
    expect(readConflictsSearch(conflicts)).toEqual(conflicts);
    const merges = { view: "merges", merges: "apart", evidence: "identity_number", at: 4 };
    expect(readConflictsSearch(merges)).toEqual(merges);
  });

  it("leaves out what is so anyway", () => {
    expect(readConflictsSearch({ state: "open", conflicts: "open", view: "conflicts" })).toEqual({});
  });

  it.each([{ state: "gone" }, { code: "phone" }, { at: "12" }, { at: -1 }, { at: 1.5 }, { view: 1 }, { field: "name" }, { conflicts: "gone" }, { merges: "gone" }, { evidence: "name" }, {}])(
    "leaves out what it does not know: %o",
    (raw) => {
      expect(readConflictsSearch(raw)).toEqual({});
    },
  );
});
