/** The state of the monthly roll table that stands in its address. */
export interface MonthlyRollSearch {
  /** First month, as YYYY-MM; the first that is known when absent. */
  from?: string;
  /** Last month. */
  to?: string;
}

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** Reads the address; whatever is not understood is left out rather than failing the page. */
export function readMonthlyRollSearch(raw: Record<string, unknown>): MonthlyRollSearch {
  const search: MonthlyRollSearch = {};
  if (typeof raw["from"] === "string" && MONTH.test(raw["from"])) search.from = raw["from"];
  if (typeof raw["to"] === "string" && MONTH.test(raw["to"])) search.to = raw["to"];
  return search;
}
