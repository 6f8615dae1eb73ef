import { readDay } from "@/shared/format/dates";

/** What the roll table counts by. */
export type RollBasis = "count" | "amount";

/** The state of the overview that stands in its address. */
export interface OverviewSearch {
  /** Business date; the newest when absent. */
  as_of?: string;
  /** Institution id; the user's whole subtree when absent. */
  institution?: number;
  product?: string;
  basis?: RollBasis;
  /** Whether the bucket chart draws M0, which dwarfs the overdue buckets. */
  m0?: boolean;
}

/** What the page and its parts get: the address, and how to change it. */
export interface OverviewProps {
  search: OverviewSearch;
  onSearch: (change: Partial<OverviewSearch>) => void;
  /** Opens the list of loans in the same scope; absent without the right to see it. */
  onDrill?: (drill: Drill) => void;
}

/** What a chart is clicked for: the notes of a bucket or class. */
export interface Drill {
  bucket?: string;
  class?: string;
}

/** Whether the list behind a figure can be shown: it knows the latest business date and no other. */
export interface DrillProps {
  onDrill: ((drill: Drill) => void) | undefined;
}

/** Reads the address; whatever is not understood is left out rather than failing the page. */
export function readOverviewSearch(raw: Record<string, unknown>): OverviewSearch {
  const search: OverviewSearch = {};
  const asOf = readDay(raw["as_of"]);
  if (asOf !== undefined) search.as_of = asOf;
  if (typeof raw["institution"] === "number" && Number.isInteger(raw["institution"])) {
    search.institution = raw["institution"];
  }
  if (typeof raw["product"] === "string" && raw["product"] !== "") search.product = raw["product"];
  if (raw["basis"] === "amount") search.basis = "amount";
  if (raw["m0"] === true) search.m0 = true;
  return search;
}
