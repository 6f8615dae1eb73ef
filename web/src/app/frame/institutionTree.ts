import type { Institution } from "@/shared/api/shapes";
import { localName, type Language } from "@/shared/i18n/language";

export interface TreeNode {
  value: number;
  title: string;
  children: TreeNode[];
}

/**
 * The flat list of institutions as a tree. A node whose parent is outside the user's subtree is a root;
 * the order of the list is kept.
 */
export function institutionTree(list: Institution[], language: Language): TreeNode[] {
  const nodes = new Map<number, TreeNode>();
  for (const item of list) {
    nodes.set(item.id, { value: item.id, title: localName(language, item), children: [] });
  }
  const roots: TreeNode[] = [];
  for (const item of list) {
    const node = nodes.get(item.id);
    if (node === undefined) continue;
    const parent = item.parent_id === null ? undefined : nodes.get(item.parent_id);
    (parent?.children ?? roots).push(node);
  }
  return roots;
}
