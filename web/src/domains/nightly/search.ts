/** The state of the nights page that stands in its address. */
export interface NightsSearch {
  /** Run shown beside the list; the newest when absent. */
  run?: string;
  /** Feed whose rejects are listed; all when absent. */
  feed?: string;
}

/** Reads the address; whatever is not understood is left out. */
export function readNightsSearch(raw: Record<string, unknown>): NightsSearch {
  const search: NightsSearch = {};
  if (typeof raw["run"] === "string" && raw["run"] !== "") search.run = raw["run"];
  if (typeof raw["feed"] === "string" && raw["feed"] !== "") search.feed = raw["feed"];
  return search;
}
