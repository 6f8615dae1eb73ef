export const FINDING_STATES = ["open", "explained", "closed"] as const;
export const FINDING_CODES = [
  "identity.checksum", "identity.birth_date", "identity.form", "credit_code.checksum", "credit_code.form",
  "phone.shared",
] as const;

export type FindingState = (typeof FINDING_STATES)[number];
export type FindingCode = (typeof FINDING_CODES)[number];

/** The state of the page of conflicts that stands in its address. */
export interface ConflictsSearch {
  /** Open when absent. */
  state?: FindingState;
  /** All kinds when absent. */
  code?: FindingCode;
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
  const at = raw["at"];
  if (state !== undefined && state !== "open") search.state = state;
  if (code !== undefined) search.code = code;
  if (typeof at === "number" && Number.isInteger(at) && at > 0) search.at = at;
  return search;
}
