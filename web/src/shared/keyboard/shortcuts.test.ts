import { describe, expect, it } from "vitest";

import { matchShortcut } from "./shortcuts";

const BOUND = ["?", "g i", "g n", "n"];

describe("matchShortcut", () => {
  it("runs a single key", () => {
    expect(matchShortcut(BOUND, null, "?")).toEqual({ run: "?", pending: null });
  });
  it("waits after the first key of a sequence", () => {
    expect(matchShortcut(BOUND, null, "g")).toEqual({ run: null, pending: "g" });
  });
  it("prefers the sequence to the single key", () => {
    expect(matchShortcut(BOUND, "g", "n")).toEqual({ run: "g n", pending: null });
    expect(matchShortcut(BOUND, null, "n")).toEqual({ run: "n", pending: null });
  });
  it("forgets a sequence that nobody bound", () => {
    expect(matchShortcut(BOUND, "g", "x")).toEqual({ run: null, pending: null });
  });
});
