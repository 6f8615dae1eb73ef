import { useEffect, useRef, type RefObject } from "react";

import { ROW_HEIGHT } from "./LoanTable";
import { scrollTo } from "./window";

/** Moves the cursor by rows, keeps it in sight and its customer focused; at the end the next page is loaded. */
export function useMover(
  box: RefObject<HTMLDivElement | null>,
  rows: number,
  cursor: number,
  setCursor: (row: number) => void,
  more: () => void,
): (by: number) => void {
  const moved = useRef(false);
  useEffect(() => {
    const element = box.current;
    if (!moved.current || element === null || cursor < 0) return;
    moved.current = false;
    element.scrollTo({ top: scrollTo(cursor, element.scrollTop, element.clientHeight, ROW_HEIGHT, ROW_HEIGHT) });
    requestAnimationFrame(() =>
      element.querySelector<HTMLElement>(`tr[data-row="${cursor}"] a`)?.focus({ preventScroll: true }),
    );
  }, [box, cursor]);
  return (by) => {
    const next = Math.max(0, Math.min(rows - 1, cursor + by));
    if (cursor + by >= rows - 1) more();
    moved.current = next !== cursor;
    setCursor(next);
  };
}
