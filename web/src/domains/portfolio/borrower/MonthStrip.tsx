import { Tooltip } from "antd";

import styles from "./BorrowerPage.module.css";
import { Quiet, deliveredOn } from "./parts";
import type { Borrower, Month, Note } from "./shapes";
import { useBorrowerText } from "./text";
import { useTheme } from "@/shared/theme/theme";
import { bucketColour, type ThemeName } from "@/shared/theme/tokens";

/** Buckets on whose colour dark letters cannot be read. */
const DEEP: Record<ThemeName, Set<string>> = {
  light: new Set(["M4", "M5", "M6", "M7+"]),
  dark: new Set(["M5", "M6", "M7+"]),
};
const ENDED = new Set(["settled", "charged_off"]);

/** Days past due month by month: the colour is the bucket, the number the days; hatched is told by the core system. */
export function MonthStrip({ note, borrower }: { note: Note; borrower: Borrower }) {
  const text = useBorrowerText();
  const core = deliveredOn(borrower, "monthly_status");
  return (
    <>
      <div className={styles["strip"]} role="list" aria-label={text.history}>
        {note.months.map((month) => (
          <Cell key={month.month} month={month} />
        ))}
      </div>
      <div className={styles["months"]} aria-hidden>
        {note.months.map((month, place) => (
          <span key={month.month}>
            {place === 0 || month.month.endsWith("-01-01") ? month.month.slice(0, 7) : place % 3 === 0 && !near(note.months, place) ? month.month.slice(5, 7) : ""}
          </span>
        ))}
      </div>
      <Quiet>{core === null ? text.historyNoCore : text.historyLegend}</Quiet>
    </>
  );
}

/** Whether a year is written so close that a month beside it would cover it. */
function near(months: Month[], place: number): boolean {
  return [1, 2].some((back) => {
    const before = months[place - back]?.month;
    return before !== undefined && (before.endsWith("-01-01") || place - back === 0);
  });
}

function Cell({ month }: { month: Month }) {
  const text = useBorrowerText();
  const { name: theme } = useTheme();
  const { bucket, dpd, source } = month;
  const sources = { book: text.historyBook, core: text.historyCore, none: text.historyNone };
  const name = bucket === null ? text.historyNone : (text.buckets[bucket] ?? bucket);
  const words = text.historyCell(
    month.on,
    dpd === null || dpd === 0 ? name : `${name}, ${text.dayCount(dpd)}`,
    sources[source],
  );
  const kind = bucket === null ? "none" : ENDED.has(bucket) ? "ended" : DEEP[theme].has(bucket) ? "deep" : "";
  return (
    <Tooltip title={words}>
      <div
        role="listitem"
        aria-label={words}
        className={[styles["cell"], styles[kind], source === "core" ? styles["core"] : ""].join(" ")}
        style={bucket === null || ENDED.has(bucket) ? undefined : { background: bucketColour(bucket, theme) }}
      >
        {bucket === null ? "" : ENDED.has(bucket) ? "–" : (dpd ?? bucket)}
      </div>
    </Tooltip>
  );
}
