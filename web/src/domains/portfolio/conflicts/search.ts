export const FINDING_STATES = ["open", "explained", "closed"] as const;
export const FINDING_CODES = [
  "identity.checksum", "identity.birth_date", "identity.form", "credit_code.checksum", "credit_code.form",
  "phone.shared",
] as const;

export const CONFLICT_STATES = ["open", "decided", "closed"] as const;
export const CONFLICT_FIELDS = ["identity_number", "phone", "address", "monthly_income"] as const;

export const MERGE_STATES = ["open", "merged", "apart", "closed"] as const;
export const EVIDENCE = ["identity_number", "name_birth_phone"] as const;

export type MergeState = (typeof MERGE_STATES)[number];
export type Evidence = (typeof EVIDENCE)[number];
export type ConflictState = (typeof CONFLICT_STATES)[number];
export type ConflictField = (typeof CONFLICT_FIELDS)[number];
export type FindingState = (typeof FINDING_STATES)[number];
export type FindingCode = (typeof FINDING_CODES)[number];

/** The state of the page of conflicts that stands in its address. */
export interface ConflictsSearch {
  /** Contradicting sources when absent. */
  view?: "findings" | "merges";
  /** Of findings; open when absent. */
  state?: FindingState;
  /** Of findings; all kinds when absent. */
  code?: FindingCode;
  /** Of conflicts; open when absent. */
  conflicts?: ConflictState;
  /** Of conflicts; all fields when absent. */
  field?: ConflictField;
  /** Of keys that may be one person; open when absent. */
  merges?: MergeState;
  /** Of keys that may be one person; any evidence when absent. */
  evidence?: Evidence;
  /** Row shown beside the list; the first when absent. */
  at?: number;
}

function among<T extends string>(known: readonly T[], value: unknown): T | undefined {
  return known.find((one) => one === value);
}

/** Reads the address; whatever is not understood is left out. */
export function readConflictsSearch(raw: Record<string, unknown>): ConflictsSearch {
  const search: ConflictsSearch = {};
  const state = among(FINDING_STATES, raw["state"]);
  const code = among(FINDING_CODES, raw["code"]);
  const conflicts = among(CONFLICT_STATES, raw["conflicts"]);
  const field = among(CONFLICT_FIELDS, raw["field"]);
  const at = raw["at"];
  const view = among(["findings", "merges"] as const, raw["view"]);
  const merges = among(MERGE_STATES, raw["merges"]);
  const evidence = among(EVIDENCE, raw["evidence"]);
  if (view !== undefined) search.view = view;
  if (state !== undefined && state !== "open") search.state = state;
  if (code !== undefined) search.code = code;
  if (conflicts !== undefined && conflicts !== "open") search.conflicts = conflicts;
  if (field !== undefined) search.field = field;
  if (merges !== undefined && merges !== "open") search.merges = merges;
  if (evidence !== undefined) search.evidence = evidence;
  if (typeof at === "number" && Number.isInteger(at) && at > 0) search.at = at;
  return search;
}
