import { describe, expect, it } from "vitest";

import { bucketColour, BUCKET_ORDER, classColour, TOKENS, tokenVariable, type ThemeName } from "./tokens";

/** Relative luminance of WCAG 2.2 of "#rrggbb". */
function luminance(colour: string): number {
  const channels = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const [red = 0, green = 0, blue = 0] = channels;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const THEMES: ThemeName[] = ["light", "dark"];

describe.each(THEMES)("the %s theme", (theme) => {
  const tokens = TOKENS[theme];

  it.each(["text", "textSecondary", "placeholder", "accent", "good", "warn", "bad"] as const)(
    "reads %s on every ground at 4.5:1",
    (name) => {
      for (const ground of [tokens.surface, tokens.page, tokens.sunken]) {
        expect(contrast(tokens[name], ground)).toBeGreaterThanOrEqual(4.5);
      }
    },
  );

  it.each([
    ["good", "goodSoft"],
    ["warn", "warnSoft"],
    ["bad", "badSoft"],
    ["accent", "accentSoft"],
  ] as const)("reads %s on its own soft ground", (name, soft) => {
    expect(contrast(tokens[name], tokens[soft])).toBeGreaterThanOrEqual(4.5);
  });

  it("darkens the overdue buckets step by step", () => {
    const scale = BUCKET_ORDER.slice(1).map((bucket) => luminance(bucketColour(bucket, theme)));
    expect(scale).toEqual([...scale].sort((a, b) => b - a));
  });
});

describe("colours by name", () => {
  it("gives an unknown bucket the neutral colour", () => {
    expect(bucketColour("M9", "light")).toBe(bucketColour("M0", "light"));
  });
  it("gives loss the colour of the last bucket", () => {
    expect(classColour("loss", "dark")).toBe(bucketColour("M7+", "dark"));
  });
  it("writes token names as CSS variables", () => {
    expect(tokenVariable("textSecondary")).toBe("--hk-text-secondary");
  });
});
