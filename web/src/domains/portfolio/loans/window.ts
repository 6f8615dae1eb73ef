/** Rows of a long list that are drawn: those in sight and some beside them. */
export interface RowWindow {
  first: number;
  /** One after the last. */
  end: number;
}

const BESIDE = 12;

/** The rows to draw for a place of the scroll bar, all rows having one height. */
export function rowWindow(scrollTop: number, height: number, rowHeight: number, rows: number): RowWindow {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - BESIDE);
  const end = Math.min(rows, Math.ceil((scrollTop + height) / rowHeight) + BESIDE);
  return { first: Math.min(first, end), end };
}

/** Where to scroll so that a row is in sight below a sticky header; unchanged where it is already. */
export function scrollTo(row: number, scrollTop: number, height: number, rowHeight: number, header: number): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  const below = top + rowHeight - (height - header);
  return below > scrollTop ? below : scrollTop;
}
