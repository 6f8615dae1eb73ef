import { useMemo, useState } from "react";

import { COLUMNS, DEFAULT_COLUMNS, type Column } from "./columns";
import { useUser } from "@/shared/api/session";

const WIDTH_LEAST = 56;
const WIDTH_MOST = 480;

interface Layout {
  shown: string[];
  widths: Record<string, number>;
}

/** What was stored, without columns that no longer exist; anything unreadable is the default. */
export function readLayout(stored: string | null): Layout {
  const fallback: Layout = { shown: DEFAULT_COLUMNS, widths: {} };
  if (stored === null) return fallback;
  try {
    const raw = JSON.parse(stored) as Partial<Layout>;
    const known = new Set(COLUMNS.map((column) => column.key));
    const shown = (raw.shown ?? []).filter((key) => known.has(key));
    const widths = Object.fromEntries(
      Object.entries(raw.widths ?? {}).filter(([, width]) => width >= WIDTH_LEAST && width <= WIDTH_MOST),
    );
    return { shown: shown.length > 0 ? shown : DEFAULT_COLUMNS, widths };
  } catch {
    return fallback;
  }
}

export interface ColumnChoice {
  columns: Column[];
  shown: string[];
  width: (key: string, usual: number) => number;
  show: (keys: string[]) => void;
  resize: (key: string, width: number) => void;
  reset: () => void;
}

/** Which columns a user sees and how wide; remembered in this browser for each user. */
export function useColumns(): ColumnChoice {
  const { username } = useUser();
  const storage = `huikuan.loans.columns.${username}`;
  const [layout, setLayout] = useState(() => readLayout(localStorage.getItem(storage)));
  return useMemo(() => {
    const put = (next: Layout) => {
      localStorage.setItem(storage, JSON.stringify(next));
      setLayout(next);
    };
    return {
      columns: COLUMNS.filter((column) => layout.shown.includes(column.key)),
      shown: layout.shown,
      width: (key, usual) => layout.widths[key] ?? usual,
      show: (shown) => put({ ...layout, shown }),
      resize: (key, width) =>
        put({ ...layout, widths: { ...layout.widths, [key]: Math.min(WIDTH_MOST, Math.max(WIDTH_LEAST, Math.round(width))) } }),
      reset: () => put({ shown: DEFAULT_COLUMNS, widths: {} }),
    };
  }, [layout, storage]);
}
