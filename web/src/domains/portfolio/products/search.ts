/** The state of the table of products that stands in its address. */
export interface ProductsSearch {
  /** Row under the cursor; none when absent. */
  at?: string;
}

/** Reads the address; whatever is not understood is left out. */
export function readProductsSearch(raw: Record<string, unknown>): ProductsSearch {
  const at = raw["at"];
  return typeof at === "string" && /^[a-z][a-z0-9_]{1,31}$/.test(at) ? { at } : {};
}
