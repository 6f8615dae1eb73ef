import { describe, expect, it } from "vitest";

import { grouped, inUnit, minorOf, moneySentence, moneyUnit, scaledDecimal, tableUnit, type Currency } from "./money";

const CNY: Currency = { code: "CNY", minorDigits: 2 };
const USD: Currency = { code: "USD", minorDigits: 2 };
const JPY: Currency = { code: "JPY", minorDigits: 0 };

describe("scaledDecimal", () => {
  it.each([
    [821436, 2, 2, "8214.36"],
    [5, 2, 2, "0.05"],
    [-5, 2, 2, "-0.05"],
    [0, 2, 2, "0.00"],
    [1499, 3, 0, "1"],
    [1500, 3, 0, "2"],
    [-1500, 3, 0, "-2"],
    [-499, 3, 0, "0"],
    [140700, 4, 2, "14.07"],
    [12, 0, 2, "12.00"],
  ])("%i over 10^%i with %i digits is %s", (value, exponent, digits, text) => {
    expect(scaledDecimal(value, exponent, digits)).toBe(text);
  });

  it("keeps every unit of the largest exact integer", () => {
    expect(scaledDecimal(Number.MAX_SAFE_INTEGER, 2, 2)).toBe("90071992547409.91");
  });
});

describe("minorOf", () => {
  it.each([
    ["1000", CNY, 100000],
    ["1,000.5", CNY, 100050],
    [" 0.01 ", CNY, 1],
    ["12", JPY, 12],
    ["0", CNY, null],
    ["0.001", CNY, null],
    ["1.5", JPY, null],
    ["-1", CNY, null],
    ["1e3", CNY, null],
    ["", CNY, null],
    ["1.", CNY, null],
  ])("%s in %o is %s", (typed, currency, minor) => {
    expect(minorOf(typed, currency)).toBe(minor);
  });
});

describe("grouped", () => {
  it.each([
    ["999", "999"],
    ["1000", "1,000"],
    ["-1234567.80", "-1,234,567.80"],
    ["0.1234", "0.1234"],
  ])("%s becomes %s", (plain, text) => {
    expect(grouped(plain)).toBe(text);
  });
});

describe("moneyUnit", () => {
  it.each([
    [999_999, "元"],
    [1_000_000, "万元"],
    [9_999_999_999, "万元"],
    [10_000_000_000, "亿元"],
  ])("Chinese writes sums up to %i fen in %s", (largest, label) => {
    expect(moneyUnit(largest, CNY, "zh").label).toBe(label);
  });

  it.each([
    [99_999, "USD"],
    [100_000, "USD k"],
    [100_000_000, "USD m"],
    [100_000_000_000, "USD bn"],
  ])("English writes sums up to %i cents in %s", (largest, label) => {
    expect(moneyUnit(largest, USD, "en").label).toBe(label);
  });

  it("knows a currency without minor digits", () => {
    expect(moneyUnit(123, JPY, "en")).toEqual({ exponent: 0, label: "JPY", digits: 0 });
  });
});

describe("tableUnit", () => {
  it("goes one step down when the smallest sum would vanish", () => {
    expect(tableUnit([13_589_000_000, 61_000_000], USD, "zh").label).toBe("万美元");
  });
  it("goes down one step at most", () => {
    expect(tableUnit([13_589_000_000, 120], USD, "en").label).toBe("USD k");
  });
  it("stays when all sums are of one size", () => {
    expect(tableUnit([13_589_000_000, 12_000_000_000, 0], USD, "zh").label).toBe("亿美元");
  });
  it("has a unit also for nothing", () => {
    expect(tableUnit([0, 0], USD, "en").label).toBe("USD");
  });
});

describe("sentences", () => {
  it("writes the unit where the language has it", () => {
    expect(moneySentence(14_018_000_000, USD, "zh")).toBe("1.40 亿美元");
    expect(moneySentence(14_018_000_000, USD, "en")).toBe("USD 140.18m");
    expect(moneySentence(1_250, USD, "en")).toBe("USD 12.50");
  });
  it("leaves the unit to the header", () => {
    expect(inUnit(821_436_00, moneyUnit(821_436_00, CNY, "zh"))).toBe("82.14");
  });
});
