import { useEffect, useRef, type RefObject } from "react";

/** The row to put this on scrolls into view when it becomes the chosen one. */
export function useRowInView<Row extends HTMLElement = HTMLTableRowElement>(chosen: boolean): RefObject<Row | null> {
  const row = useRef<Row>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return row;
}
