import { useNavigate, useSearch } from "@tanstack/react-router";
import { TreeSelect } from "antd";

import { institutionTree } from "./institutionTree";
import { useFrameText } from "../text";
import { useInstitutions } from "@/shared/api/reference";
import { useLanguage } from "@/shared/i18n/text";

/** Narrows the figures to an institution of the user's subtree; kept in the address. */
export function InstitutionSwitch() {
  const text = useFrameText();
  const { language } = useLanguage();
  const institutions = useInstitutions();
  const navigate = useNavigate({ from: "/overview" });
  const chosen = useSearch({ from: "/overview", shouldThrow: false })?.institution;
  const tree = institutionTree(institutions.data ?? [], language);
  const choose = (id: number | undefined) =>
    void navigate({ to: "/overview", search: (before) => ({ ...before, institution: id }) });
  return (
    <TreeSelect
      aria-label={text.institution}
      style={{ width: 220 }}
      showSearch={{ treeNodeFilterProp: "title" }}
      allowClear
      treeDefaultExpandedKeys={tree.map((root) => root.value)}
      popupMatchSelectWidth={320}
      placeholder={text.wholeScope}
      loading={institutions.isPending}
      key={tree.length}
      treeData={tree}
      value={chosen}
      onChange={choose}
    />
  );
}
