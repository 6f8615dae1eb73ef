import { readDay } from "@/shared/format/dates";

/** The parts of the page that stand beside the list of notes. */
export const TABS = ["loan", "schedule", "contacts", "security", "relations", "timeline"] as const;
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
}

/** Reads the address; whatever is not understood is left out. Keys of digits arrive as numbers. */
export function readBorrowerSearch(raw: Record<string, unknown>): BorrowerSearch {
  const search: BorrowerSearch = {};
  const note = typeof raw["note"] === "number" ? String(raw["note"]) : raw["note"];
  if (typeof note === "string" && note !== "") search.note = note;
  const tab = TABS.find((known) => known === raw["tab"]);
  if (tab !== undefined && tab !== "loan") search.tab = tab;
  const asOf = readDay(raw["as_of"]);
  if (asOf !== undefined) search.as_of = asOf;
  if (raw["explain"] === true) search.explain = true;
  return search;
}
