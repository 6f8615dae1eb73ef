import type { SearchHit } from "./searchQuery";

export type HitKind = SearchHit["kind"];

export interface HitGroup {
  kind: HitKind;
  /** Each hit with its place in the whole list: arrow keys walk through all groups. */
  rows: { hit: SearchHit; place: number }[];
}

const ORDER: readonly HitKind[] = ["party", "contract", "note"];

/** Hits by what they are, in the order in which they are shown; empty groups are left out. */
export function groupHits(hits: readonly SearchHit[]): HitGroup[] {
  let place = 0;
  return ORDER.map((kind) => ({
    kind,
    rows: hits.filter((hit) => hit.kind === kind).map((hit) => ({ hit, place: place++ })),
  })).filter((group) => group.rows.length > 0);
}

/** The next chosen place after an arrow key: round at both ends, none in an empty list. */
export function stepPlace(place: number, by: 1 | -1, count: number): number {
  return count === 0 ? 0 : (place + by + count) % count;
}

/** What identifies a hit on screen: its own number, or the customer's. */
export function hitNumber(hit: SearchHit): string {
  return hit.note_id ?? hit.contract_id ?? hit.party_id;
}
