/** The state of the table of feeds that stands in its address. */
export interface QualitySearch {
  /** Feed under the cursor; none when absent. */
  at?: string;
}

/** The state of a feed's page that stands in its address. */
export interface FeedQualitySearch {
  /** Field whose values are shown beside the table; the first with bins when absent. */
  field?: string;
}

const NAME = /^[a-z][a-z0-9_]{0,40}$/;

/** Reads the address; whatever is not understood is left out. */
export function readQualitySearch(raw: Record<string, unknown>): QualitySearch {
  const at = raw["at"];
  return typeof at === "string" && NAME.test(at) ? { at } : {};
}

/** Reads the address; whatever is not understood is left out. */
export function readFeedQualitySearch(raw: Record<string, unknown>): FeedQualitySearch {
  const field = raw["field"];
  return typeof field === "string" && NAME.test(field) ? { field } : {};
}
