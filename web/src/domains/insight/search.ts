import dayjs from "dayjs";

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

const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Whether the text is a day of the calendar: 2018-02-30 is not. */
function isDay(text: string): boolean {
  return ISO_DATE.test(text) && dayjs(text).format("YYYY-MM-DD") === text;
}

/** Reads the address; whatever is not understood is left out rather than failing the page. */
export function readOverviewSearch(raw: Record<string, unknown>): OverviewSearch {
  const search: OverviewSearch = {};
  if (typeof raw["as_of"] === "string" && isDay(raw["as_of"])) search.as_of = raw["as_of"];
  if (typeof raw["institution"] === "number" && Number.isInteger(raw["institution"])) {
    search.institution = raw["institution"];
  }
  if (typeof raw["product"] === "string" && raw["product"] !== "") search.product = raw["product"];
  if (raw["basis"] === "amount") search.basis = "amount";
  if (raw["m0"] === true) search.m0 = true;
  return search;
}
