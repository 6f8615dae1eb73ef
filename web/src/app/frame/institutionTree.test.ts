import { describe, expect, it } from "vitest";

import { institutionTree } from "./institutionTree";
import type { Institution } from "@/shared/api/shapes";

function institution(id: number, parent_id: number | null): Institution {
  return { id, parent_id, code: `I${id}`, kind: "branch", name_zh: `机构${id}`, name_en: `Institution ${id}` };
}

describe("institutionTree", () => {
  it("hangs every institution under its parent", () => {
    const tree = institutionTree([institution(1, null), institution(2, 1), institution(3, 2)], "en");
    expect(tree).toHaveLength(1);
    expect(tree[0]?.children[0]?.children[0]?.title).toBe("Institution 3");
  });
  it("makes a root of a node whose parent the user may not see", () => {
    const tree = institutionTree([institution(2, 1), institution(3, 2)], "zh");
    expect(tree.map((node) => node.value)).toEqual([2]);
    expect(tree[0]?.title).toBe("机构2");
  });
});
