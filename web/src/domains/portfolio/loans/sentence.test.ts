import { describe, expect, it } from "vitest";

import { fieldsOf, sentenceOf, without, type Names } from "./sentence";
import { LOANS_WORDS } from "./text";

const names: Names = {
  institution: (id) => `机构${id}`,
  product: (code) => ({ P1: "消费贷" })[code] ?? code,
  officer: (code) => ({ E1: "张三", E2: "李四" })[code] ?? code,
  branch: (code) => code,
  tag: (id) => ({ 1: "回访" })[id] ?? String(id),
  minorDigits: 2,
  unit: "元",
};

describe("the sentence of the filters", () => {
  it("reads in Chinese", () => {
    const say = (search: object) => sentenceOf(search, LOANS_WORDS.zh, names);
    expect(say({ bucket: ["M2", "M3"], officer: "E1", overdue_min: 500_000 })).toBe(
      "M2 或 M3 的借据，管户 张三，逾期金额 ≥ 5,000 元",
    );
    expect(say({})).toBe("全部逾期借据");
    expect(say({ dpd_min: 31, dpd_max: 60, officer: ["", "E2"] })).toBe("全部逾期借据，管户 未分配 或 李四，逾期天数 31–60 天");
    expect(say({ matures_to: "2026-01-31", stale: true })).toBe("全部逾期借据，到期日 不晚于 2026-01-31，未随最近下发更新");
    expect(say({ bucket: "settled", tag: 1 })).toBe("结清 的借据，标签 回访");
  });
  it("reads in English", () => {
    const say = (search: object) => sentenceOf(search, LOANS_WORDS.en, { ...names, unit: "CNY" });
    expect(say({ bucket: ["M2", "M3"], officer: "E1", overdue_min: 500_050 })).toBe(
      "Notes in M2 or M3, Officer 张三, Overdue ≥ 5,000.50 CNY",
    );
    expect(say({ product: "P1" })).toBe("All notes in arrears, Product 消费贷");
    expect(say({ matures_from: "2026-01-01", matures_to: "2026-01-31", core_differs: false })).toBe(
      "All notes in arrears, Maturity 2026-01-01 to 2026-01-31, core agrees",
    );
  });
  it("says how many values it does not name", () => {
    expect(sentenceOf({ region: ["1", "2", "3", "4"] }, LOANS_WORDS.zh, names)).toBe("全部逾期借据，地区 1 或 2 或 3 等 4 项");
  });
});

describe("a dimension", () => {
  it("knows its fields and how to be removed", () => {
    expect(fieldsOf("overdue")).toEqual(["overdue_min", "overdue_max"]);
    expect(without("matures")).toEqual({ matures_from: undefined, matures_to: undefined });
    expect(without("class")).toEqual({ class: undefined });
  });
});
