import styles from "./conflicts.module.css";
import type { Finding } from "./conflictsQuery";
import { ListTable, type ListProps } from "./ListTable";
import { useConflictsText } from "./text";
import { formatCount } from "@/shared/format/figures";

/** Findings, the oldest first. */
export function FindingsList(props: ListProps<Finding>) {
  const text = useConflictsText();
  return (
    <ListTable {...props} heads={[text.finding, text.customers, text.value, text.since]}>
      {(one) => ({
        name: text.findings[one.code].name,
        cells: [
          one.customers > 1 ? text.count(formatCount(one.customers)) : one.shown[0]?.name,
          one.value === "" ? <span className={styles["quiet"]}>{text.valueGone}</span> : one.value,
          one.first_seen_on,
        ],
      })}
    </ListTable>
  );
}
