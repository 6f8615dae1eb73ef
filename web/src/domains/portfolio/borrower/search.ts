import { readDay } from "@/shared/format/dates";

/** The parts of the page that stand beside the list of notes. */
export const TABS = ["loan", "schedule", "overall", "contacts", "security", "relations", "timeline"] as const;
export type Tab = (typeof TABS)[number];

/** The state of a borrower's page that stands in its address. */
export interface BorrowerSearch {
  /** Note that is looked at; the latest one past due when absent. */
  note?: string;
  tab?: Tab;
  /** Business date; the newest when absent. */
  as_of?: string;
  /** Whether the explanation of the note is open. */
  explain?: boolean;
  /** Amount of a payment to be previewed, as decimal text. */
  pay?: string;
  /** Note that the customer designates for it. */
  pay_for?: string;
}

/** Reads the address; whatever is not understood is left out. Keys of digits arrive as numbers. */
export function readBorrowerSearch(raw: Record<string, unknown>): BorrowerSearch {
  const search: BorrowerSearch = {};
  const note = readKey(raw["note"]);
  if (note !== undefined) search.note = note;
  const tab = TABS.find((known) => known === raw["tab"]);
  if (tab !== undefined && tab !== "loan") search.tab = tab;
  const asOf = readDay(raw["as_of"]);
  if (asOf !== undefined) search.as_of = asOf;
  if (raw["explain"] === true) search.explain = true;
  const pay = readKey(raw["pay"]);
  if (pay !== undefined && AMOUNT.test(pay)) search.pay = pay;
  const payFor = readKey(raw["pay_for"]);
  if (payFor !== undefined) search.pay_for = payFor;
  return search;
}

const AMOUNT = /^[0-9]{1,13}(\.[0-9]{1,4})?$/;

function readKey(value: unknown): string | undefined {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && text !== "" ? text : undefined;
}
