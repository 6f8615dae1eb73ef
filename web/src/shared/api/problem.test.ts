import { describe, expect, it } from "vitest";

import { ApiProblem, isSignedOut, problemFacts, readProblem } from "./problem";

describe("readProblem", () => {
  it("reads problem JSON", () => {
    const problem = readProblem(404, { code: "overview.no_night", detail: "Nothing is published.", reference: "r-1" });
    expect(problem.facts).toEqual({
      status: 404,
      code: "overview.no_night",
      detail: "Nothing is published.",
      reference: "r-1",
    });
  });
  it("gives a code also to an answer that is no problem JSON", () => {
    expect(readProblem(502, "<html>").facts.code).toBe("http.502");
    expect(readProblem(500, undefined).facts.reference).toBe("");
  });
});

describe("what a thrown value says", () => {
  it("knows an ended session by its status only", () => {
    expect(isSignedOut(readProblem(401, {}))).toBe(true);
    expect(isSignedOut(readProblem(403, {}))).toBe(false);
    expect(isSignedOut(new Error("401"))).toBe(false);
  });
  it("takes any other error as a fault of the page", () => {
    expect(problemFacts(new TypeError("x is undefined")).code).toBe("page.fault");
    expect(problemFacts(new ApiProblem({ status: 0, code: "network.unreachable", detail: "", reference: "" })).code).toBe(
      "network.unreachable",
    );
  });
});
