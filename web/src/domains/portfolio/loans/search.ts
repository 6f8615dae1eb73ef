import { readDay } from "@/shared/format/dates";
import { BUCKET_ORDER, CLASS_ORDER } from "@/shared/theme/tokens";

/** Buckets that a note on the desk can have, in order; the last two have left the scale of days. */
export const BUCKETS = [...BUCKET_ORDER, "charged_off", "settled"] as const;
export const PARTY_KINDS = ["person", "enterprise"] as const;
export const SECURED = ["none", "guarantee", "collateral", "both"] as const;
export const FAILURES = ["none", "insufficient", "frozen", "closed", "other"] as const;
export const SORTS = ["dpd", "arrears", "balance", "matures", "note"] as const;

export type Sort = (typeof SORTS)[number];
export type SortText = Sort | `-${Sort}`;
export const DEFAULT_SORT: SortText = "-arrears";

/** One value stands plainly in the address, several as a list. */
export type Many<T> = T | T[];

/** The state of the list that stands in its address; the names are those of the API and of saved views. */
export interface LoansSearch {
  institution?: Many<number>;
  product?: Many<string>;
  bucket?: Many<(typeof BUCKETS)[number]>;
  class?: Many<(typeof CLASS_ORDER)[number]>;
  /** Codes; an empty text stands for notes without a managing officer. */
  officer?: Many<string>;
  department?: Many<string>;
  region?: Many<string>;
  party_kind?: Many<(typeof PARTY_KINDS)[number]>;
  secured?: Many<(typeof SECURED)[number]>;
  core_class?: Many<(typeof CLASS_ORDER)[number] | "">;
  last_failure?: Many<(typeof FAILURES)[number] | "">;
  tag?: Many<number>;
  stale?: boolean;
  core_differs?: boolean;
  dpd_min?: number;
  dpd_max?: number;
  /** Minor units, as everywhere. */
  overdue_min?: number;
  overdue_max?: number;
  balance_min?: number;
  balance_max?: number;
  matures_from?: string;
  matures_to?: string;
  sort?: SortText;
}

/** The values of a filter that may be repeated. */
export function listOf<T>(value: Many<T> | undefined): T[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

/** The shortest way to write several values: none is absent, one stands alone. */
export function manyOf<T>(values: T[]): Many<T> | undefined {
  return values.length > 1 ? values : values[0];
}

type Reader = (value: unknown) => string | number | undefined;

const oneOf =
  (...allowed: string[]): Reader =>
  (value) =>
    typeof value === "string" && allowed.includes(value) ? value : undefined;
/** A code of digits reads as a number in an address that somebody typed. */
const text: Reader = (value) =>
  typeof value === "number" ? String(value) : typeof value === "string" && value.length <= 64 ? value : undefined;
const named: Reader = (value) => (text(value) === "" ? undefined : text(value));
const key: Reader = (value) => (typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined);

const LISTS: Record<string, Reader> = {
  institution: key,
  product: named,
  bucket: oneOf(...BUCKETS),
  class: oneOf(...CLASS_ORDER),
  officer: text,
  department: text,
  region: text,
  party_kind: oneOf(...PARTY_KINDS),
  secured: oneOf(...SECURED),
  core_class: oneOf(...CLASS_ORDER, ""),
  last_failure: oneOf(...FAILURES, ""),
  tag: key,
};
const FLAGS = ["stale", "core_differs"];
const LEAST_AND_MOST = ["dpd", "overdue", "balance"];

function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** Both ends of a range, or neither end that the other contradicts. */
function range<T extends string | number>(low: T | undefined, high: T | undefined): [T | undefined, T | undefined] {
  return low !== undefined && high !== undefined && low > high ? [undefined, undefined] : [low, high];
}

/** Reads the address; whatever is not understood is left out rather than failing the page. */
export function readLoansSearch(raw: Record<string, unknown>): LoansSearch {
  const search: Record<string, unknown> = {};
  for (const [name, read] of Object.entries(LISTS)) {
    const values = listOf(raw[name]).map(read).filter((value) => value !== undefined);
    search[name] = manyOf([...new Set(values)]);
  }
  for (const name of FLAGS) if (typeof raw[name] === "boolean") search[name] = raw[name];
  for (const name of LEAST_AND_MOST) {
    [search[`${name}_min`], search[`${name}_max`]] = range(count(raw[`${name}_min`]), count(raw[`${name}_max`]));
  }
  [search["matures_from"], search["matures_to"]] = range(readDay(raw["matures_from"]), readDay(raw["matures_to"]));
  const sort = String(raw["sort"] ?? "");
  if (sort !== DEFAULT_SORT && (SORTS as readonly string[]).includes(sort.replace(/^-/, ""))) search["sort"] = sort;
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

/** The filters without the order: what the sums are asked for, and what a saved view is compared by. */
export function filtersOf(search: LoansSearch): Omit<LoansSearch, "sort"> {
  return { ...search, sort: undefined } as Omit<LoansSearch, "sort">;
}

/** The same question as another, however it is spelled. */
export function sameQuestion(one: LoansSearch, other: LoansSearch): boolean {
  const spelled = (search: LoansSearch) =>
    JSON.stringify(
      Object.entries(readLoansSearch(search as Record<string, unknown>))
        .map(([name, value]) => [name, Array.isArray(value) ? [...value].sort() : value])
        .sort(),
    );
  return spelled(one) === spelled(other);
}

/** The address form as the API takes it: every repeated filter a list. */
export function queryOf(search: LoansSearch): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(readLoansSearch(search as Record<string, unknown>)).map(([name, value]) => [
      name,
      name in LISTS ? listOf(value) : value,
    ]),
  );
}

/** The order as field and direction. */
export function sortOf(search: LoansSearch): { field: Sort; descending: boolean } {
  const sort = search.sort ?? DEFAULT_SORT;
  return { field: sort.replace(/^-/, "") as Sort, descending: sort.startsWith("-") };
}

/** What a click on the header of a column asks for: largest first, then smallest first. */
export function sortAfterClick(search: LoansSearch, field: Sort): SortText | undefined {
  const now = sortOf(search);
  const next: SortText = now.field === field && now.descending ? field : `-${field}`;
  return next === DEFAULT_SORT ? undefined : next;
}
