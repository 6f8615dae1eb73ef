import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

describe("reason texts", () => {
  it("have every code in both languages", () => {
    const source = readFileSync(new URL("./reasonText.ts", import.meta.url), "utf8");
    const [chinese = "", english = ""] = source.split("  en: {");
    const codes = (half: string) => [...half.matchAll(/^ {4}"?([a-z_.]+)"?: "/gm)].map((match) => match[1]);
    expect(codes(english).length).toBeGreaterThan(40);
    expect(codes(english)).toEqual(codes(chinese));
  });
});
