import { describe, expect, it } from "vitest";

import { groupHits, hitNumber, stepPlace } from "./hits";
import type { SearchHit } from "./searchQuery";

function aHit(change: Partial<SearchHit>): SearchHit {
  return {
    kind: "party",
    party_id: "P1",
    name: "张*生",
    party_kind: "person",
    contract_id: null,
    note_id: null,
    matched: "name",
    institution_code: null,
    dpd: null,
    bucket: null,
    ...change,
  };
}

describe("groupHits", () => {
  it("numbers the rows through all groups, whatever the order of the answer", () => {
    const groups = groupHits([
      aHit({ kind: "note", note_id: "N1" }),
      aHit({ party_id: "P1" }),
      aHit({ kind: "contract", contract_id: "C1" }),
      aHit({ party_id: "P2" }),
    ]);
    expect(groups.map((group) => group.kind)).toEqual(["party", "contract", "note"]);
    expect(groups.flatMap((group) => group.rows.map((row) => [hitNumber(row.hit), row.place]))).toEqual([
      ["P1", 0],
      ["P2", 1],
      ["C1", 2],
      ["N1", 3],
    ]);
  });
  it("leaves out what was not found", () => {
    expect(groupHits([])).toEqual([]);
    expect(groupHits([aHit({ kind: "note", note_id: "N1" })]).map((group) => group.kind)).toEqual(["note"]);
  });
});

describe("stepPlace", () => {
  it("goes round at both ends", () => {
    expect(stepPlace(2, 1, 3)).toBe(0);
    expect(stepPlace(0, -1, 3)).toBe(2);
    expect(stepPlace(0, 1, 3)).toBe(1);
  });
  it("stays in an empty list", () => {
    expect(stepPlace(0, 1, 0)).toBe(0);
  });
});
