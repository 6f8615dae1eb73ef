import { readDay } from "@/shared/format/dates";

/** What is compared, in the order in which it is shown. */
export const COMPONENTS = [
  "principal", "overdue_principal", "overdue_interest", "penalty", "compound", "costs_due", "days_principal",
  "days_interest", "class", "next_due_on", "next_due_amount",
] as const;
export type Component = (typeof COMPONENTS)[number];

export const SHOWN = ["open", "held", "different", "declared", "closed"] as const;
/** Which differences: all that stand, those that put a figure in question, … or those that the last night found no more. */
export type Shown = (typeof SHOWN)[number];

/** The state of the page that stands in its address. */
export interface ReconciliationSearch {
  /** Business date; the latest night when absent. */
  as_of?: string;
  product?: string;
  component?: Component;
  /** `open` when absent. */
  show?: Shown;
  /** Days since it was first seen, at least. */
  age?: number;
  /** The difference that is looked at: note and component with a colon between. */
  at?: string;
}

const AGE_MAX = 36_500;

/** Reads the address; whatever is not understood is left out. */
export function readReconciliationSearch(raw: Record<string, unknown>): ReconciliationSearch {
  const search: ReconciliationSearch = {};
  const as_of = readDay(raw["as_of"]);
  if (as_of !== undefined) search.as_of = as_of;
  const product = raw["product"];
  if (typeof product === "number" || (typeof product === "string" && product !== "")) {
    search.product = String(product).slice(0, 32);
  }
  const component = COMPONENTS.find((each) => each === raw["component"]);
  if (component !== undefined) search.component = component;
  const show = SHOWN.find((each) => each === raw["show"]);
  if (show !== undefined && show !== "open") search.show = show;
  const age = raw["age"];
  if (typeof age === "number" && Number.isInteger(age) && age > 0 && age <= AGE_MAX) search.age = age;
  const at = raw["at"];
  if (typeof at === "string" && /^[^:]{1,64}:[a-z_]{1,24}$/.test(at)) search.at = at;
  return search;
}
